"""What differs between the SQL of the engines: types, quotes and literals."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One engine's way to write SQL; `name` is what Ibis calls it."""

    name: str
    types: dict[str, str]
    quote: str
    naive: str  # how a literal without a time zone is called
    escapes: dict[str, str]

    def named(self, name: str) -> str:
        """Return a name in quotes."""
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"

    def text(self, words: str) -> str:
        """Return words in quotes."""
        return "'" + "".join(self.escapes.get(sign, sign) for sign in words) + "'"

    def literal(self, value: object) -> str:
        """Return a value as SQL. A bound parameter would have DuckDB import pandas."""
        if value is None:
            return "NULL"
        if isinstance(value, datetime):  # a date too, so it goes first
            return f"{self.naive} '{value.isoformat(sep=' ')}'"
        if isinstance(value, date):
            return f"DATE '{value.isoformat()}'"
        return repr(value) if isinstance(value, int | float) else self.text(str(value))

    def typed(self, columns: dict[str, str]) -> list[tuple[str, str]]:
        """Return the names in quotes and their types."""
        return [(self.named(name), self.types[kind]) for name, kind in columns.items()]

    def cast(self, columns: dict[str, str]) -> str:
        """Return the columns of a SELECT, each with its type."""
        return ", ".join(
            f"CAST({name} AS {kind}) AS {name}" for name, kind in self.typed(columns)
        )


DUCKDB = Dialect(
    name="duckdb",
    types={
        "int64": "BIGINT",
        "float64": "DOUBLE",
        "string": "VARCHAR",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "timestamp('UTC')": "TIMESTAMPTZ",
        "decimal(28, 6)": "DECIMAL(28, 6)",
    },
    quote='"',
    naive="TIMESTAMP",
    escapes={"'": "''"},
)
SPARK = Dialect(
    name="pyspark",
    types=DUCKDB.types
    | {
        "string": "STRING",
        "timestamp": "TIMESTAMP_NTZ",
        "timestamp('UTC')": "TIMESTAMP",
    },
    quote="`",
    naive="TIMESTAMP_NTZ",
    escapes={"'": "\\'", "\\": "\\\\"},
)
DIALECTS = {one.name: one for one in (DUCKDB, SPARK)}
