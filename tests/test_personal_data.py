"""Handing out and erasing reach every app that holds something about a person."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from fondly.base.models import IdempotentReply
from fondly.base.registry import personal_records
from fondly.clients.actions import clients, contacts, contracts, personal, places
from fondly.intake.models import Import, ImportChange
from fondly.practices.rhythm.models import PlanReminder, TopTen
from fondly.testing import NOON, a_business, a_touch, an_order
from fondly.today.models import Action, ActionReason

pytestmark = pytest.mark.django_db
BY = {"by": None, "now": NOON}
CANARY = "zebulonia"
TERMS = {"started_on": NOON.date(), "price": 100, "currency": "EUR"}


@pytest.fixture
def zebulonia():
    """Return a client whose name, in some form, stands in every app."""
    a_business()
    about = {"notes": f"{CANARY} likes rye", "number": f"{CANARY}-1", "kind": "person"}
    client = clients.create(name="Zebulonia", industry=CANARY, **about, **BY)
    clients.label(client, tags=[f"{CANARY} fair"], interests=[], **BY)
    person = contacts.add(
        client, name="Zebulonia Q", emails=[f"{CANARY}@example.org"], **BY
    )
    address = places.add_address(client, street=f"{CANARY} street 1", **BY)
    places.add_date(client, kind="own", label=CANARY, month=2, day=29, contact=person, **BY)
    contracts.add(client, name=f"Care for {CANARY}", number=CANARY, **TERMS, **BY)
    body = json.dumps({"id": 1, "client_id": client.pk, "name": CANARY})
    IdempotentReply.objects.create(fingerprint="x", sent="x", status=201, body=body)
    order = an_order(client, note=f"for {CANARY}")
    a_touch(client, what=f"{CANARY} called", contact=person, key=f"mail:{CANARY}")
    PlanReminder.objects.create(
        client=client, what=f"Call {CANARY}", next_due=NOON, set_due=NOON, set_at=NOON
    )
    TopTen.objects.create(client=client, quarter="2026-Q1", place=1, special=CANARY)
    row = {"suggestion": f"Call {CANARY}", "due": NOON.date()}
    action = Action.objects.create(client=client, note=CANARY, created_at=NOON, **row)
    about = {"reason": "rhythm.quiet", "subject": "x", "because": f"{CANARY} is silent"}
    ActionReason.objects.create(action=action, client=client, **about, **row)
    source = Import.objects.create(about="clients", filename="all.csv", created_at=NOON)
    for table, row_id in (("client", client), ("address", address), ("order", order)):
        values = {"before": {"name": CANARY}, "after": {"name": "x"}, "version": 2}
        ImportChange.objects.create(source=source, table=table, row_id=row_id.pk, **values)
    client.refresh_from_db()
    return client


def everywhere():
    """Return the tables in which the canary still sings, whatever its case."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if CANARY in repr(cursor.fetchall()).lower():
                found.append(table)
    return found


def test_every_app_that_holds_something_hands_it_out(zebulonia):
    held = personal.export(zebulonia, **BY)
    assert set(held) == set(personal_records.slugs())
    for slug in ("clients", "touches", "today", "rhythm", "intake"):
        text = json.dumps(held[slug], cls=DjangoJSONEncoder).lower()
        assert CANARY in text, slug


def test_no_table_remembers_who_was_erased(zebulonia):
    assert len(everywhere()) > 10
    personal.erase(zebulonia, name="Zebulonia", **BY)
    assert everywhere() == []
    assert zebulonia.orders.count() == 1
    assert zebulonia.touches.count() == 1
