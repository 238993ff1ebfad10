"""Runs beside each other, marks, and what a change during a run must not cost."""

import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from tests.needs import only_on

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.clients.models import Client
from fondly.insight import actions, tasks
from fondly.insight.actions import score as everybody
from fondly.insight.actions import some, writing
from fondly.insight.actions.asking import request
from fondly.insight.actions.compute import compute
from fondly.insight.engine.child import ask
from fondly.insight.engine.said import EngineFailed
from fondly.insight.models import Backtest, ScoreRun, Signal, StaleClient
from fondly.insight.source.request import Engine
from fondly.testing import NOON, TODAY, a_business, a_client, a_run, an_order, signals

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _business():
    a_business()
    Backtest.objects.create(as_of=TODAY, made_at=NOON)  # a look back is not due


@pytest.fixture
def ada():
    ada = a_client()
    an_order(ada, on=TODAY - timedelta(days=40))
    actions.score_all(as_of=TODAY, now=NOON)
    return ada


def orders_shown(client):
    return Signal.objects.current().get(client=client).orders


def orders_again(client, *, days_ago):
    """Change something as the house does: the row and the mark."""
    an_order(client, on=TODAY - timedelta(days=days_ago))
    actions.mark_stale([client.pk], now=NOON)


def stale(now=NOON):
    return actions.score_stale(as_of=TODAY, now=now)


def meanwhile(monkeypatch, module, work):
    """Let `work` happen once, after the engine has read and before anything is written."""

    def computed(question, **learned):
        found = compute(question, **learned)
        monkeypatch.setattr(module, "compute", compute)
        work()
        return found

    monkeypatch.setattr(module, "compute", computed)


def test_a_marked_client_is_scored_again_in_place(ada):
    before = Signal.objects.current().get(client=ada).pk
    orders_again(ada, days_ago=5)
    assert stale() == 1
    found = Signal.objects.current().get(client=ada)
    assert (found.pk, found.orders) == (before, 2)
    assert not StaleClient.objects.exists()
    assert stale() == 0


def test_a_client_born_after_the_run_gets_its_row(ada):
    boris = a_client(name="Boris")
    actions.score_some([boris.pk], as_of=TODAY, now=NOON)
    assert Signal.objects.current().filter(client=boris, stage="prospect").exists()


def test_the_row_of_a_client_that_is_gone_goes_too(ada):
    key = ada.pk
    Client.everything.filter(pk=key).update(arrival=a_hidden_arrival())
    actions.score_some([key], as_of=TODAY, now=NOON)
    assert not Signal.objects.current().filter(client_id=key).exists()


def a_hidden_arrival():
    return Client._meta.get_field("arrival").related_model.objects.create()


def test_a_change_while_everybody_is_scored_is_not_lost(ada, monkeypatch):
    def change():
        orders_again(ada, days_ago=5)
        assert stale() == 1
        assert orders_shown(ada) == 2  # at once, in the run that is still shown

    meanwhile(monkeypatch, everybody, change)
    actions.score_all(as_of=TODAY, now=NOON)
    assert orders_shown(ada) == 1  # the run had read before the change
    paths = DBTaskResult.objects.values_list("task_path", flat=True)
    assert list(paths) == ["fondly.insight.tasks.score_changed"]
    assert stale() == 1
    assert orders_shown(ada) == 2
    assert not StaleClient.objects.exists()


def test_a_change_while_its_client_is_scored_is_not_lost(ada, monkeypatch):
    orders_again(ada, days_ago=20)
    meanwhile(monkeypatch, some, lambda: orders_again(ada, days_ago=5))
    stale()
    assert StaleClient.objects.count() == 1
    stale()
    assert orders_shown(ada) == 3
    assert not StaleClient.objects.exists()


def test_an_older_reading_never_overwrites_a_newer_one(ada, monkeypatch):
    def change_and_score():
        orders_again(ada, days_ago=5)
        stale()

    orders_again(ada, days_ago=20)
    meanwhile(monkeypatch, some, change_and_score)
    stale()
    assert orders_shown(ada) == 3


def publish_what_was_read_before():
    """Show another run, whose rows are those of now."""
    before = ScoreRun.current()
    ScoreRun.objects.update(is_current=False)
    after = ScoreRun.objects.create(
        as_of=before.as_of,
        started_at=NOON,
        finished_at=NOON,
        is_current=True,
        fit=before.fit,
    )
    for row in Signal.objects.filter(run=before):
        row.pk, row.run = None, after
        row.save()


def test_a_run_that_is_shown_while_a_client_is_scored_loses_no_change(ada, monkeypatch):
    orders_again(ada, days_ago=5)
    meanwhile(monkeypatch, some, publish_what_was_read_before)
    assert stale() == 1
    assert orders_shown(ada) == 2
    assert not StaleClient.objects.exists()


def test_a_run_settles_the_marks_it_knew_of(ada):
    orders_again(ada, days_ago=5)
    actions.score_all(as_of=TODAY, now=NOON)
    assert orders_shown(ada) == 2
    assert not StaleClient.objects.exists()


def test_a_mark_in_dead_hands_is_taken_again(ada, monkeypatch):
    def die():
        raise KeyboardInterrupt

    orders_again(ada, days_ago=5)
    meanwhile(monkeypatch, some, die)
    with suppress(KeyboardInterrupt):
        stale()
    assert stale() == 0
    assert stale(now=LATER) == 1
    assert orders_shown(ada) == 2


def test_many_marks_score_everybody(ada, monkeypatch):
    monkeypatch.setattr(some, "MOST", 1)
    boris = a_client(name="Boris")
    orders_again(ada, days_ago=5)
    orders_again(boris, days_ago=4)
    run = ScoreRun.current()
    stale()
    assert ScoreRun.current() != run
    assert not StaleClient.objects.exists()


def test_a_later_run_takes_over_and_the_earlier_one_writes_no_more(ada, monkeypatch):
    later = []
    meanwhile(
        monkeypatch,
        everybody,
        lambda: later.append(actions.score_all(as_of=TODAY, now=NOON)),
    )
    with pytest.raises(Refusal):
        actions.score_all(as_of=TODAY, now=NOON)
    assert ScoreRun.current() == later[0]
    assert Signal.objects.current().count() == 1


def test_the_next_run_clears_away_what_a_crash_and_older_runs_left(ada):
    crashed = ScoreRun.objects.create(as_of=TODAY, started_at=NOON)
    signals(ada, run=crashed)
    look = a_run(is_current=False, is_look=True, started_at=NOON)
    week_old = a_run(is_current=False, is_look=True, started_at=NOON - timedelta(days=8))
    run = actions.score_all(as_of=TODAY, now=NOON)
    assert set(ScoreRun.objects.all()) == {run, look}
    assert not ScoreRun.objects.filter(pk=week_old.pk).exists()
    assert set(Signal.objects.values_list("run_id", flat=True)) == {run.pk}


def test_an_engine_that_fails_leaves_what_is_shown(ada, monkeypatch):
    shown = ScoreRun.current()
    an_order(ada, on=TODAY)
    broken = "CREATE VIEW nothing AS SELECT 1"
    monkeypatch.setattr(everybody, "request", lambda *_, **__: _Broken(broken))
    with pytest.raises(EngineFailed, match="JSON"):
        actions.score_all(as_of=TODAY, now=NOON)
    assert ScoreRun.current() == shown
    assert orders_shown(ada) == 1


class _Broken:
    engine = Engine()

    def __init__(self, text):
        self.text = text

    def to_json(self):
        return self.text


def test_news_marks_the_client_and_asks_for_one_task(ada):
    for kind in ("order", "touch", "client"):
        announce(News(kind=kind, client_ids=[ada.pk], at=NOON))
    announce(News(kind="signals", client_ids=[], at=NOON))
    assert list(StaleClient.objects.values_list("client_id", flat=True)) == [ada.pk]
    paths = DBTaskResult.objects.values_list("task_path", flat=True)
    assert list(paths) == ["fondly.insight.tasks.score_changed"]
    tasks.score_changed.call()
    assert not StaleClient.objects.exists()


def test_news_about_nobody_in_particular_scores_everybody(ada):
    an_order(ada, on=TODAY)
    announce(News(kind="order", client_ids=[], at=NOON))
    paths = DBTaskResult.objects.values_list("task_path", flat=True)
    assert list(paths) == ["fondly.insight.tasks.score_everyone"]
    # Were the task lost, whoever looks for marks would score everybody all the same.
    run = ScoreRun.current()
    assert stale() == 1
    assert ScoreRun.current() != run
    assert orders_shown(ada) == 2
    assert not StaleClient.objects.exists()


def test_what_is_for_everybody_does_not_hold_up_what_is_urgent(ada):
    announce(News(kind="client", client_ids=[], at=NOON))
    DBTaskResult.objects.all().delete()
    run = ScoreRun.current()
    assert tasks.score_changed.call() == 0
    assert ScoreRun.current() == run
    paths = DBTaskResult.objects.values_list("task_path", flat=True)
    assert list(paths) == ["fondly.insight.tasks.score_everyone"]


def test_a_change_that_is_taken_back_takes_its_mark_along(ada):
    with suppress(ZeroDivisionError), transaction.atomic():
        announce(News(kind="order", client_ids=[ada.pk], at=NOON))
        assert StaleClient.objects.exists()
        raise ZeroDivisionError
    assert not StaleClient.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_mark_that_is_just_being_renewed_holds_nobody_up(ada):
    only_on("postgresql")
    boris = a_client(name="Boris")
    actions.mark_stale([ada.pk, boris.pk], now=NOON)
    locked, done = Event(), Event()

    def renew():
        with transaction.atomic():
            an_order(ada, on=TODAY)
            announce(News(kind="order", client_ids=[ada.pk], at=NOON))
            locked.set()
            done.wait(30)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(renew)
        locked.wait(10)
        assert stale() == 1  # Boris alone
        done.set()
        waiting.result(30)
    assert stale() == 1
    assert orders_shown(ada) == 2
    assert not StaleClient.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_clients():
    counts = []
    for size in (20, 400):
        Client.objects.bulk_create(
            Client(name="C", sort_name="c", created_at=NOON, updated_at=NOON)
            for _ in range(size)
        )
        actions.score_all(as_of=TODAY, now=NOON)  # tiers and stages settle
        with CaptureQueriesContext(
            connection,
        ) as asked:
            actions.score_all(as_of=TODAY, now=NOON)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_progress_is_told_up_to_the_end(ada, monkeypatch):
    monkeypatch.setattr(writing, "UNSEEN", 1)
    monkeypatch.setattr(writing, "COPIED", 1)
    a_client(name="Boris")
    told = []
    actions.score_all(as_of=TODAY, now=NOON, told=lambda *step: told.append(step))
    assert told == [(1, 2), (2, 2)]


def test_a_lock_of_ours_survives_a_scoring_run(ada):
    """DuckDB's own SQLite would drop our locks if it closed the file in this process."""
    only_on("sqlite")
    path = str(connection.settings_dict["NAME"])
    write = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=0.2); "
        "db.execute(\"UPDATE team_business SET name = 'theirs'\"); db.commit()"
    )
    with transaction.atomic():  # IMMEDIATE: we hold the write lock from here on
        Client.objects.update(name="ours")
        ask(request(TODAY))
        other = subprocess.run(
            [sys.executable, "-c", write, path], capture_output=True, text=True, check=False
        )
        assert "database is locked" in other.stderr
    assert Client.objects.get().name == "ours"
    assert sqlite3.connect(path).execute("SELECT name FROM team_business").fetchone() == (
        "Bell & Co",
    )


def test_what_the_engine_prints_does_not_reach_its_answer(ada, tmp_path, monkeypatch):
    noisy = tmp_path / "sitecustomize.py"
    noisy.write_text(
        "import duckdb, os\n"
        "connect = duckdb.connect\n"
        "def loudly(*a, **k):\n"
        "    os.write(1, b'100% done')\n"
        "    return connect(*a, **k)\n"
        "duckdb.connect = loudly\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert ask(request(TODAY)).rows.num_rows == 1


def test_the_engine_leaves_nothing_behind_in_any_case(ada, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ask(request(TODAY))
    with pytest.raises(EngineFailed):
        ask(_Broken("no request"))
    assert list(tmp_path.iterdir()) == []
