"""What is changed in a plan, or about the ten best, is on Today as soon as a worker ran."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from fondly.base.tasks.worker import Worker
from fondly.insight.actions import adopt, score_all
from fondly.insight.actions.tiers import FIRST
from fondly.practices.rhythm.actions import plan
from fondly.practices.rhythm.models import PlanReminder, TopTen
from fondly.testing import a_business, a_client, a_touch, a_user, an_order, olive
from fondly.today.models import Action
from fondly.touches import actions as touches

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def today():
    a_business(time_zone="UTC")
    return timezone.now().date()


@pytest.fixture
def ada(client, today):
    """Ada bought something half a year ago, is scored, and one of us looks on."""
    ada = a_client()
    for days in (190, 200):
        an_order(ada, on=today - timedelta(days=days))
    client.force_login(a_user())
    score_all(as_of=today, now=timezone.now())
    Worker().drain()
    return ada


def suggested():
    """Return what today's live cards say, once all that waits has been done."""
    Worker().drain()
    cards = Action.objects.live().prefetch_related("reasons")
    found = [row for card in cards for row in card.reasons.filter(state="open")]
    return [row.suggestion for row in found if row.reason.startswith("rhythm.")]


@pytest.mark.parametrize("every", [None, 30], ids=["once", "again and again"])
def test_a_reminder_for_today_has_a_card_that_follows_it_until_it_is_stopped(
    client, ada, today, every
):
    address = f"/rhythm/clients/{ada.pk}/plan/"
    sent = {"what": "Send the guide", "next_due": today, "every_days": every or ""}
    client.post(f"{address}add/", sent)
    assert "Send the guide" in suggested()

    row = PlanReminder.objects.get()
    client.post(f"{address}{row.pk}/", {**sent, "what": "Bring the guide"})
    assert [words for words in suggested() if "guide" in words] == ["Bring the guide"]

    client.post(f"{address}{row.pk}/stop/")
    assert not [words for words in suggested() if "guide" in words]


def test_the_card_of_one_of_the_ten_says_what_special_thing_was_chosen(client, ada):
    place = TopTen.objects.get()
    client.post(f"/rhythm/top-ten/{place.pk}/special/", {"special": "A tasting for two."})
    assert [words for words in suggested() if words.endswith("A tasting for two.")]


def test_a_shorter_cadence_brings_who_waits_too_long_onto_today_in_the_same_tier(today):
    ada = a_client()
    an_order(ada, on=today - timedelta(days=200))
    a_touch(ada, at=timezone.now() - timedelta(days=25))
    score_all(as_of=today, now=timezone.now())
    assert not [words for words in suggested() if "Get in touch" in words]
    ada.refresh_from_db()
    shorter = [replace(tier, ideal_days=20, maximum_days=180) for tier in FIRST.tiers]
    before = ada.tier
    adopt(replace(FIRST, tiers=tuple(shorter)), by=olive(), now=timezone.now())
    assert [words for words in suggested() if "Get in touch" in words]
    ada.refresh_from_db()
    assert ada.tier == before


@pytest.mark.parametrize("called_again", [False, True], ids=["taken back", "called again"])
def test_a_reminder_that_a_call_answered_comes_back_when_the_call_is_taken_back(
    ada, today, called_again
):
    before = timezone.now() - timedelta(days=9)
    plan(ada, what="Ask about her shop", next_due=today, every_days=30, now=before)
    assert "Ask about her shop" in suggested()

    about = {"direction": "out", "medium": "call", "purpose": "give", "what": ""}
    calls = [
        touches.record(ada, at=timezone.now(), now=timezone.now(), **about)
        for _ in range(1 + called_again)
    ]
    assert "Ask about her shop" not in suggested()
    touches.withdraw(calls[0], by=None, now=timezone.now())
    assert ("Ask about her shop" in suggested()) is not called_again
