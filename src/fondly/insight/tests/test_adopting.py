"""A scheme adopted while everybody is scored: the run has read the one before it."""

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from fondly.base.tasks.worker import Worker
from fondly.clients.models import Client
from fondly.insight import actions
from fondly.insight.actions import writing
from fondly.insight.models import ScoreRun, Signal
from fondly.insight.tiering import Scheme, TierLine
from fondly.testing import NOON, TODAY, a_business, a_client, an_order, olive

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tier(name, border, ideal):
    return TierLine(
        name=name, border=border, ideal_days=ideal, maximum_days=ideal, minutes=10
    )


NEW = Scheme(
    criteria=(("revenue_12m", 1.0),), tiers=(tier("Gold", 0.2, 14), tier("Plain", 0, 70))
)


@pytest.fixture(autouse=True)
def base():
    """Ten clients of whom two have earned gold, scored by the scheme one starts with."""
    a_business()
    for n in range(1, 11):
        an_order(a_client(name=f"Client {n}"), on=TODAY - 40 * DAY, amount=n * 10_000)
    actions.score_all(as_of=TODAY, now=NOON - HOUR)


def before_it_is_written(monkeypatch, work):
    """Let `work` happen once, when a run has been computed and nothing of it is written."""
    write = writing.fresh

    def late(run, table, **about):
        monkeypatch.setattr(writing, "fresh", write)
        work()
        write(run, table, **about)

    monkeypatch.setattr(writing, "fresh", late)


def adopt(*, now):
    actions.adopt(NEW, by=olive(), now=now)


def waiting():
    rows = DBTaskResult.objects.filter(status="READY")
    return [path.rpartition(".")[2] for path in rows.values_list("task_path", flat=True)]


@pytest.mark.parametrize("after", [timedelta(0), HOUR], ids=["at once", "later"])
def test_a_scheme_adopted_while_a_run_is_written_outlives_it(monkeypatch, after):
    def adopted():
        adopt(now=NOON + after)
        Worker().drain()
        assert Client.objects.filter(tier="Gold").count() == 2

    before_it_is_written(monkeypatch, adopted)
    run = actions.score_all(as_of=TODAY, now=NOON)
    assert ScoreRun.current() == run
    assert waiting() == ["give_tiers"]
    assert Worker().drain() == 1
    assert waiting() == [], "giving tiers asks for nothing more"

    clients = dict(Client.objects.values_list("name", "tier"))
    gold = {name for name, tier in clients.items() if tier == "Gold"}
    assert gold == {"Client 9", "Client 10"}
    assert set(clients.values()) == {"Gold", "Plain"}
    rows = Signal.objects.of_run(run.pk).select_related("client")
    assert {row.client.name: row.tier for row in rows} == clients
    assert {(row.tier, row.ideal_days) for row in rows} == {("Gold", 14), ("Plain", 70)}


def test_a_run_that_knew_the_scheme_is_left_as_it_is():
    adopt(now=NOON - HOUR / 2)
    Worker().drain()
    actions.score_all(as_of=TODAY, now=NOON)
    assert waiting() == []
    assert set(Client.objects.values_list("tier", flat=True)) == {"Gold", "Plain"}
