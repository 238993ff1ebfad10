"""Where a log may lie, and the engine that reads it there."""

from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import duckdb
import ibis
import pyarrow as pa

from tenure.errors import BadInput

PATHS = "a Parquet path, a list of them"
TABLES = "an Arrow, pandas or Polars table, a DuckDB relation, a Spark frame, an Ibis table"
# Stands for the log's name in an SQL text that was written before.
LOG = "the_log_of_purchases"


class Question(Hashable, Protocol):
    """What is asked of a log; equal questions are written as SQL once."""

    @property
    def names(self) -> list[str]:
        """The columns that are read."""
        ...

    def expression(self, table: Any) -> Any:
        """Return the answer as an Ibis expression of the log."""
        ...


def run(log: Any, question: Question) -> pa.Table:
    """Return what the question's expression of the log comes to, as an Arrow table.

    The log is read where it lies: a DuckDB relation by its own connection, a Spark frame
    by its own cluster, the rest by a DuckDB made for the purpose. Only the columns named
    are read.
    """
    whose = type(log).__module__.partition(".")[0]
    if isinstance(log, ibis.Table):
        return question.expression(log).to_pyarrow()
    if whose in {"duckdb", "_duckdb"}:
        return _by_relation(log, question)
    if whose == "pyspark":
        return _by_spark(log, question)
    with duckdb.connect() as engine:
        engine.execute("SET enable_progress_bar = false")
        return _by_relation(_read(engine, log, question.names), question)


def _read(engine: Any, log: Any, names: list[str]) -> Any:
    paths = log if isinstance(log, list | tuple) else [log]
    if paths and all(isinstance(path, str | Path) for path in paths):
        return engine.read_parquet([str(path) for path in paths])
    if hasattr(log, "collect_schema") and hasattr(log, "collect"):  # lazy, of Polars
        log = log.select(names).collect()
    if not hasattr(log, "__arrow_c_stream__"):
        words = f"{PATHS}, {TABLES}"
        raise BadInput(f"A log is {words}, not {type(log).__name__}.")
    return engine.from_arrow(_arrow(log, names))


def _arrow(log: Any, names: list[str]) -> pa.Table:
    """Return the columns of anything that speaks Arrow, most of them without copying."""
    given = [str(name) for name in getattr(log, "columns", ())]
    if not isinstance(log, pa.Table) and set(names) <= set(given):
        log = log[names]
    return pa.table(log)


def _by_relation(log: Any, question: Question) -> pa.Table:
    """Run inside the connection that the relation belongs to, and leave nothing in it."""
    schema = log.limit(0).to_arrow_table().schema
    text = _written(question, ibis.Schema.from_pyarrow(schema))
    name = _name()
    try:
        # Makes a view of that name for the relation, which only a query of it can drop.
        return log.query(name, text.replace(LOG, name)).to_arrow_table()
    finally:
        log.query(name, f"DROP VIEW {name}")


@lru_cache(maxsize=64)
def _written(question: Question, schema: ibis.Schema) -> str:
    """Return the question as SQL of DuckDB; writing it takes a tenth of a second."""
    table = ibis.table(schema, name=LOG)
    return str(ibis.to_sql(question.expression(table), dialect="duckdb"))


def _by_spark(log: Any, question: Question) -> pa.Table:
    """Run on the frame's own session, whose time zone Ibis sets and we put back."""
    session, zone = log.sparkSession, "spark.sql.session.timeZone"
    name, before = _name(), session.conf.get(zone)
    log.createOrReplaceTempView(name)
    try:
        engine = ibis.pyspark.connect(session)
        return engine.to_pyarrow(question.expression(engine.table(name)))
    finally:
        session.conf.set(zone, before)
        session.catalog.dropTempView(name)


def _name() -> str:
    """Return a name that no table of the engine has."""
    return f"log_{uuid4().hex}"
