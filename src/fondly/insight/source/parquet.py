"""Orders in a folder of Parquet files, read by DuckDB beside the live database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.insight.source import warehouse
from fondly.insight.source.dialect import DUCKDB
from fondly.insight.source.given import Given
from fondly.insight.source.live import Live
from fondly.insight.source.text import sql

# How DuckDB says what our columns may hold.
KINDS = {
    "VARCHAR": warehouse.TEXT,
    "DATE": warehouse.DAY,
    "TIMESTAMP": warehouse.CLOCK,
    "TIMESTAMP_S": warehouse.CLOCK,
    "TIMESTAMP_MS": warehouse.CLOCK,
    "TIMESTAMP_NS": warehouse.CLOCK,
    "TIMESTAMP WITH TIME ZONE": warehouse.INSTANT,
    "DECIMAL": warehouse.MONEY,
    **dict.fromkeys(["TINYINT", "SMALLINT", "INTEGER", "BIGINT"], warehouse.WHOLE),
}


class LiveWithParquet(Live):
    """The live database, with the orders of a folder in the place of its own."""

    def keep(self, name: str, question: str) -> None:
        """Compute the rows now, as `Live` does."""
        with self._reading():
            super().keep(name, question)

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Return the rows of a question with few of them."""
        with self._reading():
            return super().rows(question)

    def table(self, question: str) -> Any:
        """Return the rows as an Arrow table."""
        with self._reading():
            return super().table(question)

    def _show_orders(self) -> None:
        with self._reading():
            self._show_files()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Say it in words where a file is cut off, is gone, or is unlike the others."""
        try:
            yield
        except duckdb.Error as error:
            why = str(error).partition("\n")[0]
            if ".parquet" not in why:
                raise
            raise Refusal(
                _(
                    "The orders in “%(place)s” cannot be read: %(why)s. Each file must be "
                    "whole and have the same columns; one that is still being written is "
                    "left out while its name begins with “_”."
                ),
                place=self.asked.engine.orders,
                why=why.rstrip("."),
            ) from error

    def _show_files(self) -> None:
        paths = ", ".join(map(DUCKDB.text, files(self.asked.engine.orders)))
        columns = warehouse.chosen(self._found(paths))
        self.con.execute(
            f"CREATE TEMP VIEW warehouse AS SELECT {DUCKDB.cast(columns)}"
            f" FROM read_parquet([{paths}], hive_partitioning = false)"
        )
        self.number_clients(warehouse.key_of(columns))
        rows = warehouse.read(columns, Given(with_rates=False))
        if self.asked.client_ids is None:
            self._check(rows)
        self._make("clients_order", warehouse.orders(rows), kind="VIEW")
        self._make("originals", warehouse.originals(rows), kind="TABLE")

    def _found(self, paths: str) -> dict[str, str]:
        """Return what the files hold, by the lower-case names of their columns."""
        source = f"read_parquet([{paths}], hive_partitioning = false)"
        described = self.con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        # Spark and Hive write instants so, and DuckDB takes them for wall clocks.
        old = f"SELECT name FROM parquet_schema([{paths}]) WHERE type = 'INT96'"
        instants = {name.lower() for (name,) in self.con.execute(old).fetchall()}
        found = {
            name.lower(): KINDS.get(kind.partition("(")[0], kind.lower())
            for name, kind, *_more in described
        }
        return found | dict.fromkeys(instants & set(found), warehouse.INSTANT)

    def _check(self, rows: Any) -> None:
        (count,) = self.rows(sql(warehouse.counted(rows), "duckdb"))
        unknown = sql(warehouse.unknown(rows), "duckdb")
        are_left_out = self.asked.engine.without_unknown
        warehouse.check(count, lambda: [] if are_left_out else self.rows(unknown))

    def _make(self, name: str, rows: Any, *, kind: str) -> None:
        self.con.execute(f"CREATE TEMP {kind} {name} AS {sql(rows, 'duckdb')}")


def files(place: str) -> list[str]:
    """Return the Parquet files in a folder, in folders within it too.

    As for Spark, what begins with “_” or “.” is not there: it is just being written, or
    tells of the others.
    """
    folder = Path(place).expanduser()
    if not folder.is_dir():
        raise Refusal(_("There is no folder “%(place)s”."), place=place)
    found = (path for path in sorted(folder.rglob("*.parquet")) if path.is_file())
    paths = [
        str(path)
        for path in found
        if not any(part[0] in "_." for part in path.relative_to(folder).parts)
    ]
    if not paths:
        raise Refusal(_("There are no Parquet files in “%(place)s”."), place=place)
    return paths
