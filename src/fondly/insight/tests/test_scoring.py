"""Scoring everyone: what is shown, what is withheld, and what a reader sees meanwhile."""

from datetime import date, timedelta

import pytest

from fondly.clients.models import Arrival, Client, Rate
from fondly.insight import actions
from fondly.insight.models import ScoreRun, Signal
from fondly.testing import (
    NOON,
    TODAY,
    a_business,
    a_client,
    a_contact,
    a_touch,
    an_order,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _business():
    a_business()


def ordered(client, *days, amount=10_000, **about):
    for day in days:
        an_order(client, on=day, amount=amount, **about)


def ago(days):
    return TODAY - timedelta(days=days)


def score(as_of=TODAY, **about):
    return actions.score_all(as_of=as_of, now=NOON, **about)


def shown(client):
    return Signal.objects.current().get(client=client)


def test_orders_of_one_day_are_one_purchase_and_gaps_run_between_days():
    ada = a_client()
    ordered(ada, ago(135), ago(100), ago(100), ago(70), ago(30))
    score()
    found = shown(ada)
    assert (found.orders, found.revenue) == (4, 50_000)
    assert (found.gap_days, found.days_since_order, found.service_days) == (35, 30, 135)
    assert (found.first_order_on, found.last_order_on) == (ago(135), ago(30))
    assert found.next_from <= ago(30) + timedelta(days=35) <= found.next_until


def test_two_gaps_are_no_rhythm():
    ada = a_client()
    ordered(ada, ago(100), ago(70), ago(40))
    score()
    found = shown(ada)
    assert (found.gap_days, found.cycles_silent, found.next_from) == (None, None, None)


def test_what_came_after_the_day_is_ignored():
    ada = a_client(closed_on=ago(5))
    ordered(ada, ago(100), ago(1))
    a_touch(ada, at=NOON - timedelta(days=2))
    score(as_of=ago(10), look=True)
    found = Signal.objects.get(client=ada)
    assert (found.orders, found.last_touch_on, found.stage) == (1, None, "onboarding")


def test_an_unpublished_arrival_is_not_there():
    hidden = Arrival.objects.create()
    ada, guest = a_client(), a_client(name="Guest", arrival=hidden)
    ordered(ada, ago(30))
    ordered(ada, ago(10), arrival=hidden)
    score()
    assert shown(ada).orders == 1
    assert not Signal.objects.filter(client=guest).exists()
    Arrival.objects.update(is_published=True)
    score()
    assert (shown(ada).orders, shown(guest).orders) == (2, 0)


def test_a_refund_is_netted_on_the_day_of_its_original():
    ada = a_client()
    ordered(ada, ago(90))
    original = an_order(ada, on=ago(60))
    ordered(ada, ago(30), amount=-10_000, refund_of=original)
    score()
    assert (shown(ada).orders, shown(ada).revenue) == (1, 10_000)
    assert shown(ada).last_order_on == ago(90)


def test_a_refund_without_an_original_is_no_purchase_and_lessens_revenue():
    ada = a_client()
    ordered(ada, ago(90), ago(60))
    ordered(ada, ago(30), amount=-4_000)
    score()
    assert (shown(ada).orders, shown(ada).revenue) == (2, 16_000)
    assert shown(ada).mean_order == 8_000


def test_whose_orders_net_to_nothing_has_bought_nothing():
    ada = a_client()
    ordered(ada, ago(90))
    ordered(ada, ago(30), amount=-10_000)
    score()
    found = shown(ada)
    assert (found.orders, found.first_order_on, found.stage) == (0, None, "prospect")


def test_money_is_converted_by_the_newest_rate_of_the_order_s_day():
    Rate.objects.create(currency="USD", from_day=ago(100), rate="0.5")
    Rate.objects.create(currency="USD", from_day=ago(50), rate="0.8")
    Rate.objects.create(currency="JPY", from_day=ago(100), rate="0.006")
    ada = a_client()
    ordered(ada, ago(51), ago(50), currency="USD")
    an_order(ada, on=ago(40), amount=1_000, currency="JPY")
    score()
    assert shown(ada).revenue == 5_000 + 8_000 + 600


def test_orders_without_a_rate_count_for_rhythm_but_not_for_money():
    ada = a_client()
    ordered(ada, ago(120), ago(90))
    ordered(ada, ago(60), ago(30), currency="CHF")
    run = score()
    assert (shown(ada).orders, shown(ada).revenue, shown(ada).gap_days) == (4, 20_000, 30)
    assert "CHF" in run.verdict


def test_only_what_we_do_counts_as_attention():
    ada = a_client()
    for days, purpose, direction in [
        (10, "ask", "out"),
        (20, "give", "both"),
        (5, "ask", "in"),
        (400, "give", "out"),
    ]:
        when = NOON - timedelta(days=days)
        a_touch(ada, at=when, purpose=purpose, direction=direction)
    score()
    found = shown(ada)
    assert (found.gives_12m, found.asks_12m, found.balance) == (1, 1, 0)
    assert (found.last_touch_on, found.days_since_touch) == (ago(10), 10)


def test_a_touch_late_at_night_belongs_to_the_business_s_own_day():
    ada = a_client()
    late = NOON.replace(hour=23, minute=30) - timedelta(days=3)
    a_touch(ada, at=late)
    score()
    assert shown(ada).last_touch_on == ago(2)  # 00:30 in Berlin


def test_dead_addresses_and_withdrawn_channels_do_not_reach():
    ada, boris = a_client(), a_client(name="Boris")
    contact = a_contact(ada, email="ada@example.org", phone="+491")
    a_contact(boris, email="boris@example.org").points.update(is_dead=True)
    for purpose in ("news", "offers", "cards", "surveys"):
        ada.consents.create(
            channel="email",
            purpose=purpose,
            is_granted=False,
            at=NOON - timedelta(days=1),
            contact=contact,
            source="letter",
        )
    score()
    assert (shown(ada).reach_email, shown(ada).reach_phone) == (False, True)
    assert shown(boris).reach_email is False


def test_a_small_business_gets_its_rhythm_and_no_forecast():
    ada = a_client()
    ordered(ada, *(ago(n) for n in range(20, 400, 20)))
    run = score()
    found = shown(ada)
    assert run.model == "rhythm"
    assert "Only 1 client has come back" in run.verdict
    assert found.p_active_low < found.p_active < found.p_active_high
    assert found.worth_24m is None
    assert found.expected_orders_12m is None


def test_too_few_gaps_support_no_probability_at_all():
    ada = a_client()
    ordered(ada, ago(60), ago(40), ago(20))
    assert score().model == "none"
    assert shown(ada).p_active is None


def test_a_run_for_a_few_equals_the_run_for_all():
    for n in range(30):
        client = a_client(name=f"C{n}")
        ordered(client, *(ago(d) for d in range(n, 300, 11 + n)), amount=1_000 + n)
        a_touch(client, at=NOON - timedelta(days=n))
    score()
    columns = [f.name for f in Signal._meta.concrete_fields if f.name != "id"]
    before = list(Signal.objects.current().order_by("client_id").values(*columns))
    ids = list(Client.objects.values_list("pk", flat=True))
    assert actions.score_some(ids, as_of=TODAY, now=NOON) == 30
    assert list(Signal.objects.current().order_by("client_id").values(*columns)) == before


def test_a_look_changes_neither_what_is_shown_nor_the_clients():
    ada = a_client()
    ordered(ada, ago(30))
    run = score()
    Client.objects.update(stage="quiet")
    look = score(as_of=date(2025, 1, 1), look=True)
    assert ScoreRun.current() == run
    assert ScoreRun.looking_at(date(2025, 1, 1)) == look
    assert Client.objects.get().stage == "quiet"


def test_tier_and_stage_reach_the_client():
    ada = a_client()
    ordered(ada, ago(200), ago(30))
    score()
    ada.refresh_from_db()
    assert (ada.tier, ada.stage) == ("A", "active")


def test_whom_nobody_has_spoken_to_waits_since_they_are_here():
    ada = a_client(client_since=ago(400), created_at=NOON - timedelta(days=90))
    ordered(ada, ago(300))
    boris = a_client(name="Boris", client_since=ago(200), created_at=NOON)
    score()
    waits = [
        shown(client).days_over_cadence + shown(client).ideal_days
        for client in (ada, boris)
    ]
    assert waits == [90, 0]
    assert shown(ada).days_since_touch is None
