"""Orders are recorded once each, and refunds find their order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from fondly.base.errors import Refusal
from fondly.base.news import _listeners, listen
from fondly.clients.actions import orders
from fondly.clients.actions.orders import Line
from fondly.clients.models import Client, Order
from fondly.testing import NOON, a_business, a_client

pytestmark = pytest.mark.django_db


def record(client, **about):
    row = {"placed_at": NOON, "amount": 1_000, "currency": "EUR", "by": None, "now": NOON}
    return orders.record(client, **row | about)


def test_the_same_purchase_twice_without_a_number_is_two_orders():
    ada = a_client()
    keys = [record(ada).key for _ in range(3)]
    assert [key.rsplit(":", 1)[1] for key in keys] == ["1", "2", "3"]
    assert record(ada, amount=2_000).key.endswith(":1")


def test_a_number_is_recorded_once_whoever_it_is_for():
    record(a_client(), number="A1")
    with pytest.raises(Refusal, match="number “A1” already"):
        record(a_client(), number="A1")
    assert Order.objects.count() == 1


def test_an_order_undone_leaves_its_occurrence_free_and_the_next_takes_the_one_after():
    ada = a_client()
    first, second = record(ada), record(ada)
    first.delete()
    assert record(ada).key not in {second.key}


def test_the_day_is_the_businesss():
    a_business(time_zone="Pacific/Auckland")
    late = datetime(2026, 3, 8, 12, tzinfo=ZoneInfo("UTC"))
    assert record(a_client(), placed_at=late).placed_on == date(2026, 3, 9)


def test_lines_keep_their_order_and_prices_below_a_cent():
    lines = [
        Line(
            description="Pin",
            quantity=Decimal(100),
            unit_price=Decimal("0.0012"),
            amount=12,
        ),
        Line(description="Box"),
    ]
    order = record(a_client(), lines=lines)
    kept = [(line.position, line.description) for line in order.lines.all()]
    assert kept == [(1, "Pin"), (2, "Box")]
    assert order.lines.first().unit_price == Decimal("0.0012")


def test_a_refund_is_negative_and_of_the_same_client_and_currency():
    ada = a_client()
    order = record(ada)
    refund = record(ada, amount=-400, refund_of=order)
    assert [row.pk for row in order.refunds.all()] == [refund.pk]
    for about in (
        {"client": a_client(), "amount": -1},
        {"client": ada, "amount": -1, "currency": "USD"},
        {"client": ada, "amount": 1},
    ):
        with pytest.raises(Refusal, match=r"refund|Refund"):
            record(about.pop("client"), refund_of=order, **about)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"currency": "euro"}, "three capital"),
        ({"amount": 2**63}, "too large"),
        ({"placed_at": NOON + timedelta(days=1)}, "not come yet"),
    ],
)
def test_what_no_order_may_be_is_refused(about, words):
    with pytest.raises(Refusal, match=words):
        record(a_client(), **about)
    assert not Order.objects.exists()


def test_an_order_is_news_of_its_own_time(django_capture_on_commit_callbacks):
    heard = []
    listener = listen(lambda news: heard.append((news.kind, news.at, news.detail)))
    then = NOON - timedelta(days=40)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            record(a_client(), placed_at=then)
            record(a_client(), amount=-5)
    finally:
        _listeners.remove(listener)
    assert heard == [("order", then, "order"), ("order", NOON, "refund")]


@pytest.mark.django_db(transaction=True)
def test_purchases_that_race_are_each_an_order_and_a_number_is_one():
    ada, start = a_client(), Barrier(8)

    def write(number):
        try:
            start.wait()
            client = Client.objects.get(pk=ada.pk)
            return record(client, number="A1" if number % 2 else "").key
        except Refusal:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(write, range(8)))
    assert keys.count("refused") == 3
    assert Order.objects.count() == 5
