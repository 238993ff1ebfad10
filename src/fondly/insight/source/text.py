"""Expressions as the SQL of an engine."""

from typing import Any

import ibis

from fondly.insight.source.dialect import DIALECTS


def sql(table: Any, dialect: str) -> str:
    """Return the text of a table's expression."""
    if dialect == "pyspark":
        assert ibis.pyspark  # looked up, it registers the options that its compiler reads
    return str(ibis.to_sql(table, dialect=dialect, pretty=False))


def typed(table: Any, dialect: str, *, order_by: str = "") -> str:
    """Write a question whose columns have the types that Ibis says they have."""
    # Of whole numbers DuckDB makes larger ones when it adds them up.
    types = {name: str(kind) for name, kind in table.schema().items()}
    order = f" ORDER BY {order_by}" if order_by else ""
    return f"SELECT {DIALECTS[dialect].cast(types)} FROM ({sql(table, dialect)}){order}"
