"""What touches add up to stays right, whatever the order in which they arrive."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from fondly.base.errors import Refusal
from fondly.base.news import _listeners, listen
from fondly.clients.models import Client
from fondly.team.models import AuditEntry
from fondly.testing import NOON, a_client, a_contact
from fondly.touches import actions
from fondly.touches.models import Touch
from fondly.touches.rules import Standing, standing


def day(number):
    return NOON - timedelta(days=100 - number)


def record(client, number, direction="out", **about):
    row = {"medium": "call", "purpose": "service", "what": "", "now": NOON} | about
    return actions.record(client, at=day(number), direction=direction, **row)


def kept(client):
    client.refresh_from_db()
    return Standing(
        client.last_touch_at, client.last_two_way_at, client.first_unanswered_at
    )


def from_all_touches(client):
    return standing(Touch.objects.filter(client=client).values_list("at", "direction"))


def test_what_we_say_answers_all_that_came_before_it():
    waiting = [(day(1), "in"), (day(2), "in")]
    assert standing(waiting).first_unanswered_at == day(1)
    assert standing([*waiting, (day(1), "out")]).first_unanswered_at == day(2)
    assert standing([*waiting, (day(2), "both")]).first_unanswered_at is None


def test_only_a_conversation_is_two_way():
    assert standing([(day(3), "in"), (day(4), "out")]).last_two_way_at is None
    assert standing([(day(3), "both"), (day(4), "out")]).last_two_way_at == day(3)


@pytest.mark.django_db
def test_every_order_of_arrival_ends_the_same():
    touches = [(1, "in"), (2, "out"), (3, "both"), (4, "in"), (5, "in")]
    for order in permutations(touches):
        client = a_client()
        for number, direction in order:
            record(client, number, direction)
        assert kept(client) == Standing(day(5), day(3), day(4)), order


class Arrivals(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 6), st.sampled_from(["in", "out", "both"])), max_size=7
        ),
        st.integers(0, 6),
    )
    def test_arrivals_and_a_withdrawal_stand_as_if_computed_from_all(self, rows, gone):
        client = a_client()
        for number, direction in rows:
            record(client, number, direction)
            assert kept(client) == from_all_touches(client)
        if touch := Touch.objects.filter(client=client).order_by("pk")[gone:].first():
            actions.withdraw(touch, by=None, now=NOON)
            assert kept(client) == from_all_touches(client)

    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["in", "out", "both"]))),
    )
    def test_many_at_once_stand_as_one_by_one(self, rows):
        one, many = a_client(), a_client()
        new = [
            Touch(client=many, at=day(n), direction=d, medium="call", purpose="give")
            for n, d in rows
        ]
        assert actions.record_many(new, now=NOON) == len(rows)
        for number, direction in rows:
            record(one, number, direction)
        assert kept(one) == kept(many)


@pytest.mark.django_db(transaction=True)
def test_touches_that_race_stand_as_if_one_came_after_the_other():
    rows = [(1, "in"), (2, "out"), (3, "in"), (4, "both"), (5, "in"), (6, "in")]
    for _round in range(5):
        client, start = a_client(), Barrier(len(rows))

        def write(row, client=client, start=start):
            try:
                start.wait()
                record(Client.objects.get(pk=client.pk), *row)
            finally:
                connection.close()

        with ThreadPoolExecutor(len(rows)) as pool:
            list(pool.map(write, rows))
        assert kept(client) == Standing(day(6), day(4), day(5))


@pytest.mark.django_db(transaction=True)
def test_the_same_key_is_recorded_once_even_when_it_races():
    client, start = a_client(), Barrier(4)

    def write(_number):
        try:
            start.wait()
            return record(client, 1, key="mail:77").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(write, range(4)))) == 1
    assert Touch.objects.count() == 1


@pytest.mark.django_db
def test_many_at_once_skip_keys_that_are_known_or_twice_in_the_file():
    client = a_client()
    record(client, 1, key="a")
    rows = [
        Touch(
            client=client, at=day(2), direction="in", medium="email", purpose="ask", key=key
        )
        for key in ("a", "b", "b", "", "")
    ]
    assert actions.record_many(rows, now=NOON) == 3


@pytest.mark.django_db
def test_a_touch_of_tomorrow_is_refused():
    with pytest.raises(Refusal, match="not come yet"):
        record(a_client(), 101)
    assert not Touch.objects.exists()


@pytest.mark.django_db
def test_a_person_of_another_client_is_refused():
    with pytest.raises(Refusal, match="another client"):
        record(a_client(), 1, contact=a_contact(a_client()))


@pytest.mark.django_db
def test_a_withdrawn_touch_is_audited():
    actions.withdraw(record(a_client(), 1), by=None, now=NOON)
    assert [entry.what for entry in AuditEntry.objects.all()] == ["touch.withdrawn"]


@pytest.mark.django_db
def test_a_conversation_is_news_from_both_sides(django_capture_on_commit_callbacks):
    heard = []
    listener = listen(lambda news: heard.append((news.kind, news.detail)))
    try:
        with django_capture_on_commit_callbacks(execute=True):
            record(a_client(), 1, "both")
            record(a_client(), 1, "in")
    finally:
        _listeners.remove(listener)
    assert heard == [("touch", "out"), ("touch", "in"), ("touch", "in")]
