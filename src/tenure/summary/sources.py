"""Where a log may lie, and the engine that reads it there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import ibis
import pyarrow as pa

from tenure.errors import BadInput
from tenure.summary.columns import Columns

Expression = Callable[[Any], Any]
PATHS = "a Parquet path, a list of them"
TABLES = "an Arrow, pandas or Polars table, a DuckDB relation, a Spark frame, an Ibis table"


def run(log: Any, expression: Expression, *, columns: Columns) -> pa.Table:
    """Return what `expression` of the log comes to, as an Arrow table.

    The log is read where it lies: a DuckDB relation by its own connection, a Spark frame
    by its own cluster, the rest by a DuckDB made for the purpose. Only the columns named
    are read.
    """
    whose = type(log).__module__.partition(".")[0]
    if isinstance(log, ibis.Table):
        return expression(log).to_pyarrow()
    if whose in {"duckdb", "_duckdb"}:
        return _by_relation(log, expression)
    if whose == "pyspark":
        return _by_spark(log, expression)
    engine = ibis.duckdb.connect()
    try:
        return engine.to_pyarrow(expression(_read(engine, log, columns)))
    finally:
        engine.disconnect()


def _read(engine: Any, log: Any, columns: Columns) -> Any:
    if isinstance(log, str | Path):
        return engine.read_parquet(str(log))
    if isinstance(log, list | tuple) and all(isinstance(p, str | Path) for p in log):
        if not log:
            raise BadInput("The list of Parquet files is empty.")
        return engine.read_parquet([str(path) for path in log])
    if hasattr(log, "collect_schema") and hasattr(log, "collect"):  # lazy, of Polars
        log = log.select(columns.names).collect()
    if not hasattr(log, "__arrow_c_stream__"):
        words = f"{PATHS}, {TABLES}"
        raise BadInput(f"A log is {words}, not {type(log).__name__}.")
    return ibis.memtable(_arrow(log, columns))


def _arrow(log: Any, columns: Columns) -> pa.Table:
    """Return the columns of anything that speaks Arrow, most of them without copying."""
    names = [str(name) for name in getattr(log, "columns", ())]
    if not isinstance(log, pa.Table) and set(columns.names) <= set(names):
        log = log[columns.names]
    return pa.table(log)


def _by_relation(log: Any, expression: Expression) -> pa.Table:
    """Run inside the connection that the relation belongs to, and leave nothing in it."""
    schema = ibis.Schema.from_pyarrow(log.limit(0).to_arrow_table().schema)
    name = _name()
    sql = ibis.to_sql(expression(ibis.table(schema, name=name)), dialect="duckdb")
    try:
        # Makes a view of that name for the relation, which only a query of it can drop.
        return log.query(name, str(sql)).to_arrow_table()
    finally:
        log.query(name, f"DROP VIEW {name}")


def _by_spark(log: Any, expression: Expression) -> pa.Table:
    """Run on the frame's own session, whose time zone Ibis sets and we put back."""
    session, zone = log.sparkSession, "spark.sql.session.timeZone"
    name, before = _name(), session.conf.get(zone)
    log.createOrReplaceTempView(name)
    try:
        engine = ibis.pyspark.connect(session)
        return engine.to_pyarrow(expression(engine.table(name)))
    finally:
        session.conf.set(zone, before)
        session.catalog.dropTempView(name)


def _name() -> str:
    """Return a name that no table of the engine has."""
    return f"log_{uuid4().hex}"
