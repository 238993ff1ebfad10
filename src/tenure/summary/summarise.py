"""The summary of a log, wherever the log lies."""

from typing import Any

import pyarrow as pa

from tenure.errors import BadInput
from tenure.summary.columns import Columns, Unit, day_of, days_of
from tenure.summary.questions import Holdout, Summary
from tenure.summary.sources import run


def summarise(
    transactions: Any,
    *,
    client: str,
    at: str,
    amount: str | None = None,
    observed_until: Any,
    unit: Unit,
) -> pa.Table:
    """Return one row per client as an Arrow table: what the models are fitted on.

    `transactions` has one row per order: an Arrow, pandas or Polars table, Parquet paths, a
    DuckDB relation, a Spark frame or an Ibis table, read where it lies. `client`, `at` and
    `amount` name its columns. `unit` is "day", "week" or a number of days; `observed_until`
    is the last day on which a purchase would have been seen. Columns and conventions are
    those of `summary_expression`; the rows come in no order. Raises `BadInput`.
    """
    columns = Columns(client=client, at=at, amount=amount)
    return run(transactions, _summary(columns, observed_until, unit))


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
    return _summary(columns, observed_until, unit).expression(table)


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


def _summary(columns: Columns, observed_until: Any, unit: Unit) -> Summary:
    until = day_of(observed_until, name="observed_until")
    return Summary(columns=columns, until=until, length=days_of(unit))
