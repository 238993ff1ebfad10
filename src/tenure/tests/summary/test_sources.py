"""Wherever a log lies, its summary is the same, and the core needs no engine."""

import subprocess
import sys
from collections import Counter
from importlib import import_module
from importlib.util import find_spec

import duckdb
import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from tests.needs import missing

from tenure import calibration_and_holdout, summarise, summary_expression
from tenure.errors import BadInput
from tenure.tests.summary.logs import CHRISTMAS

ASKED = {
    "client": "Who",
    "at": "Placed",
    "amount": "Total",
    "observed_until": "2025-06-30",
    "unit": "week",
}
KINDS = ["arrow", "reader", "polars", "lazy", "parquet", "paths", "duckdb", "ibis"]
KINDS += [pytest.param("spark", marks=pytest.mark.spark)]


@pytest.fixture(scope="module")
def log():
    """Return a pandas log with same-day orders, refunds, and words as clients."""
    rng = np.random.default_rng(3)
    clients = np.array([f"K{n}" for n in range(60)])
    days = np.datetime64("2025-01-01") + rng.integers(0, 200, 900)
    return pd.DataFrame(
        {
            "Note": "not asked for",
            "Who": rng.choice(clients, 900),
            "Placed": days.astype("datetime64[us]") + rng.integers(0, 86_400, 900) * 10**6,
            "Total": rng.integers(-400, 4000, 900) / 100,
        }
    )


def as_spark(log):
    """Return the log as a frame of a session of this process."""
    if not find_spec("pyspark"):
        missing("Spark (pip install 'fondly[spark]', and Java 17)")
    sql = import_module("pyspark.sql")
    builder = sql.SparkSession.builder.master("local[2]").config(
        "spark.ui.enabled", "false"
    )
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    rows = [(w, p.date(), t) for w, p, t in log[["Who", "Placed", "Total"]].to_numpy()]
    return session.createDataFrame(rows, "Who string, Placed date, Total double")


def given_as(kind, log, folder):
    table = pa.Table.from_pandas(log)
    file = folder / "log.parquet"
    if kind in {"parquet", "paths"}:
        half = table.num_rows // 2
        pl.DataFrame(table.slice(0, half)).write_parquet(folder / "a.parquet")
        pl.DataFrame(table.slice(half)).write_parquet(folder / "b.parquet")
        pl.DataFrame(table).write_parquet(file)
    ways = {
        "arrow": lambda: table,
        "reader": table.to_reader,
        "polars": lambda: pl.DataFrame(table),
        "lazy": lambda: pl.LazyFrame(table),
        "parquet": lambda: file,
        "paths": lambda: [folder / "a.parquet", str(folder / "b.parquet")],
        "duckdb": lambda: duckdb.connect().from_arrow(table),
        "ibis": lambda: ibis.memtable(table),
        "spark": lambda: as_spark(log),
    }
    return ways[kind]()


def ordered(table):
    return table.to_pandas().sort_values("client", ignore_index=True)


@pytest.mark.parametrize("season", [None, CHRISTMAS], ids=["even", "seasonal"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_log_gives_the_summary_that_pandas_gives(kind, season, log, tmp_path):
    expected = ordered(summarise(log, **ASKED, season=season))
    found = ordered(summarise(given_as(kind, log, tmp_path), **ASKED, season=season))
    assert expected.frequency.sum() > 300
    pd.testing.assert_frame_equal(found, expected, rtol=1e-12, check_dtype=False)


@pytest.mark.spark
def test_sparks_own_time_zone_stays_as_it_was(log):
    frame = as_spark(log)
    summarise(frame, **ASKED)
    assert frame.sparkSession.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
    assert not [t for t in frame.sparkSession.catalog.listTables() if t.isTemporary]


def test_the_log_stays_in_the_connection_it_belongs_to(log):
    own = duckdb.connect()
    own.execute("CREATE TABLE orders AS SELECT * FROM log")
    found = summarise(own.table("orders"), **ASKED)
    assert found.num_rows == summarise(log, **ASKED).num_rows
    assert [name for (name,) in own.execute("SHOW TABLES").fetchall()] == ["orders"]


@pytest.mark.parametrize("amount", [None, "Total", "Pence", "Exact"])
def test_columns_have_the_types_that_models_take(amount, log):
    log = log.assign(Pence=(log.Total * 100).astype(int))
    log = pa.Table.from_pandas(log)
    exact = log["Total"].cast(pa.decimal128(12, 2))
    asked = {**ASKED, "amount": amount}
    found = summarise(log.append_column("Exact", exact), **asked)
    wanted = {"client": "string", "frequency": "int64", "recency": "double", "T": "double"}
    wanted |= {"monetary": "double"} if amount else {}
    wanted |= {"log_gaps": "double", "first": "date32[day]", "last": "date32[day]"}
    types = {f.name: str(f.type).removeprefix("large_") for f in found.schema}
    assert types == wanted
    ends = {"calibrated_until": "2025-03-31", "observed_until": "2025-06-30"}
    held = calibration_and_holdout(log.append_column("Exact", exact), **(asked | ends))
    later = {f.name: str(f.type) for f in held.schema if f.name not in wanted}
    spent = {"spent": "double"} if amount else {}
    assert later == {"bought": "int64", **spent, "horizon": "double"}


def test_names_are_one_each_for_engines_that_ignore_case():
    table = ibis.table({"Who": "string", "Placed": "date", "Total": "float64"}, name="log")
    expression = summary_expression(table, **ASKED)
    names = Counter(name.lower() for name in expression.columns)
    assert max(names.values()) == 1


@pytest.mark.parametrize("log", [7, [{"client": 1}], []])
def test_what_is_no_log_is_refused(log):
    with pytest.raises(BadInput, match="list of"):
        summarise(log, **ASKED)


CORE_ONLY = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"ibis", "duckdb", "pyarrow", "pandas", "django"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import tenure
print(tenure.BGNBD.__name__)
try:
    tenure.summarise
except ModuleNotFoundError as error:
    print(error)
"""


def test_the_models_work_without_ibis_and_say_what_the_summary_needs():
    done = subprocess.run(
        [sys.executable, "-c", CORE_ONLY], capture_output=True, text=True, check=True
    )
    needs = "tenure.summarise needs Ibis and DuckDB: pip install 'tenure[summary]'"
    assert done.stdout.splitlines() == ["BGNBD", needs]
