"""The summary of a log, wherever the log lies."""

from importlib import import_module
from typing import Any

import pyarrow as pa

from tenure.season import Season
from tenure.summary.columns import Clock, Columns, Unit, day_of
from tenure.summary.inmemory import summarised


def summarise(
    transactions: Any,
    *,
    client: str,
    at: str,
    amount: str | None = None,
    observed_until: Any,
    unit: Unit,
    season: Season | None = None,
) -> pa.Table:
    """Return one row per client as an Arrow table: what the models are fitted on.

    `transactions` has one row per order: an Arrow, pandas or Polars table, Parquet paths, a
    DuckDB relation, a Spark frame or an Ibis table, read where it lies. `client`, `at` and
    `amount` name its columns. `unit` is "day", "week" or a number of days; `observed_until`
    is the last day on which a purchase would have been seen. Columns and conventions are
    those of `summary_expression`; with a `season`, times are in days of a usual pace. The
    rows come in no order. Orders of plain types at
    hand (up to 32 million of clients with numbers, 4 with names) are summed by NumPy, all
    else by an engine: the same numbers. Raises `BadInput`.
    """
    columns = Columns(client=client, at=at, amount=amount)
    until = day_of(observed_until, name="observed_until")
    clock = Clock.of(unit, season)
    found = summarised(transactions, columns, until=until, clock=clock)
    if found is not None:
        return found
    by_engine = import_module("tenure.summary.asked").by_engine
    return by_engine(transactions, columns, until=until, clock=clock)
