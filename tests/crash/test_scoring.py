"""A scoring run killed at any moment: what is shown is as before, or complete."""

import random
import signal
from datetime import timedelta
from time import monotonic, sleep

import pytest
from django.utils import timezone

from fondly.clients.models import Client, Order
from fondly.insight import actions
from fondly.insight.models import MonthEnd, MonthlySignal, ScoreRun, Signal
from fondly.testing import a_business
from tests.crash.processes import fondly, send

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
MANY = 2_000
TODAY = timezone.now().date()


def everybody_orders_again(times):
    """Give every client one more order, so that a later run shows other numbers."""
    now = timezone.now()
    day = TODAY - timedelta(days=10 * times)
    Order.objects.bulk_create(
        [
            Order(
                client_id=key,
                key=f"k:{key}:{times}",
                placed_at=now - timedelta(days=10 * times),
                placed_on=day,
                amount=1_000,
                currency="EUR",
            )
            for key in Client.objects.values_list("pk", flat=True)
        ],
        batch_size=500,
    )


def shown():
    """Return how many rows are shown, and the numbers of orders among them."""
    rows = Signal.objects.current()
    return rows.count(), set(rows.values_list("orders", flat=True))


def test_a_killed_run_shows_all_of_the_old_or_all_of_the_new():
    a_business(time_zone="UTC")
    now = timezone.now()
    Client.objects.bulk_create(
        [
            Client(name=f"C{n}", sort_name=f"c{n}", created_at=now, updated_at=now)
            for n in range(MANY)
        ],
        batch_size=500,
    )
    everybody_orders_again(1)
    actions.score_all(as_of=TODAY, now=now)
    began = monotonic()
    with fondly("score") as process:
        process.wait()
    usual = monotonic() - began
    dice, orders, killed = random.Random(7), 1, 0
    for share in (0.5, 0.75, 0.85, 0.95):
        before = shown()
        assert before == (MANY, {orders})
        everybody_orders_again(orders + 1)
        with fondly("score") as process:
            sleep(usual * share * dice.uniform(0.95, 1.05))
            killed += process.is_running()
            send(process, signal.SIGKILL)
        assert shown() in [(MANY, {orders}), (MANY, {orders + 1})]
        orders += 1
        actions.score_all(as_of=TODAY, now=timezone.now())
        assert shown() == (MANY, {orders})
        assert ScoreRun.objects.count() == 1
        assert Signal.objects.count() == MANY
    assert killed >= 2


def months_shown():
    """Return how many rows each shown month has, by month."""
    ends = MonthEnd.objects.shown().order_by("-month")
    return {end.month: MonthlySignal.objects.of_month(end).count() for end in ends}


def test_past_months_are_there_whole_or_not_at_all_and_go_on_where_they_were_killed():
    a_business(time_zone="UTC")
    now = timezone.now()
    Client.objects.bulk_create(
        [
            Client(name=f"C{n}", sort_name=f"c{n}", created_at=now, updated_at=now)
            for n in range(MANY)
        ],
        batch_size=500,
    )
    everybody_orders_again(30)
    began = monotonic()
    with fondly("score", "--history", 1) as process:
        process.wait()
    usual = monotonic() - began
    dice, before = random.Random(11), months_shown()
    assert list(before.values()) == [MANY]
    for months in (2, 4, 6):
        with fondly("score", "--history", months) as process:
            sleep(usual * dice.uniform(0.6, 1.8))
            send(process, signal.SIGKILL)
        found = months_shown()
        assert set(found.values()) == {MANY}
        assert before.items() <= found.items()
        before = found
    with fondly("score", "--history", 6) as process:
        process.wait()
    assert list(months_shown().values()) == [MANY] * 6
    actions.score_all(as_of=TODAY, now=timezone.now() + timedelta(days=2))
    assert MonthEnd.objects.count() == len(months_shown()) == 7
    assert MonthlySignal.objects.count() == 7 * MANY
