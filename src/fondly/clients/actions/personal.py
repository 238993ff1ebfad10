"""A person's data: all of it handed out, or erased for good."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.base.registry import personal_records
from fondly.clients.models import (
    Address,
    Client,
    ConsentEntry,
    Contact,
    ContactPoint,
    Contract,
    ImportantDate,
    Label,
    Order,
    OrderLine,
    SearchWord,
    Stage,
)
from fondly.team import audit
from fondly.team.models import User


def export(client: Client, *, by: User | None, now: datetime) -> dict[str, Any]:
    """Return all that any app holds about the client, and note who saw it."""
    found = {
        slug: list(record.export(client.pk))
        for slug in personal_records.slugs()
        if (record := personal_records.get(slug))
    }
    audit.note("client.exported", by=by, at=now, about=f"client {client.pk}")
    return found


@transaction.atomic
def erase(client: Client, *, name: str, by: User | None, now: datetime) -> None:
    """Erase the person from every app; ledgers keep their rows, but nobody's words.

    The name has to be given once more: there is no way back.
    """
    if " ".join(name.split()) != client.name:
        raise Refusal(_("Type the name exactly as it stands above."))
    client_id = client.pk
    # The upper floors first: they look up below which rows are about this client.
    for record in reversed(list(personal_records)):
        record.erase(client_id)
    Client.everything.filter(pk=client_id, closed_on=None).update(closed_on=now.date())
    Client.everything.filter(pk=client_id).change(updated_at=now, stage=Stage.CLOSED)
    audit.note("client.erased", by=by, at=now, about=f"client {client_id}")
    announce(News(kind="client", client_ids=[client_id], at=now, detail="erased"))


def keyed_hash(text: str) -> str:
    """Return what stands for an erased text: the same for the same, of no use without
    the installation's key."""
    return salted_hmac("fondly.erased", text, algorithm="sha256").hexdigest()[:32]


def export_rows(client_id: int) -> Iterator[dict[str, Any]]:
    """Yield every row that clients holds about one client."""
    client = Client.everything.filter(pk=client_id)
    yield from ({"table": "client", **row} for row in client.values())
    labels = client.filter(labels__isnull=False).values("labels__kind", "labels__name")
    yield from ({"table": "label", **row} for row in labels)
    for table in (Contact, Address, ImportantDate, Contract, ConsentEntry, Order):
        rows = table.everything.filter(client_id=client_id).order_by("pk").values()
        yield from ({"table": table._meta.model_name, **row} for row in rows)
    points = ContactPoint.everything.filter(contact__client_id=client_id).values()
    yield from ({"table": "contactpoint", **row} for row in points)
    lines = OrderLine.objects.filter(order__client_id=client_id).order_by("pk").values()
    yield from ({"table": "orderline", **row} for row in lines)


def erase_rows(client_id: int) -> None:
    """Blank what clients holds about one client; orders and consent keep their place."""
    client = Client.everything.get(pk=client_id)
    SearchWord.objects.filter(client_id=client_id).delete()
    Address.everything.filter(client_id=client_id).delete()
    ImportantDate.everything.filter(client_id=client_id).delete()
    _erase_people(client_id)
    for entry in ConsentEntry.everything.filter(client_id=client_id):
        source = keyed_hash(entry.source)
        ConsentEntry.everything.filter(pk=entry.pk).change(source=source)
    Order.everything.filter(client_id=client_id).exclude(note="").change(note="")
    contracts = Contract.everything.filter(client_id=client_id)
    contracts.change(name=_("Erased"), number="")
    theirs = list(client.labels.values_list("pk", flat=True))
    client.labels.clear()
    Label.objects.filter(pk__in=theirs, clients=None).delete()
    erased = _("Erased client %(hash)s") % {"hash": keyed_hash(client.name)[:8]}
    Client.everything.filter(pk=client_id).change(
        name=erased,
        sort_name=erased.casefold(),
        number="",
        industry="",
        time_zone="",
        language="",
        notes="",
        extra={},
        leaving_note="",
        influence=None,
        growth_potential=None,
    )


def _erase_people(client_id: int) -> None:
    """Blank the contacts: consent hangs on them, and a hash may stay suppressed."""
    contacts = Contact.everything.filter(client_id=client_id)
    for point in ContactPoint.everything.filter(contact__client_id=client_id):
        ContactPoint.everything.filter(pk=point.pk).change(
            value="", normalised=keyed_hash(point.normalised), label="", is_dead=True
        )
    contacts.change(name=_("Erased"), title="", notes="", time_zone="")
