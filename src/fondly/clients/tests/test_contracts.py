"""Contracts are checked before they are kept."""

from datetime import date

import pytest

from fondly.base.errors import Refusal
from fondly.clients.actions import contracts
from fondly.clients.models import Contract
from fondly.team.models import AuditEntry
from fondly.testing import NOON, a_client

pytestmark = pytest.mark.django_db
ROW = {
    "name": "Care plan",
    "started_on": date(2026, 1, 1),
    "price": 5_000,
    "currency": "EUR",
}


def add(client=None, **about):
    return contracts.add(client or a_client(), **ROW | {"by": None, "now": NOON} | about)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"name": " "}, "what the contract is about"),
        ({"price": -1}, "not below zero"),
        ({"currency": "eur"}, "three capital"),
        ({"months": 0}, "at least one month"),
        ({"promo_price": 1}, "both or neither"),
        ({"promo_ends_on": date(2026, 2, 1)}, "both or neither"),
        ({"next_price": 1}, "both or neither"),
        ({"ends_on": date(2025, 12, 31)}, "before it starts"),
        ({"renews_on": date(2026, 1, 1)}, "after it has started"),
        ({"price": 2**63}, "too large"),
        ({"notice_days": 40_000}, "at most 1000 days"),
        ({"renewal_months": 0}, "1 to 120 months"),
        ({"price": None}, "what a period costs"),
        ({"renews_on": date(9999, 1, 1)}, "between 1850"),
        ({"name": "x" * 201}, "longer than 200"),
    ],
)
def test_what_no_contract_may_be_is_refused(about, words):
    with pytest.raises(Refusal, match=words):
        add(**about)
    assert not Contract.objects.exists()


def test_a_number_is_once_per_client():
    ada = a_client()
    add(ada, number="1")
    add(number="1")
    with pytest.raises(Refusal, match="that number already"):
        add(ada, number="1")


def test_a_contract_ends_on_its_last_day_and_renews_no_more():
    contract = add(renews_on=date(2027, 1, 1))
    contracts.end(contract, on=date(2026, 6, 30), by=None, now=NOON)
    contract.refresh_from_db()
    assert contract.is_running(date(2026, 6, 30))
    assert not contract.is_running(date(2026, 7, 1))
    assert contract.renews_on is None
    assert contract.version == 2
    assert AuditEntry.objects.filter(what="contract.changed").count() == 1


def test_a_refused_change_leaves_the_contract():
    contract = add()
    with pytest.raises(Refusal):
        contracts.change(contract, price=-1, by=None, now=NOON)
    assert Contract.objects.get().price == 5_000
