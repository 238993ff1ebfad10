"""Days gone by at which a forecast could have been made, from a log."""

from datetime import date, timedelta
from typing import Any

from tenure.choice.origins import Origin
from tenure.errors import BadInput
from tenure.season import Season
from tenure.summary.columns import Clock, Columns, Unit, day_of
from tenure.summary.expression import DAILY
from tenure.summary.questions import First, Holdout
from tenure.summary.sources import run

# How many horizons before the end each origin lies, the oldest first.
BACK = (2.0, 1.5, 1.0)
# Of the time observed: so that no origin lies before half of it.
LONGEST = 0.25


def rolling_origins(
    transactions: Any,
    *,
    client: str,
    at: str,
    amount: str | None = None,
    observed_until: Any,
    unit: Unit,
    horizon: float | None = None,
    season: Season | None = None,
) -> list[Origin]:
    """Return three earlier origins and what came after each, the oldest first.

    `horizon` is how far you wish to forecast, in `unit`s of the calendar; it is cut to a
    quarter of the time observed. The origins lie 2, 1.5 and 1 horizons before
    `observed_until`. Arguments are those of `summarise`, `season` too; the log is read
    once for each origin and once more.
    """
    until, clock = day_of(observed_until, name="observed_until"), Clock.of(unit, season)
    columns = Columns(client=client, at=at, amount=amount)
    log = transactions.read_all() if hasattr(transactions, "read_all") else transactions
    seen = (until - _first(log, columns, until=until)).days
    longest = seen * LONGEST
    ahead = int(longest if horizon is None else min(horizon * clock.length, longest))
    if ahead < 1:
        raise BadInput(f"{seen} days are too few to look back from earlier origins.")
    found = []
    for back in BACK:
        middle = until - timedelta(days=int(ahead * back))
        end = middle + timedelta(days=ahead)
        question = Holdout(columns=columns, middle=middle, until=end, clock=clock)
        found.append(Origin.of(run(log, question)))
    return found


def _first(log: Any, columns: Columns, *, until: date) -> date:
    """Return the day of the first purchase."""
    first = run(log, First(columns=columns, until=until, clock=DAILY))["first"][0].as_py()
    if first is None:
        raise BadInput("Nothing was bought by the day observed_until.")
    return day_of(first, name="first")
