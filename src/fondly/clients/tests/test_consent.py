"""Consent is a ledger: the newest word holds, with its evidence."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from fondly.base.errors import Refusal
from fondly.clients.actions import consent
from fondly.clients.models import Arrival, ConsentEntry
from fondly.testing import NOON, a_client, a_contact

KEY = {"channel": "email", "purpose": "news"}
EVIDENCE = {"source": "fair", "wording": "News once a month"}
BY = {"by": None, "now": NOON}


def say(client, *, granted, days_ago=0, **about):
    write = consent.grant if granted else consent.withdraw
    at = NOON - timedelta(days=days_ago)
    return write(client, **KEY | EVIDENCE | BY | {"at": at} | about)


def holds(client):
    return [e.is_granted for e in ConsentEntry.objects.standing([client.pk])]


@pytest.mark.django_db
def test_the_newest_word_holds_whatever_the_order_of_arrival():
    for order in permutations([(3, True), (2, False), (1, True)]):
        client = a_client()
        for days_ago, granted in order:
            say(client, granted=granted, days_ago=days_ago)
        assert holds(client) == [True]


@pytest.mark.django_db
def test_of_two_words_of_one_moment_the_later_entry_holds():
    client = a_client()
    say(client, granted=True)
    say(client, granted=False)
    assert holds(client) == [False]


@pytest.mark.django_db
def test_each_channel_purpose_and_person_stands_alone():
    client = a_client()
    mia = a_contact(client)
    say(client, granted=True)
    say(client, granted=False, purpose="offers")
    say(client, granted=False, channel="phone")
    say(client, granted=False, contact=mia)
    assert sorted(holds(client)) == [False, False, False, True]


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["source", "wording"])
def test_a_grant_without_evidence_is_none(missing):
    with pytest.raises(Refusal, match="the words they agreed to"):
        say(a_client(), granted=True, **{missing: "  "})
    assert not ConsentEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"channel": "smoke"}, "Choose a channel"),
        ({"purpose": "all"}, "Choose a channel"),
        ({"days_ago": -1}, "not come yet"),
    ],
)
def test_what_no_consent_may_be_is_refused(about, words):
    with pytest.raises(Refusal, match=words):
        say(a_client(), granted=False, **about)


@pytest.mark.django_db
def test_an_entry_that_waits_for_its_import_does_not_hold_yet():
    client = a_client()
    say(client, granted=False)
    arrival = Arrival.objects.create()
    ConsentEntry.objects.create(
        client=client, arrival=arrival, is_granted=True, at=NOON, **KEY, **EVIDENCE
    )
    assert holds(client) == [False]


class Ledgers(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 5), st.booleans(), st.sampled_from(["news", "offers"]))
        )
    )
    def test_standing_is_the_last_of_each_purpose_by_time_and_arrival(self, words):
        client = a_client()
        expected = {}
        for days_ago, granted, purpose in words:
            entry = say(client, granted=granted, days_ago=days_ago, purpose=purpose)
            key = (entry.at, entry.pk)
            if key > expected.get(purpose, ((NOON - timedelta(days=99)), 0, None))[:2]:
                expected[purpose] = (*key, granted)
        standing = ConsentEntry.objects.standing([client.pk])
        assert {e.purpose: e.is_granted for e in standing} == {
            purpose: granted for purpose, (_at, _pk, granted) in expected.items()
        }
