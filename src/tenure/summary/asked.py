"""What an engine is asked about a log."""

from typing import Any

import pyarrow as pa

from tenure.errors import BadInput
from tenure.summary.columns import Columns, Unit, day_of, days_of
from tenure.summary.questions import Holdout, Summary
from tenure.summary.sources import run


def by_engine(log: Any, columns: Columns, *, until: Any, length: float) -> pa.Table:
    """Return what `summarise` returns, by an engine that reads the log where it lies."""
    return run(log, Summary(columns=columns, until=until, length=length))


def summary_expression(
    table: Any,
    *,
    client: str,
    at: str,
    amount: str | None = None,
    observed_until: Any,
    unit: Unit,
) -> Any:
    """Return an Ibis expression with one row per client who bought, to run where it suits.

    `table` is an Ibis table with one row per order (or line of one). Columns: `client`;
    `frequency`, days with a purchase after the first; `recency` and `T`, from the first day
    to the last and to `observed_until`, in `unit`s; `monetary`, the mean net of a day
    with a purchase, the first left out, 0 where there was only one (only with `amount`);
    `log_gaps`, the sum of the logarithms of the gaps; `first` and `last`, the days.

    Orders of a day are one purchase; refunds (negative amounts) are netted within their
    day, and a day with a net at or below 0 is no purchase. What happened after the day
    `observed_until`, and rows without a client, a day or an amount, are left out. Raises
    `BadInput` for unknown columns and for times that are not local ones.
    """
    columns = Columns(client=client, at=at, amount=amount)
    until, length = day_of(observed_until, name="observed_until"), days_of(unit)
    return Summary(columns=columns, until=until, length=length).expression(table)


def calibration_and_holdout(
    transactions: Any,
    *,
    client: str,
    at: str,
    amount: str | None = None,
    calibrated_until: Any,
    observed_until: Any,
    unit: Unit,
) -> pa.Table:
    """Return the summary up to `calibrated_until`, and what each client bought after it.

    As `summarise`, of clients known by the day `calibrated_until`; further `horizon`, the
    time from the one day to the other; `bought`, the days with a purchase in it; and with
    `amount`, `spent`, their mean net (0 where there were none).
    """
    middle = day_of(calibrated_until, name="calibrated_until")
    until, length = day_of(observed_until, name="observed_until"), days_of(unit)
    if middle >= until:
        raise BadInput("calibrated_until must be before observed_until.")
    columns = Columns(client=client, at=at, amount=amount)
    question = Holdout(columns=columns, middle=middle, until=until, length=length)
    return run(transactions, question)
