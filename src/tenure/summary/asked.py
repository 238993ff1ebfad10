"""What an engine is asked about a log."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from tenure.errors import BadInput
from tenure.season import Season
from tenure.summary.columns import Clock, Columns, Unit, day_of
from tenure.summary.expression import DAILY
from tenure.summary.questions import Holdout, Monthly, Summary
from tenure.summary.sources import run


def by_engine(log: Any, columns: Columns, *, until: Any, clock: Clock) -> pa.Table:
    """Return what `summarise` returns, by an engine that reads the log where it lies."""
    return run(log, Summary(columns=columns, until=until, clock=clock))


def summary_expression(
    table: Any,
    *,
    client: str,
    at: str,
    amount: str | None = None,
    observed_until: Any,
    unit: Unit,
    season: Season | None = None,
) -> Any:
    """Return an Ibis expression with one row per client who bought, to run where it suits.

    `table` is an Ibis table with one row per order (or line of one). Columns: `client`;
    `frequency`, days with a purchase after the first; `recency` and `T`, from the first day
    to the last and to `observed_until`, in `unit`s; `monetary`, the mean net of a day
    with a purchase, the first left out, 0 where there was only one (only with `amount`);
    `log_gaps`, the sum of the logarithms of the gaps; `first` and `last`, the days.

    Orders of a day are one purchase; refunds (negative amounts) are netted within their
    day, and a day with a net at or below 0 is no purchase. What happened after the day
    `observed_until`, and rows without a client, a day or an amount, are left out. With a
    `season` every time (`recency`, `T`, gaps) is in days of a usual pace. Raises
    `BadInput` for unknown columns and for times that are not local ones.
    """
    columns = Columns(client=client, at=at, amount=amount)
    until = day_of(observed_until, name="observed_until")
    clock = Clock.of(unit, season)
    return Summary(columns=columns, until=until, clock=clock).expression(table)


def calibration_and_holdout(
    transactions: Any,
    *,
    client: str,
    at: str,
    amount: str | None = None,
    calibrated_until: Any,
    observed_until: Any,
    unit: Unit,
    season: Season | None = None,
) -> pa.Table:
    """Return the summary up to `calibrated_until`, and what each client bought after it.

    As `summarise`, of clients known by the day `calibrated_until`; further `horizon`, the
    time from the one day to the other; `bought`, the days with a purchase in it; and with
    `amount`, `spent`, their mean net (0 where there were none).
    """
    middle = day_of(calibrated_until, name="calibrated_until")
    until = day_of(observed_until, name="observed_until")
    if middle >= until:
        raise BadInput("calibrated_until must be before observed_until.")
    columns = Columns(client=client, at=at, amount=amount)
    clock = Clock.of(unit, season)
    question = Holdout(columns=columns, middle=middle, until=until, clock=clock)
    return run(transactions, question)


def orders_by_month(
    transactions: Any,
    *,
    client: str,
    at: str,
    amount: str | None = None,
    observed_from: Any,
    observed_until: Any,
) -> dict[str, int]:
    """Return the purchases of each whole month by its name, such as {"2010-12": 1412}.

    Arguments are those of `summarise`; `observed_from` is the first day on which a
    purchase would have been seen. Months that were not seen to their end are left out;
    one without a purchase counts 0.
    """
    first = day_of(observed_from, name="observed_from")
    until = day_of(observed_until, name="observed_until")
    columns = Columns(client=client, at=at, amount=amount)
    found = run(
        transactions, Monthly(columns=columns, until=until, clock=DAILY)
    ).to_pydict()
    months = [day_of(month, name="month") for month in found["month"]]
    bought = dict(zip(months, found["bought"], strict=True))
    month = first if first.day == 1 else _next(first)
    whole = {}
    while (after := _next(month)) <= until + timedelta(days=1):
        whole[f"{month:%Y-%m}"] = int(bought.get(month, 0))
        month = after
    return whole


def _next(day: date) -> date:
    """Return the first day of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
