"""Clients who never bought: a chance from their touches, with its range and rhythm."""

from datetime import timedelta

import pytest

from fondly.insight import actions
from fondly.insight.models import MonthlySignal, Signal
from fondly.insight.tests.ties.talk import a_choir, a_relation, said, score, shown
from fondly.testing import NOON, TODAY, a_business, a_client, an_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _business():
    a_business()


def test_who_writes_regularly_is_active_and_who_fell_silent_is_not():
    a_choir()
    loyal, quiet = a_relation(name="Loyal"), a_relation(name="Quiet")
    said(loyal, *range(3, 200, 12))
    said(quiet, *range(150, 347, 12))
    score()
    ours, theirs = shown(loyal), shown(quiet)
    assert ours.p_active > 0.8 > 0.2 > theirs.p_active
    assert (ours.basis, ours.gap_days, ours.heard_days) == ("touches", 12, 17)
    assert ours.last_heard_on == TODAY - timedelta(days=3)
    assert ours.next_from < ours.next_until
    assert (ours.stage, theirs.stage) == ("active", "lapsed")
    assert ours.act_by > TODAY > theirs.act_by
    for one in (ours, theirs):
        assert one.p_active_low < one.p_active < one.p_active_high


def test_of_two_words_the_range_is_wide_and_of_one_there_is_no_chance():
    a_choir()
    often, twice, once = (a_relation(name=name) for name in ("Often", "Twice", "Once"))
    said(often, *range(2, 400, 12))
    said(twice, 2, 14)
    said(once, 2)
    score()
    wide, narrow = (
        one.p_active_high - one.p_active_low for one in map(shown, (twice, often))
    )
    assert wide > 2 * narrow
    assert shown(twice).gap_days is None
    assert (shown(once).p_active, shown(once).heard_days) == (None, 1)


def test_who_answers_and_comes_to_meetings_is_likelier_active():
    a_choir()
    plain, deaf, off = (a_relation(name=name) for name in ("Plain", "Deaf", "Off"))
    for one in (plain, deaf, off):
        said(one, *range(20, 200, 15))
    said(plain, *range(25, 200, 15), direction="out")  # each answered after five days
    said(deaf, *range(21, 200, 15), *range(22, 200, 15), direction="out")
    said(off, 5, 40, 70, is_called_off=True, medium="visit")
    score()
    p = {
        name: shown(one).p_active
        for name, one in (("plain", plain), ("deaf", deaf), ("off", off))
    }
    assert p["plain"] > p["deaf"]
    assert p["plain"] > p["off"]
    assert shown(off).called_off_12m == 3
    assert shown(off).last_heard_on == TODAY - timedelta(days=20)
    assert shown(plain).answered == 1.0
    assert shown(plain).their_answer_hours == pytest.approx(120, rel=0.01)
    assert shown(deaf).answered == 0.5


def test_orders_decide_where_there_are_any_and_a_prospect_gets_no_chance():
    a_choir()
    buyer, prospect = a_relation(name="Buyer"), a_client(name="Prospect")
    an_order(buyer, on=TODAY - timedelta(days=5))
    for one in (buyer, prospect):
        said(one, *range(3, 200, 12))
    score()
    assert (shown(buyer).p_active, shown(buyer).heard_days) == (None, 0)
    assert (shown(prospect).p_active, shown(prospect).stage) == (None, "prospect")
    assert shown(prospect).heard_days == 17


def test_where_nobody_ever_bought_whoever_writes_is_a_client():
    a_choir(12)
    ada = a_client()
    said(ada, *range(3, 200, 12))
    score()
    assert shown(ada).p_active > 0.5
    assert shown(ada).stage == "active"


def test_some_rescored_are_as_all_rescored():
    a_choir()
    ada = a_relation()
    said(ada, *range(40, 200, 12))
    score()
    before = shown(ada)
    said(ada, 2)
    actions.score_some([ada.pk], as_of=TODAY, now=NOON)
    few = {k: v for k, v in vars(shown(ada)).items() if k not in {"_state", "id", "run_id"}}
    score()
    run_of_all = {k: v for k, v in vars(shown(ada)).items() if k in few}
    assert few["p_active"] > before.p_active
    # The refit on everybody moves the law a little; what is read of the client is the same.
    for name in ("heard_days", "gap_days", "last_heard_on", "answered", "relation"):
        assert few[name] == run_of_all[name]
    assert few["p_active"] == pytest.approx(run_of_all["p_active"], abs=0.02)


def test_nothing_later_than_the_day_is_read():
    a_choir()
    ada = a_relation()
    said(ada, *range(100, 300, 12))
    run = actions.score_all(as_of=TODAY - timedelta(days=60), now=NOON, look=True)
    then = Signal.objects.get(run=run, client=ada)
    said(ada, 3, 30)
    again = actions.score_all(as_of=TODAY - timedelta(days=60), now=NOON, look=True)
    assert Signal.objects.get(run=again, client=ada).p_active == pytest.approx(
        then.p_active
    )


def test_their_months_are_kept():
    a_choir()
    ada = a_relation()
    said(ada, *range(70, 300, 12))
    score()
    actions.reckon(months=3, today=TODAY, now=NOON)
    rows = list(MonthlySignal.objects.of_client(ada.pk).order_by("month_end__month"))
    chances = [row.p_active for row in rows]
    assert len(chances) == 4
    assert chances == sorted(chances, reverse=True)
    assert rows[0].relation["heard_days"] <= rows[-1].relation["heard_days"]
