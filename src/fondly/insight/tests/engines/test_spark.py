"""On a real cluster of Spark every signal is what DuckDB says it is."""

from dataclasses import asdict

import pyarrow as pa
import pyarrow.parquet
import pytest
from tests.crash.processes import eventually, fondly
from tests.needs import missing

from fondly.base.errors import Refusal
from fondly.insight import actions
from fondly.insight.actions import score as everybody
from fondly.insight.actions.asking import request
from fondly.insight.actions.compute import compute
from fondly.insight.actions.reporting.keep import keep_reports
from fondly.insight.models import Coming, Report, ScoreRun, Signal, Standing
from fondly.insight.tests.engines.alike import SIGNALS, assert_alike, assert_same
from fondly.insight.tests.engines.business import a_whole_business, its_warehouse
from fondly.insight.tests.engines.cluster import lacks
from fondly.testing import NOON, TODAY, a_business, a_run

pytestmark = [
    pytest.mark.spark,
    pytest.mark.xdist_group("spark"),
    pytest.mark.django_db(transaction=True),
]


def kept_reports(run):
    rows = Report.objects.filter(run=run).order_by("name", "whose")
    found = {f"{row.name} of {row.whose}": _ordered(row.rows) for row in rows}
    for model in (Standing, Coming):
        each = model.objects.filter(run=run).values()
        found[model.__name__] = _ordered(
            {name: value for name, value in row.items() if name != "id"} for row in each
        )
    return found


def _ordered(rows):
    return sorted(
        rows, key=lambda row: [str(v) for v in row.values() if type(v) is not float]
    )


def test_a_cluster_gives_every_signal_that_duckdb_gives_and_the_same_reports(
    cluster, spark_settings, tmp_path, monkeypatch
):
    a_whole_business()
    live = compute(request(TODAY))
    folder = its_warehouse(tmp_path / "orders")

    def checked(question, **learned):
        found = compute(question, **learned)
        assert_alike(live, found)
        return found

    monkeypatch.setattr(everybody, "compute", checked)
    on_cluster = actions.engine("spark", orders=str(folder), master=cluster)
    run = actions.score_all(as_of=TODAY, now=NOON, engine=on_cluster)
    assert (run.model, run.clients) == ("bgnbd", live.table.num_rows)
    assert run.fit["model"]["renewals"]
    shown = Signal.objects.current().order_by("client_id")
    worth = live.table["worth_24m"].to_pylist()
    assert list(shown.values_list("worth_24m", flat=True)) == worth
    by_spark = kept_reports(run)
    run.fit["engine"] = asdict(actions.engine("duckdb", orders=str(folder)))
    keep_reports(run)
    assert_same(kept_reports(run), by_spark, to=SIGNALS, at="reports")


def _java_of(process):
    found = [one for one in process.children(recursive=True) if one.name() == "java"]
    return found[0] if found else None


def test_when_sparks_driver_dies_what_was_shown_stays_and_it_is_said(
    cluster, spark_settings, tmp_path, capfd
):
    a_whole_business()
    folder = its_warehouse(tmp_path / "orders")
    shown = a_run()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    asked = ["--engine", "spark", "--orders", folder, "--spark-master", cluster]
    where = {"FONDLY_SPARK_SCRATCH": scratch, "SPARK_CONF_DIR": spark_settings}
    with fondly("score", *asked, **where) as process:
        eventually(lambda: _computes(process, scratch), what="began to compute")
        _java_of(process).kill()
        assert process.wait(60) == 1
    said = capfd.readouterr().err
    assert "What is shown stays: the signals of 2026-03-09." in said
    assert ScoreRun.current() == shown
    assert not list(scratch.iterdir())


def _computes(process, scratch):
    assert process.status() != "zombie", "ended before it began"
    return list(scratch.glob("*/rates.parquet"))


def test_orders_that_spark_cannot_count_are_refused(spark_settings, tmp_path):
    if what := lacks():
        missing(what)
    a_business()
    shown = a_run()
    pyarrow.parquet.write_table(pa.table({"client": ["K1"]}), tmp_path / "a.parquet")
    engine = actions.engine("spark", orders=str(tmp_path), master="local[1]")
    with pytest.raises(Refusal, match="no column placed_on or placed_at"):
        actions.score_all(as_of=TODAY, now=NOON, engine=engine)
    assert ScoreRun.current() == shown
