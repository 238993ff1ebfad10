"""A person's data handed out and erased, on the pages."""

import json

import pytest

from fondly.clients.actions import clients, consent
from fondly.clients.models import Client, ConsentEntry, ContactPoint, Order, SearchWord
from fondly.clients.tests.browsing import browser
from fondly.team.models import AuditEntry
from fondly.testing import (
    NOON,
    a_business,
    a_client,
    a_contact,
    a_touch,
    a_user,
    an_order,
    olive,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business():
    return a_business()


def test_a_manager_hands_out_all_that_is_held_and_it_is_noted():
    ada = a_client(name="Ada", notes="Likes rye")
    a_contact(ada, email="ada@example.org")
    an_order(ada)
    a_touch(ada, what="Called about ovens")
    boss = a_user(role="manager", password=None)
    reply = browser(boss).post(f"/clients/{ada.pk}/export/")
    held = json.loads(reply.text)
    text = json.dumps(held)
    for words in ("Likes rye", "ada@example.org", "Called about ovens", "10000"):
        assert words in text
    assert AuditEntry.objects.get(what="client.exported").user == boss
    assert browser().post(f"/clients/{ada.pk}/export/").status_code == 403


def test_erasing_leaves_ledgers_but_no_word_of_the_person():
    ada = clients.create(
        name="Zebulonia Quist",
        number="Z1",
        kind="person",
        notes="zq-note",
        by=None,
        now=NOON,
    )
    clients.label(ada, tags=["zq-tag"], by=None, now=NOON)
    contact = a_contact(ada, name="Zebulonia Quist", email="zebulonia@example.org")
    an_order(ada, note="for zebulonia")
    a_touch(ada, what="Zebulonia called", contact=contact, key="mail:zebulonia@example.org")
    consent.withdraw(
        ada,
        channel="email",
        purpose="news",
        source="zebulonia@example.org wrote",
        at=NOON,
        contact=contact,
        by=None,
        now=NOON,
    )
    owner = browser(olive(password=None))
    erase = f"/clients/{ada.pk}/erase/"
    assert owner.post(erase, {"name": "Zebulonia"}).status_code == 422
    assert Client.objects.get().name == "Zebulonia Quist"
    owner.post(erase, {"name": "Zebulonia Quist"})

    held = json.dumps(json.loads(owner.post(f"/clients/{ada.pk}/export/").text)).lower()
    for word in ("zebulonia", "quist", "zq-", '"z1"'):
        assert word not in held
    assert (Order.objects.count(), ConsentEntry.objects.count()) == (1, 1)
    assert not SearchWord.objects.exists()
    assert Client.objects.get().closed_on is not None
    # The same address has the same hash: silence asked for once can be kept.
    assert ContactPoint.objects.get(kind="email").normalised != ""
    assert AuditEntry.objects.filter(what="client.erased").count() == 1
    assert browser(a_user(role="manager", password=None)).get(erase).status_code == 403
