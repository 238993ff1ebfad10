"""The ten-second log and the timeline, as pages and as parts of the client page."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

from fondly.base.registry import Panel, next_steps
from fondly.clients.actions import consent
from fondly.clients.models import Arrival
from fondly.testing import NOON, a_business, a_client, a_touch, a_user, an_order
from fondly.touches.models import Touch
from fondly.touches.rules import key_from_words, key_in_words
from fondly.touches.views import newest

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
ROW = {
    "purpose": "give",
    "medium": "call",
    "direction": "both",
    "what": "Told her the news",
}


@pytest.fixture(autouse=True)
def business():
    return a_business()


@pytest.fixture
def mine():
    browser = Browser()
    browser.force_login(a_user(password=None, name="Max"))
    return browser


def key_of(page):
    return re.search(r'name="key" value="(\w+)"', page.text)[1]


def some_history(client, count=40):
    for number in range(count):
        at = NOON - timedelta(hours=number)
        a_touch(client, at=at, what=f"touch {number}.")
        an_order(client, on=at.date(), placed_at=at, number=f"{number}")
    about = {"channel": "email", "purpose": "news", "source": "fair", "wording": "News"}
    consent.grant(client, **about, at=NOON, by=None, now=NOON)


def test_a_line_and_a_tap_are_a_touch_and_the_timeline_hears_of_it(mine):
    ada = a_client()
    key = key_of(mine.get(f"/clients/{ada.pk}/log/", headers=HTMX))
    part = mine.post(f"/clients/{ada.pk}/log/record/", ROW | {"key": key}, headers=HTMX)
    touch = Touch.objects.get()
    assert (touch.what, touch.purpose, touch.user.name) == (
        "Told her the news",
        "give",
        "Max",
    )
    assert "changed-timeline" in part["HX-Trigger"]
    assert "Logged." in part.text
    assert key_of(part) != key
    ada.refresh_from_db()
    assert ada.last_two_way_at == touch.at


def test_a_meeting_called_off_is_logged_as_that(mine):
    ada = a_client()
    key = key_of(mine.get(f"/clients/{ada.pk}/log/", headers=HTMX))
    row = ROW | {"key": key, "direction": "in", "is_called_off": "on"}
    mine.post(f"/clients/{ada.pk}/log/record/", row, headers=HTMX)
    assert Touch.objects.get().is_called_off
    assert "called off" in mine.get(f"/clients/{ada.pk}/timeline/", headers=HTMX).text


def test_a_log_sent_twice_is_recorded_once_and_goes_back_without_htmx(mine):
    ada = a_client()
    for _twice in range(2):
        reply = mine.post(f"/clients/{ada.pk}/log/record/", ROW | {"key": "0" * 16})
        assert reply.url == f"/clients/{ada.pk}/"
    assert Touch.objects.count() == 1


def test_a_log_of_the_future_or_without_words_is_told_so(mine):
    ada = a_client()
    record = f"/clients/{ada.pk}/log/record/"
    later = ROW | {"key": "0" * 16, "at": "2999-01-01T10:00"}
    reply = mine.post(record, later, headers=HTMX)
    assert reply.status_code == 422
    assert "not come yet" in reply.text
    assert 'value="Told her the news"' in reply.text
    assert mine.post(record, ROW | {"key": "0" * 16, "what": ""}).status_code == 422
    assert not Touch.objects.exists()


def test_the_time_typed_is_the_businesss(mine):
    ada = a_client()
    typed = ROW | {"key": "0" * 16, "at": "2026-07-01T10:00"}
    mine.post(f"/clients/{ada.pk}/log/record/", typed)
    assert Touch.objects.get().at.isoformat() == "2026-07-01T08:00:00+00:00"


def test_a_touch_is_taken_back(mine):
    ada = a_client()
    touch = a_touch(ada)
    mine.post(f"/clients/{ada.pk}/touches/{touch.pk}/withdraw/")
    assert not Touch.objects.exists()
    other = a_touch(a_client())
    assert mine.post(f"/clients/{ada.pk}/touches/{other.pk}/withdraw/").status_code == 404


def test_the_next_step_is_one_tap_away_by_address(mine):
    next_steps.add("test", Panel(slug="test", title="Remind me", url_name="clients:edit"))
    try:
        ada = a_client()
        typed = ROW | {"key": "0" * 16}
        part = mine.post(f"/clients/{ada.pk}/log/record/", typed, headers=HTMX)
        after = Touch.objects.get().pk
        assert f'/clients/{ada.pk}/edit/?after={after}"' in part.text
        # What was said has no business in an address, nor in a log.
        assert "news" not in part.text
    finally:
        next_steps._items.pop("test")


def test_the_timeline_shows_everything_once_newest_first_across_its_pages(mine):
    ada = a_client()
    some_history(ada)
    address, seen = f"/clients/{ada.pk}/timeline/", []
    while address:
        page = mine.get(address, headers=HTMX).text
        seen += re.findall(r"(touch \d+)\.|Order (\d+),|(May be sent)", page)
        older = re.search(r'hx-get="([^"]*before[^"]*)"', page)
        address = older and older[1].replace("&amp;", "&")
    names = [
        touch or (order and f"order {order}") or consent for touch, order, consent in seen
    ]
    expected = {f"touch {n}" for n in range(40)} | {f"order {n}" for n in range(40)}
    assert len(names) == 81
    assert set(names) == expected | {"May be sent"}
    assert names[0] == "touch 0"
    assert names[-2:] == ["touch 39", "order 39"]


def test_the_timeline_of_one_kind(mine):
    some_history(ada := a_client(), 3)
    page = mine.get(f"/clients/{ada.pk}/timeline/?kind=order").text
    assert "Order 2," in page
    assert "touch 2." not in page
    assert mine.get(f"/clients/{ada.pk}/timeline/?kind=secrets").status_code == 404


@pytest.mark.parametrize(
    "before", ["x", "2026-01-01|touch|1", "||", "0001-01-01T00:00:00+00:00|a|1"]
)
def test_a_key_that_is_none_begins_at_the_newest(mine, before):
    a_touch(ada := a_client(), what="here.")
    assert "here." in mine.get(f"/clients/{ada.pk}/timeline/", {"before": before}).text


def test_the_timeline_asks_the_same_few_questions_however_long_it_is(
    mine, django_assert_max_num_queries
):
    some_history(ada := a_client())
    short = a_client()
    counts = []
    for client in (ada, short):
        with django_assert_max_num_queries(10) as asked:
            mine.get(f"/clients/{client.pk}/timeline/", headers=HTMX)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_has_not_been_published_is_not_on_the_timeline():
    ada, arrival = a_client(), Arrival.objects.create()
    an_order(ada, arrival=arrival)
    assert list(newest(ada.pk, "", None, 9)) == []
    Arrival.objects.update(is_published=True)
    assert len(list(newest(ada.pk, "", None, 9))) == 1


@given(st.datetimes().map(lambda at: at.replace(tzinfo=NOON.tzinfo)), st.integers(0, 2**62))
def test_a_key_survives_the_address(at, row_id):
    if 1 < at.year < 9999:
        assert key_from_words(key_in_words(at, "touch", row_id)) == (at, "touch", row_id)
