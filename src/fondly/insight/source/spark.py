"""Spark: the questions of `signals` asked of a cluster, over the orders of a warehouse.

What is not orders is small: DuckDB copies it from the live database to a scratch folder
that the workers read. Only rows of clients come back. How Spark is set up is Spark's own
affair (`spark-defaults.conf`); only what equal answers need is set here.
"""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pyspark import SparkConf, SparkContext
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.insight.source import warehouse
from fondly.insight.source.dialect import DUCKDB, SPARK
from fondly.insight.source.given import Given
from fondly.insight.source.live import COLUMNS, ORIGINALS, RATES, REPORTED, Live
from fondly.insight.source.parquet import files
from fondly.insight.source.request import Borders, Engine, Request, as_values
from fondly.insight.source.text import sql

# Where `Given` has a variable, Spark has a value.
VARIABLE = re.compile(r"getvariable\('(\w+)'\)", re.IGNORECASE)
# What every engine must agree on: instants in UTC, and no silent nulls.
AGREED = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
# What is better so on a server, unless Spark's own configuration says otherwise.
RATHER = {"spark.app.name": "fondly score", "spark.ui.enabled": "false"}
# How Spark says what our columns may hold.
KINDS = {
    "string": warehouse.TEXT,
    "date": warehouse.DAY,
    "timestamp": warehouse.INSTANT,
    "timestamp_ntz": warehouse.CLOCK,
    **dict.fromkeys(["tinyint", "smallint", "int", "bigint"], warehouse.WHOLE),
}
# What the workers need not see: that there is an address is enough.
HIDDEN = {
    "clients_address": {
        name: f"CASE WHEN {name} <> '' THEN 'x' ELSE '' END" for name in ("street", "city")
    },
    "clients_client": {"extra": "'{}'"},
}
# Copied twice, these must be the same rows.
SAME = {"clients_client": "clients_as_copied"}


@dataclass
class OnSpark:
    """A session in which the tables of `COLUMNS` can be asked by name, as of `Live`."""

    asked: Request
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._session = _session(self.asked.engine)
        self._live = Live(replace(self.asked, engine=Engine()))
        for name, same in SAME.items():
            self._live.keep(same, f"SELECT * FROM {name}")
        for name, value in self.asked.values.items():
            self.values[name] = SPARK.literal(value)
        if self.asked.engine.orders:
            self._show_orders()
        else:
            self._copy("clients_order", COLUMNS["clients_order"])
            self._copy("originals", ORIGINALS)
        reported = REPORTED if self.asked.reports_of else {}
        for name, columns in (COLUMNS | reported | {"rates": RATES}).items():
            if name != "clients_order":
                self._copy(name, columns)

    def keep(self, name: str, question: str) -> None:
        """Show the rows by a name; computed once, as they are read more than once."""
        self._ask(question).persist().createOrReplaceTempView(name)

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Return the rows of a question with few of them."""
        return [tuple(row) for row in self._ask(question).collect()]

    def table(self, question: str) -> Any:
        """Return the rows as an Arrow table."""
        found = self._ask(question).toArrow()
        return self._with_own_fields(found) if "extra" in found.column_names else found

    def give(self, borders: Borders) -> None:
        """Set the borders of the fifths."""
        for name, value in as_values(borders).items():
            self.values[name] = f"CAST({SPARK.literal(value)} AS DOUBLE)"

    def close(self) -> None:
        """Leave the cluster."""
        self._session.stop()

    def _ask(self, question: str) -> DataFrame:
        return self._session.sql(VARIABLE.sub(lambda m: self.values[m[1]], question))

    def _copy(self, name: str, columns: dict[str, str]) -> None:
        """Show rows of the live database: a file that the workers read."""
        hidden = HIDDEN.get(name, {})
        kept = (f"{hidden.get(c, DUCKDB.named(c))} AS {DUCKDB.named(c)}" for c in columns)
        file = Path(self.asked.engine.scratch) / f"{name}.parquet"
        self._live.con.execute(
            f"COPY (SELECT {', '.join(kept)} FROM {SAME.get(name, name)})"
            f" TO {DUCKDB.text(str(file))} (FORMAT parquet)"
        )
        # Told, Spark need not open the file to see what is in it.
        reader = self._session.read.schema(", ".join(map(" ".join, SPARK.typed(columns))))
        rows = reader.parquet(file.resolve().as_uri())
        rows.createOrReplaceTempView(name)

    def _show_orders(self) -> None:
        """Show the orders of the warehouse under the names that facts know."""
        found = _orders_of(self._session, self.asked.engine.orders)
        kinds = {name.lower(): _kind(kind) for name, kind in found.dtypes}
        columns = warehouse.chosen(kinds)
        found.createOrReplaceTempView("found")
        self._show("warehouse", f"SELECT {SPARK.cast(columns)} FROM found")
        self._live.number_clients(warehouse.key_of(columns))
        self._copy("client_numbers", warehouse.NUMBERS)
        rows = warehouse.read(columns, Given(with_rates=False, dialect="pyspark"))
        (count,) = self.rows(sql(warehouse.counted(rows), "pyspark"))
        unknown = sql(warehouse.unknown(rows), "pyspark")
        are_left_out = self.asked.engine.without_unknown
        warehouse.check(count, lambda: [] if are_left_out else self.rows(unknown))
        self._show("clients_order", sql(warehouse.orders(rows), "pyspark"))
        self._show("originals", sql(warehouse.originals(rows), "pyspark"))

    def _show(self, name: str, question: str) -> None:
        self._ask(question).createOrReplaceTempView(name)

    def _with_own_fields(self, rows: Any) -> Any:
        """Put back what was kept from the workers; both are in the order of the ids."""
        own = self._live.table("SELECT extra FROM clients_as_copied ORDER BY id")
        place = rows.column_names.index("extra")
        return rows.set_column(place, "extra", own["extra"])


def _session(engine: Engine) -> SparkSession:
    """Return a session on the master that was asked for, else on that of Spark's own
    configuration, else on all cores of this machine."""
    # Spark's own configuration is known once its JVM runs.
    SparkContext._ensure_initialized()
    conf = SparkConf()
    for name, value in RATHER.items():
        conf.setIfMissing(name, value)
    conf.setAll(list(AGREED.items()))
    if engine.master:
        conf.setMaster(engine.master)
    conf.setIfMissing("spark.master", "local[*]")
    return SparkSession.builder.config(conf=conf).getOrCreate()


def _orders_of(session: SparkSession, place: str) -> DataFrame:
    """Return the rows at a folder of this machine, a URI, or in a table."""
    is_path = place.startswith(("/", ".", "~")) or Path(place).is_dir()
    try:
        if is_path:
            place = Path(files(place)[0] and place).expanduser().resolve().as_uri()
        if is_path or "://" in place:
            return session.read.option("recursiveFileLookup", "true").parquet(place)
        return session.table(place)
    except AnalysisException as error:
        raise Refusal(
            _("Spark cannot read “%(place)s”: %(error)s"),
            place=place,
            error=str(error).partition("\n")[0],
        ) from error


def _kind(kind: str) -> str:
    return warehouse.MONEY if kind.startswith("decimal") else KINDS.get(kind, kind)
