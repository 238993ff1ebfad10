"""Orders, contracts and consent on their pages."""

from datetime import date

import pytest

from fondly.clients.models import ConsentEntry, Contract, Order
from fondly.clients.tests.browsing import browser
from fondly.testing import a_business, a_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business():
    return a_business()


def test_an_order_is_typed_in_the_businesss_time_and_the_main_unit():
    ada, mine = a_client(), browser()
    row = {"placed_at": "2026-01-10T00:30", "amount": "12.34", "currency": "eur"}
    mine.post(f"/clients/{ada.pk}/orders/add/", row | {"number": "A1"})
    order = Order.objects.get()
    assert (order.amount, order.currency, order.key) == (1234, "EUR", "n:A1")
    assert order.placed_at.isoformat() == "2026-01-09T23:30:00+00:00"
    assert order.placed_on == date(2026, 1, 10)
    refund = row | {"amount": "-2", "refund_of": order.pk}
    mine.post(f"/clients/{ada.pk}/orders/add/", refund)
    page = mine.get(f"/clients/{ada.pk}/orders/{order.pk}/").text
    assert "Refunded: −€\u00a02.00" in page
    assert (
        "already"
        in mine.post(f"/clients/{ada.pk}/orders/add/", row | {"number": "A1"}).text
    )
    assert (
        "not come yet"
        in mine.post(
            f"/clients/{ada.pk}/orders/add/", row | {"placed_at": "2999-01-01T00:00"}
        ).text
    )


def test_a_contract_is_typed_and_changed():
    ada, mine = a_client(), browser()
    row = {
        "name": "Care plan",
        "started_on": "2026-01-01",
        "price": "50",
        "currency": "EUR",
        "months": 1,
        "renewal_months": 12,
        "notice_days": 30,
    }
    reply = mine.post(f"/clients/{ada.pk}/contracts/add/", row | {"promo_price": "10"})
    assert "give both or neither" in reply.text
    mine.post(f"/clients/{ada.pk}/contracts/add/", row)
    contract = Contract.objects.get()
    assert contract.price == 5000
    address = f"/clients/{ada.pk}/contracts/{contract.pk}/"
    assert 'value="50.00"' in mine.get(address).text
    mine.post(address, row | {"ends_on": "2026-06-30"})
    contract.refresh_from_db()
    assert contract.ends_on == date(2026, 6, 30)


def test_consent_needs_evidence_and_the_newest_word_holds():
    ada, mine = a_client(), browser()
    row = {
        "channel": "email",
        "purpose": "news",
        "at": "2026-01-01T10:00",
        "source": "fair",
    }
    add = f"/clients/{ada.pk}/consent/add/"
    assert "the words they agreed to" in mine.post(add, row | {"is_granted": "yes"}).text
    mine.post(add, row | {"is_granted": "yes", "wording": "News once a month"})
    assert ">may</span>" in mine.get(f"/clients/{ada.pk}/consent/").text
    mine.post(add, row | {"is_granted": "no", "at": "2026-02-01T10:00"})
    panel = mine.get(f"/clients/{ada.pk}/consent/").text
    assert ">may not</span>" in panel
    assert ">may</span>" not in panel
    assert ConsentEntry.objects.count() == 2


def test_parts_of_the_smallest_coin_are_refused_not_rounded():
    ada, mine = a_client(), browser()
    row = {"placed_at": "2026-01-10T00:30", "amount": "10.5", "currency": "JPY"}
    reply = mine.post(f"/clients/{ada.pk}/orders/add/", row)
    assert "no such amount in JPY" in reply.text
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"), [("49,90", 4990), ("49.90", 4990), ("7,5", 750)]
)
def test_an_amount_may_be_typed_with_a_decimal_comma(typed, kept):
    ada, mine = a_client(), browser()
    row = {"placed_at": "2026-01-10T00:30", "amount": typed, "currency": "EUR"}
    mine.post(f"/clients/{ada.pk}/orders/add/", row)
    assert Order.objects.get().amount == kept


@pytest.mark.parametrize("typed", ["1,234", "1,2,3", "1.234,50"])
def test_a_comma_that_could_mean_thousands_is_refused(typed):
    ada, mine = a_client(), browser()
    row = {"placed_at": "2026-01-10T00:30", "amount": typed, "currency": "EUR"}
    assert "Enter a number" in mine.post(f"/clients/{ada.pk}/orders/add/", row).text
    assert not Order.objects.exists()
