"""Done, snoozed, not needed, taken back, answered."""

from datetime import UTC, datetime, time, timedelta

import pytest

from fondly.base.errors import Refusal
from fondly.base.news import News
from fondly.testing import (
    NOON,
    TODAY,
    a_business,
    a_client,
    a_contact,
    a_touch,
    a_user,
    an_order,
)
from fondly.today import actions
from fondly.today.models import Action, ActionReason
from fondly.today.tests.world import proposal, refresh
from fondly.touches.actions import record, withdraw
from fondly.touches.models import Touch

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(world, run):
    """Ada has a card with a reason that an order or a touch answers."""
    ada = a_client()
    world.says("one", proposal(ada, stake=500))
    refresh(run)
    return ada


@pytest.fixture
def card(ada):
    return Action.objects.get(client=ada)


def heard(*news):
    for one in news:
        actions.hear(one)


def test_done_writes_what_happened_on_the_timeline(ada, card):
    max_ = a_user()
    contact = a_contact(ada, name="Jonas")
    card.contact = contact
    card.save()
    actions.done(card, by=max_, now=NOON, what="Second shop opens in May", direction="both")

    [touch] = Touch.objects.all()
    assert (touch.what, touch.medium, touch.purpose) == (
        "Second shop opens in May",
        "call",
        "give",
    )
    assert (touch.client, touch.contact, touch.user) == (ada, contact, max_)
    card.refresh_from_db()
    assert (card.state, card.settled_by, card.touch) == ("done", max_, touch)
    assert [r.state for r in card.reasons.all()] == ["done"]


def test_done_without_a_word_says_what_was_proposed(card):
    actions.done(card, by=a_user(), now=NOON)
    assert Touch.objects.get().what == "Call."


def test_the_second_to_click_is_told_who_was_first(card):
    mine, theirs = Action.objects.get(), Action.objects.get()
    actions.done(mine, by=a_user(name="Mia"), now=NOON)

    with pytest.raises(Refusal, match="Mia has done this already"):
        actions.done(theirs, by=a_user(), now=NOON)
    with pytest.raises(Refusal, match="already"):
        actions.snooze(
            theirs, until=TODAY + timedelta(days=1), by=a_user(), today=TODAY, now=NOON
        )
    assert Touch.objects.count() == 1


def test_undo_takes_the_touch_back_and_opens_the_card(ada, card):
    max_ = a_user()
    before = Action.objects.values().get()
    reasons = list(ActionReason.objects.values())
    actions.done(card, by=max_, now=NOON, what="Called")
    actions.undo(card, by=max_, today=TODAY, now=NOON)

    assert not Touch.objects.exists()
    assert Action.objects.values().get() == before
    assert list(ActionReason.objects.values()) == reasons
    ada.refresh_from_db()
    assert ada.last_touch_at is None


def test_undo_joins_a_newer_card(world, run, ada, card):
    max_ = a_user()
    actions.done(card, by=max_, now=NOON)
    world.says("one", proposal(ada, stake=500), proposal(ada, "b", stake=5))
    refresh(run)
    actions.undo(card, by=max_, today=TODAY, now=NOON)

    live = Action.objects.live().get()
    assert live.pk != card.pk
    assert live.stake == 500
    assert sorted(r.subject for r in live.reasons.live()) == ["a", "b"]


def test_undo_is_for_a_day_and_for_once(card):
    max_ = a_user()
    actions.not_needed(card, by=max_, now=NOON)
    with pytest.raises(Refusal, match="more than a day"):
        actions.undo(card, by=max_, today=TODAY, now=NOON + timedelta(hours=25))
    actions.undo(card, by=max_, today=TODAY, now=NOON)
    with pytest.raises(Refusal, match="taken back already"):
        actions.undo(card, by=max_, today=TODAY, now=NOON)


def test_a_snooze_can_be_taken_back(card):
    max_ = a_user()
    until = TODAY + timedelta(days=7)
    actions.snooze(card, until=until, by=max_, today=TODAY, now=NOON, reason="Away")
    actions.undo(card, by=max_, today=TODAY, now=NOON)
    assert Action.objects.waiting(TODAY).exists()


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_snooze_is_until_a_day_to_come(card, days):
    until = TODAY + timedelta(days=days)
    with pytest.raises(Refusal, match="after today"):
        actions.snooze(card, until=until, by=a_user(), today=TODAY, now=NOON)


def test_an_order_answers_what_an_order_answers(world, run, ada):
    world.says("two", proposal(ada, "b", stake=7))
    refresh(run)
    an_order(ada, on=TODAY)
    heard(News(kind="order", client_ids=[ada.pk], at=NOON))

    states = dict(ActionReason.objects.values_list("reason", "state"))
    assert states == {"t.one": "answered", "t.two": "open"}
    card = Action.objects.live().get()
    assert card.stake == 7, "the card shrinks to what is left"


def test_a_card_with_nothing_left_is_answered(ada, card):
    an_order(ada, on=TODAY)
    heard(News(kind="order", client_ids=[ada.pk], at=NOON))
    card.refresh_from_db()
    assert card.state == "answered"


def test_what_was_answered_does_not_come_back(world, run, ada):
    an_order(ada, on=TODAY)
    heard(News(kind="order", client_ids=[ada.pk], at=NOON))
    refresh(run)
    assert not Action.objects.live().exists()


def a_call_taken_back(ada):
    about = {"direction": "out", "medium": "call", "purpose": "give", "what": ""}
    touch = record(ada, at=NOON, now=NOON, **about)
    heard(News(kind="touch", client_ids=[ada.pk], at=NOON, detail="out"))
    assert ActionReason.objects.get().state == "answered"
    withdraw(touch, by=None, now=NOON)
    heard(News(kind="touch", client_ids=[ada.pk], at=NOON, detail="withdrawn"))


def test_what_a_call_had_answered_comes_back_when_it_is_taken_back(run, ada, card):
    a_call_taken_back(ada)
    card.refresh_from_db()
    assert card.state == "passed"
    refresh(run)
    assert Action.objects.live().get().reasons.get().subject == "a"


@pytest.mark.parametrize("other", ["an order", "a call"])
def test_what_something_else_answers_as_well_stays_answered(run, ada, card, other):
    an_order(ada, on=TODAY) if other == "an order" else a_touch(ada, at=NOON)
    a_call_taken_back(ada)
    card.refresh_from_db()
    assert card.state == "answered"
    refresh(run)
    assert not Action.objects.live().exists()


def test_an_order_of_the_evening_answers_by_the_business_s_own_day(ada, card):
    a_business(time_zone="America/Los_Angeles")
    evening = datetime.combine(TODAY, time(2), UTC)  # still yesterday over there
    Action.objects.update(created_at=evening)
    an_order(ada, on=TODAY - timedelta(days=1))
    heard(News(kind="order", client_ids=[ada.pk], at=NOON))
    card.refresh_from_db()
    assert card.state == "answered"


def test_an_old_order_that_is_imported_today_is_no_answer(ada, card):
    an_order(ada, on=TODAY - timedelta(days=30))
    heard(News(kind="order", client_ids=[ada.pk], at=NOON))
    card.refresh_from_db()
    assert card.state == "open"


def test_a_refund_is_no_answer(ada, card):
    an_order(ada, on=TODAY, amount=-500)
    heard(News(kind="order", client_ids=[ada.pk], at=NOON))
    card.refresh_from_db()
    assert card.state == "open"


@pytest.mark.parametrize(("direction", "state"), [("out", "answered"), ("in", "open")])
def test_a_touch_of_ours_is_an_answer_and_theirs_is_not(ada, card, direction, state):
    touch = {"at": NOON, "medium": "call", "purpose": "give", "what": "", "now": NOON}
    record(ada, direction=direction, **touch)
    heard(News(kind="touch", client_ids=[ada.pk], at=NOON, detail=direction))
    card.refresh_from_db()
    assert card.state == state


def test_a_touch_does_not_answer_what_is_not_due_yet(world, run):
    ada = a_client()
    world.says("one", proposal(ada, due=TODAY + timedelta(days=2)))
    refresh(run)
    touch = {"at": NOON, "medium": "call", "purpose": "give", "what": "", "now": NOON}
    record(ada, direction="out", **touch)
    heard(News(kind="touch", client_ids=[ada.pk], at=NOON, detail="out"))
    assert Action.objects.live().exists()


def test_a_client_that_changes_hands_takes_the_card_along(ada, card):
    mia = a_user(name="Mia")
    ada.owner = mia
    ada.save()
    heard(News(kind="client", client_ids=[ada.pk], at=NOON, detail="owner"))
    card.refresh_from_db()
    assert card.assignee == mia


def test_parting_with_a_client_closes_the_card(ada, card):
    ada.closed_on = TODAY
    ada.save()
    heard(News(kind="client", client_ids=[ada.pk], at=NOON, detail="closed"))
    card.refresh_from_db()
    assert card.state == "passed"


def test_new_signals_refresh_those_they_are_about(world, run, ada):
    boris = a_client(name="Boris")
    world.says("one", proposal(boris))
    heard(News(kind="signals", client_ids=[boris.pk], at=NOON))
    assert set(Action.objects.live().values_list("client__name", flat=True)) == {
        "Ada",
        "Boris",
    }
    heard(News(kind="signals", client_ids=[], at=NOON))
    assert [a.client for a in Action.objects.live()] == [boris]
