"""The demo is the same business for the same day, and shows every state."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from fondly.clients.models import (
    Client,
    ConsentEntry,
    Contract,
    ImportantDate,
    Order,
    Rate,
    SearchWord,
)
from fondly.intake.actions.check import check
from fondly.intake.models import Import
from fondly.intake.tests.files import runner, taken
from fondly.practices.rhythm.models import PlanReminder
from fondly.site.demo import business, market, place, team
from fondly.site.demo.story import PARTS, checksum, tell
from fondly.team.models import Business, Role, User
from fondly.today.models import Absence, Action
from fondly.touches.models import Touch

TODAY = date(2026, 3, 9)
NOW = datetime(2026, 3, 9, 7, tzinfo=UTC)
HASHERS = ["MD5PasswordHasher", "Argon2PasswordHasher"]


def test_the_story_is_the_same_for_the_same_day_and_another_one_tomorrow():
    first, again = tell(TODAY), tell(TODAY)
    assert checksum(first) == checksum(again)
    assert checksum(first) != checksum(tell(TODAY + timedelta(days=1)))
    assert len(first) == sum(PARTS.values()) == 1_200


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2027, 1, 1), date(2026, 8, 15)])
def test_on_any_day_nothing_has_happened_that_has_not_come_yet(today):
    midnight = datetime.combine(today, datetime.min.time(), UTC)
    for _, life in tell(today):
        assert all(sale.at < midnight for sale in life.sales)
        assert all(s.refund_at < midnight for s in life.sales if s.refund_at)
        assert all(said.at < midnight for said in life.said)
        assert life.closed_on is None or life.closed_on <= today


@pytest.mark.parametrize("today", [date(2028, 2, 27), date(2026, 12, 29)])
def test_there_are_always_birthdays_this_week_and_one_on_29_february(today):
    birthdays = [who.people[0].birthday for who, _ in tell(today) if who.people[0].birthday]
    week = [today + timedelta(days=n) for n in range(7)]
    this_week = [b for b in birthdays if (b[0], b[1]) in {(d.day, d.month) for d in week}]
    assert len(this_week) >= 8
    assert any(year is None for _, _, year in this_week)
    assert (29, 2, 1988) in birthdays


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker):
    """Make the business once for this file, in a transaction that is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield business.make(today=TODAY, now=NOW)
        transaction.set_rollback(True)


@pytest.fixture
def made(once, db):
    return once


def test_the_business_shows_every_state(made):
    clients = Client.objects
    assert made == clients.count() == 1_200
    assert Business.current().is_demo
    assert {user.role for user in User.objects.all()} == set(Role.values)
    assert clients.filter(kind="person").exists()
    assert clients.filter(stage="prospect", orders=None).count() == PARTS["prospect"]
    assert clients.exclude(closed_on=None).exclude(leaving_reason="").exists()
    assert clients.exclude(first_unanswered_at=None).count() == PARTS["waiting"]
    assert clients.filter(extra__has_key="seats").exists()
    assert clients.exclude(time_zone="").exists()
    purposes = set(Touch.objects.values_list("purpose", flat=True))
    assert purposes == {"give", "ask", "service"}
    kinds = set(clients.values_list("labels__kind", flat=True))
    assert kinds == {"tag", "interest", None}


def test_orders_are_numbered_refunded_and_in_several_currencies_with_rates(made):
    currencies = set(Order.objects.values_list("currency", flat=True))
    assert currencies == {"EUR", "GBP", "CHF", "USD"}
    assert currencies - {"EUR"} == set(Rate.objects.values_list("currency", flat=True))
    refunds = Order.objects.exclude(refund_of=None).select_related("refund_of")
    assert refunds.exists()
    assert all(-row.refund_of.amount <= row.amount < 0 for row in refunds)
    first = Order.objects.filter(refund_of=None).earliest("placed_at")
    assert first.placed_on < TODAY - timedelta(days=5 * 365)
    assert first.key == f"n:{first.number}"


def test_contracts_have_promos_ending_prices_rising_and_renewals_ahead(made):
    month = TODAY + timedelta(days=60)
    ahead = Contract.objects.filter
    assert ahead(promo_ends_on__range=(TODAY, month)).exists()
    assert ahead(next_price_from__range=(TODAY, month)).exists()
    assert ahead(renews_on__range=(TODAY, month)).exists()
    assert ahead(ends_on__lte=TODAY).exists()


def test_some_are_found_reminded_and_must_never_be_contacted(made):
    assert PlanReminder.objects.filter(next_due__lte=TODAY).exists()
    assert ImportantDate.objects.filter(year=None).exists()
    client = Client.objects.first()
    assert SearchWord.objects.filter(client=client, word="c0001").exists()
    (never,) = {
        entry.client_id
        for entry in ConsentEntry.objects.filter(channel="post", is_granted=False)
    }
    given = ConsentEntry.objects.filter(client_id=never, is_granted=True)
    assert not given.exists()


def test_some_never_order_and_are_clients_by_their_word(made):
    partners = Client.objects.filter(stage="active", orders=None, contracts=None)
    assert partners.count() == 12
    assert not partners.filter(client_since=None).exists()
    assert Touch.objects.filter(client__in=partners, is_called_off=True).exists()


def test_by_nine_some_cards_are_done_put_off_or_not_needed_and_the_first_still_wait(made):
    ines = User.objects.get(email=team.address_of("ines"))
    for n, client in enumerate(Client.objects.filter(owner=ines)[:20]):
        Action.objects.create(
            client=client, assignee=ines, due=TODAY, rank=100 - n, created_at=NOW
        )
    business.begin_the_day(today=TODAY, now=NOW)
    states = Counter(Action.objects.values_list("state", flat=True))
    assert states == {"open": 15, "done": 2, "snoozed": 2, "not_needed": 1}
    assert all(action.rank > 94 for action in Action.objects.waiting(TODAY)[:6])


@pytest.mark.parametrize("ahead", range(7))
def test_a_file_came_in_whose_clients_want_names_and_somebody_goes_on_holiday(made, ahead):
    today = TODAY + timedelta(days=ahead)
    business.open_the_stall(today=today, now=NOW + timedelta(days=ahead))
    [source] = Import.objects.all()
    assert (source.state, source.counts["rejected"]) == ("published", 1)
    assert Client.objects.without_name().count() == market.CUSTOMERS
    stall = Order.objects.filter(client__in=Client.objects.without_name())
    assert stall.latest("placed_on").placed_on < today
    [away] = Absence.objects.not_over(today)
    assert today < away.from_day < away.until_day


def test_everybody_of_the_team_can_sign_in(made, client, settings):
    # Made before a test's quick hasher was in place.
    settings.PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{n}" for n in HASHERS]
    for key in team.TEAM:
        assert client.login(email=team.address_of(key), password=team.PASSWORD)


def test_its_client_list_can_be_exported_and_imported_again(made, client, tmp_path):
    client.force_login(User.objects.filter(role=Role.OWNER).first())
    asked = "c=owner&c=interest&c=industry&c=influence&c=client_since"
    sent = client.post("/clients/export/", {"query": asked})
    source = taken(tmp_path, b"".join(sent.streaming_content), about="clients")
    check(runner(source))
    found = {k: source.counts[k] for k in ("created", "changed", "skipped", "rejected")}
    assert found == {"created": 0, "changed": 0, "skipped": 1_200, "rejected": 0}


def test_the_demo_lives_beside_ones_own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("FONDLY_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@example.org/ours")
    place.move_in()
    assert place.os.environ["FONDLY_HOME"] == str(tmp_path / "demo")
    assert "DATABASE_URL" not in place.os.environ
