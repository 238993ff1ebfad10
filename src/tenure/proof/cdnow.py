"""The CDNOW purchase log of the papers, from the file that its authors give away."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.errors import BadInput

# Weeks 1 to 39 of 1997 are what the papers fit.
UNTIL = date(1997, 9, 30)
COHORT = 2_357  # clients of the 1/10 sample
WEEK = 7.0
ID, DAY, DOLLARS = 0, -3, -1  # columns


class Summary(NamedTuple):
    """Weeks and dollars, one row per client; `monetary` is the mean of repeat purchases."""

    frequency: Floats
    recency: Floats
    T: Floats
    monetary: Floats


def summary(path: Path) -> Summary:
    """Return the summary of the 1/10 sample's log, `CDNOW_sample.txt`.

    A line per purchase: two numbers of the client, the day as 19970131, CDs and dollars.
    Purchases on one day count as one. Raises `BadInput` for other files.
    """
    try:
        found = _from_log(path.read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError, IndexError) as error:
        raise BadInput(f"{path} is not the log of CDNOW purchases.") from error
    if len(found.T) != COHORT:
        words = f"{len(found.T):,} clients, the sample of the papers {COHORT:,}"
        raise BadInput(f"{path} has {words}.")
    return found


def _from_log(lines: list[str]) -> Summary:
    spent: dict[str, dict[date, float]] = {}
    for line in lines:
        cells = line.split()
        day = date.fromisoformat(cells[DAY])
        if day <= UNTIL:
            of_client = spent.setdefault(cells[ID], {})
            of_client[day] = of_client.get(day, 0.0) + float(cells[DOLLARS])
    return Summary(*np.array([_client(days) for days in spent.values()]).T)


def _client(days: dict[date, float]) -> tuple[float, float, float, float]:
    first, last, repeats = min(days), max(days), len(days) - 1
    spend = sum(value for day, value in days.items() if day != first)
    return (
        float(repeats),
        (last - first).days / WEEK,
        (UNTIL - first).days / WEEK,
        spend / repeats if repeats else 0.0,
    )
