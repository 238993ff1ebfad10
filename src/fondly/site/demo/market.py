"""The market stall of the demo: its customers are numbers, and come in by a file."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from fondly.intake.actions.receive import receive
from fondly.intake.actions.running import Runner
from fondly.intake.actions.steer import go
from fondly.intake.models import Import
from fondly.team.models import User

NAME = "market-stall.csv"
HEAD = ["Receipt", "Customer number", "Date", "Total"]
CUSTOMERS = 12
SATURDAYS = 30
SEED = 1848


def bring_in(*, by: User, today: date, now: datetime) -> Import:
    """Import the stall's receipts as anybody would; return the import."""
    with TemporaryDirectory(prefix="fondly-") as folder:
        file = Path(folder) / NAME
        with file.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([HEAD, *_receipts(today)])
        source = receive(file, about="orders", filename=NAME, user=by, now=now)
    return go(Runner(source=source, clock=lambda: now))


def _receipts(today: date) -> Iterator[list[str]]:
    """Yield a receipt of most Saturdays for each customer, and one that nobody can read."""
    dice = Random(SEED)
    last = today - timedelta(days=(today.weekday() + 2) % 7 or 7)
    for week in range(SATURDAYS, -1, -1):
        day = last - timedelta(weeks=week)
        for customer in range(1, CUSTOMERS + 1):
            if dice.random() < 0.25 + 0.05 * customer:
                euros = dice.choice(["8.50", "11.00", "14.50", "22.00"])
                receipt = f"MS-{day:%y%m%d}-{customer:02}"
                yield [receipt, f"M-{100 + customer}", day.isoformat(), euros]
    yield ["MS-smudged", "M-107", last.isoformat(), "eleven?"]
