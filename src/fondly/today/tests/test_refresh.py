"""Refresh: proposals become one card per client, and stay in step with the world."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fondly.base.models import ReasonSetting
from fondly.clients.models import ConsentEntry
from fondly.testing import NOON, TODAY, a_client, a_user, signals
from fondly.today import actions
from fondly.today.models import Absence, Action, ActionReason
from fondly.today.tests.world import proposal, refresh
from fondly.touches.models import HoldoutEntry

pytestmark = pytest.mark.django_db


def test_two_reasons_for_one_client_are_one_card(world, run):
    ada = a_client()
    world.says("one", proposal(ada, stake=5))
    world.says("two", proposal(ada, "b", stake=50))
    refresh(run)

    [action] = Action.objects.all()
    assert action.stake == 50
    assert sorted(r.reason for r in action.reasons.all()) == ["t.one", "t.two"]


def test_an_open_card_is_updated_not_made_again(world, run):
    ada = a_client()
    world.says("one", proposal(ada, because="Silent for 71."))
    refresh(run)
    world.says("one", proposal(ada, because="Silent for 72.", stake=7))
    refresh(run, today=TODAY + timedelta(days=1))

    [action] = Action.objects.all()
    assert action.stake == 7
    assert [r.because for r in action.reasons.all()] == ["Silent for 72."]
    assert action.created_at == NOON


def test_what_no_longer_holds_passes_and_may_come_again(world, run):
    ada = a_client()
    world.says("one", proposal(ada))
    refresh(run)
    world.says("one")
    refresh(run)

    assert [a.state for a in Action.objects.all()] == ["passed"]
    assert [r.state for r in ActionReason.objects.all()] == ["passed"]

    world.says("one", proposal(ada))
    refresh(run)
    assert Action.objects.live().count() == 1
    assert ActionReason.objects.get().action.state == "open"


def test_a_card_outlives_one_of_its_reasons(world, run):
    ada = a_client()
    world.says("one", proposal(ada, stake=500))
    world.says("two", proposal(ada, "b", stake=5, suggestion="Write."))
    refresh(run)
    world.says("one")
    refresh(run)

    [action] = Action.objects.live()
    assert (action.suggestion, action.stake) == ("Write.", 5)
    assert [r.reason for r in action.reasons.filter(state="open")] == ["t.two"]


def test_refreshing_twice_changes_nothing(world, run):
    ada, boris = a_client(), a_client(name="Boris")
    world.says("one", proposal(ada), proposal(boris, "c"))
    refresh(run)
    before = (
        list(Action.objects.order_by("pk").values()),
        list(ActionReason.objects.order_by("pk").values()),
    )
    refresh(run)
    after = (
        list(Action.objects.order_by("pk").values()),
        list(ActionReason.objects.order_by("pk").values()),
    )
    assert before == after


@pytest.mark.parametrize("outcome", ["done", "not_needed"])
def test_a_settled_occurrence_never_returns_but_a_new_one_does(world, run, outcome):
    ada, max_ = a_client(), a_user()
    world.says("one", proposal(ada))
    refresh(run)
    getattr(actions, outcome)(Action.objects.get(), by=max_, now=NOON)
    refresh(run)
    assert not Action.objects.live().exists()

    world.says("one", proposal(ada, "b"))
    refresh(run)
    assert [r.subject for r in Action.objects.live().get().reasons.all()] == ["b"]


def test_a_snoozed_card_sleeps_until_its_day(world, run):
    ada, max_ = a_client(), a_user()
    world.says("one", proposal(ada))
    refresh(run)
    until = TODAY + timedelta(days=3)
    actions.snooze(Action.objects.get(), until=until, by=max_, today=TODAY, now=NOON)

    refresh(run, today=TODAY + timedelta(days=2))
    assert not Action.objects.waiting(TODAY + timedelta(days=2)).exists()
    refresh(run, today=until)
    assert Action.objects.waiting(until).get().state == "open"


def test_something_new_wakes_a_snoozed_card(world, run):
    ada, max_ = a_client(), a_user()
    world.says("one", proposal(ada))
    refresh(run)
    until = TODAY + timedelta(days=30)
    actions.snooze(Action.objects.get(), until=until, by=max_, today=TODAY, now=NOON)
    world.says("two", proposal(ada, "b"))
    refresh(run, today=TODAY + timedelta(days=1))

    assert Action.objects.waiting(TODAY + timedelta(days=1)).get().snoozed_until is None


def test_a_closed_client_is_left_alone(world, run):
    ada = a_client(closed_on=TODAY)
    world.says("one", proposal(ada))
    assert refresh(run) == 0
    assert not Action.objects.exists()


def withdraw(client, channel, purposes=("news", "offers", "cards", "surveys")):
    for purpose in purposes:
        ConsentEntry.objects.create(
            client=client,
            channel=channel,
            purpose=purpose,
            is_granted=False,
            at=NOON,
            source="by phone",
        )


def test_chen_who_must_never_be_contacted_is_never_proposed(world, run):
    chen = a_client(name="Chen")
    for channel in ("email", "phone", "post", "message"):
        withdraw(chen, channel)
    world.says("one", proposal(chen))
    refresh(run)
    assert not Action.objects.exists()


def test_a_closed_phone_turns_a_call_into_a_letter(world, run):
    chen = a_client(name="Chen")
    signals(chen, run=run, reach_phone=True, reach_email=True)
    withdraw(chen, "phone")
    world.says("one", proposal(chen))
    refresh(run)
    assert Action.objects.get().by == "write"


def test_leaving_the_newsletter_does_not_forbid_a_personal_call(world, run):
    ada = a_client()
    signals(ada, run=run, reach_phone=True)
    withdraw(ada, "phone", ["news"])
    world.says("one", proposal(ada))
    refresh(run)
    assert Action.objects.get().by == "call"


def test_a_reason_switched_off_passes(world, run):
    world.says("one", proposal(a_client()))
    refresh(run)
    ReasonSetting.objects.create(reason="t.one", is_on=False)
    refresh(run)
    assert not Action.objects.live().exists()


def test_each_eligible_client_gets_an_arm_and_both_are_logged(world, run):
    clients = [a_client(name=f"C{n}") for n in range(40)]
    ReasonSetting.objects.create(reason="t.one", holdout_share=0.5)
    world.says("one", *(proposal(c) for c in clients))
    refresh(run)

    entries = HoldoutEntry.objects.filter(programme="t.one")
    held = set(entries.filter(is_held_out=True).values_list("client_id", flat=True))
    assert entries.count() == 40
    assert 5 < len(held) < 35
    carded = set(Action.objects.live().values_list("client_id", flat=True))
    assert carded == {c.pk for c in clients} - held


def test_arms_stick_when_the_share_changes_later(world, run):
    clients = [a_client(name=f"C{n}") for n in range(40)]
    setting = ReasonSetting.objects.create(reason="t.one", holdout_share=0.5)
    world.says("one", *(proposal(c) for c in clients))
    refresh(run)
    before = list(HoldoutEntry.objects.order_by("client_id").values())
    setting.holdout_share = 0.1
    setting.save()
    refresh(run)
    assert list(HoldoutEntry.objects.order_by("client_id").values()) == before


def test_a_lot_of_share_nothing_is_logged_and_drawn_again_later(world, run):
    clients = [a_client(name=f"C{n}") for n in range(40)]
    world.says("one", *(proposal(c) for c in clients))
    refresh(run)
    assert HoldoutEntry.objects.filter(is_held_out=False, share=0).count() == 40

    ReasonSetting.objects.create(reason="t.one", holdout_share=0.5)
    refresh(run)
    assert HoldoutEntry.objects.filter(is_held_out=True, share=0.5).exists()
    assert HoldoutEntry.objects.count() == 40


def test_cards_go_to_the_owner_the_stand_in_or_nobody(world, run):
    max_, mia = a_user(), a_user(name="Mia")
    ada, boris = a_client(owner=max_), a_client(name="Boris")
    world.says("one", proposal(ada), proposal(boris))
    refresh(run)
    assert Action.objects.get(client=ada).assignee == max_
    assert Action.objects.get(client=boris).assignee is None

    Absence.objects.create(user=max_, from_day=TODAY, until_day=TODAY, stand_in=mia)
    refresh(run)
    assert Action.objects.get(client=ada).assignee == mia
    refresh(run, today=TODAY + timedelta(days=1))
    assert Action.objects.get(client=ada).assignee == max_


def test_only_the_clients_asked_about_are_touched(world, run):
    ada, boris = a_client(), a_client(name="Boris")
    world.says("one", proposal(ada), proposal(boris))
    refresh(run)
    world.says("one")
    refresh(run, client_ids=[ada.pk])
    assert Action.objects.live().get().client == boris


def written(world, run, **about):
    """Return what a refresh writes of cards and their reasons."""
    with CaptureQueriesContext(connection) as asked:
        refresh(run, **about)
    write = re.compile(r"(\d+ times: )?(INSERT|UPDATE|DELETE) .*today_action")
    return [query["sql"] for query in asked if write.match(query["sql"])]


def test_only_what_has_changed_is_written(world, run):
    ada, boris = a_client(), a_client(name="Boris")
    world.says("one", proposal(ada), proposal(boris))
    refresh(run)
    assert written(world, run) == []
    world.says("one", proposal(ada, stake=500), proposal(boris))
    words = written(world, run)
    assert len(words) == 2  # the card and its reason
    assert Action.objects.get(client=ada).stake == 500
    assert Action.objects.get(client=boris).stake == 100


def test_the_number_of_queries_does_not_grow_with_the_clients(
    world, run, django_assert_max_num_queries
):
    clients = [a_client(name=f"C{n}") for n in range(150)]
    world.says("one", *(proposal(c) for c in clients))
    # SQLite writes at most 999 values in one statement; hence some more for 150 cards.
    with django_assert_max_num_queries(40):
        refresh(run)
    with django_assert_max_num_queries(40):
        refresh(run)
