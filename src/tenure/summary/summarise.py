"""The summary of a log, wherever the log lies."""

from typing import Any

import pyarrow as pa

from tenure.summary.columns import Columns, Unit
from tenure.summary.expression import holdout_expression, summary_expression
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
    asked: dict[str, Any] = {"client": client, "at": at, "amount": amount, "unit": unit}
    return run(
        transactions,
        lambda log: summary_expression(log, observed_until=observed_until, **asked),
        columns=columns,
    )


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

    As `summarise`; the further columns are those of `holdout_expression`: `horizon`,
    `bought` and, with `amount`, `spent`.
    """
    columns = Columns(client=client, at=at, amount=amount)
    asked: dict[str, Any] = {"client": client, "at": at, "amount": amount, "unit": unit}
    asked |= {"calibrated_until": calibrated_until, "observed_until": observed_until}
    return run(transactions, lambda log: holdout_expression(log, **asked), columns=columns)
