"""The clients that are here and a file names again, with all that an import compares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from fondly.clients.models import (
    Address,
    Client,
    ConsentEntry,
    Contact,
    ContactPoint,
    FieldDefinition,
    ImportantDate,
)
from fondly.intake.models.imports import Import
from fondly.intake.rules.colleagues import Colleagues
from fondly.intake.rules.consent import Said
from fondly.team.models import User


@dataclass(kw_only=True)
class Known:
    """One client as it is here."""

    client: Client
    contacts: list[Contact] = field(default_factory=list)
    points: set[tuple[str, str]] = field(default_factory=set)  # (kind, normalised)
    addresses: list[Address] = field(default_factory=list)  # the first of them counts
    birthday: ImportantDate | None = None
    labels: dict[tuple[str, str], int] = field(default_factory=dict)  # (kind, folded) → id
    consent: Said | None = None  # for e-mail and news

    def all_of(self, slug: str) -> str:
        """Return this part of all addresses in one cell, as our own export has it."""
        return ", ".join(part for each in self.addresses if (part := getattr(each, slug)))


def by_number(numbers: Sequence[str]) -> dict[str, int]:
    """Return the clients with these numbers."""
    rows = Client.objects.filter(number__in=numbers)
    return dict(rows.values_list("number", "pk"))


def by_email(emails: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return (client id, its number) for these addresses; the oldest client counts."""
    rows = ContactPoint.objects.filter(kind="email", normalised__in=emails)
    seen = rows.order_by("-contact__client_id").values_list(
        "normalised", "contact__client_id", "contact__client__number"
    )
    return {address: (client_id, number) for address, client_id, number in seen}


def names(folded: Sequence[str]) -> set[str]:
    """Return those of these folded names that clients here have."""
    rows = Client.objects.filter(sort_name__in=folded)
    return set(rows.values_list("sort_name", flat=True))


def opted_out(emails: Sequence[str]) -> set[str]:
    """Return those of these addresses whose client has ever withdrawn consent."""
    withdrawn = ConsentEntry.objects.filter(
        client=OuterRef("contact__client"), channel="email", is_granted=False
    )
    rows = ContactPoint.objects.filter(kind="email", normalised__in=emails)
    return set(rows.filter(Exists(withdrawn)).values_list("normalised", flat=True))


def load(ids: Iterable[int]) -> dict[int, Known]:
    """Return these clients with their contacts, points, address, birthday and labels."""
    found = {c.pk: Known(client=c) for c in Client.objects.filter(pk__in=list(ids))}
    keys = list(found)
    for contact in Contact.objects.filter(client_id__in=keys):
        found[contact.client_id].contacts.append(contact)
    points = ContactPoint.objects.filter(contact__client_id__in=keys)
    for client_id, kind, value in points.values_list(
        "contact__client_id", "kind", "normalised"
    ):
        found[client_id].points.add((kind, value))
    for address in Address.objects.filter(client_id__in=keys).order_by("pk"):
        found[address.client_id].addresses.append(address)
    for day in ImportantDate.objects.filter(client_id__in=keys, kind="birthday"):
        found[day.client_id].birthday = day
    for client_id, kind, folded, label_id in Client.labels.through.objects.filter(
        client_id__in=keys
    ).values_list("client_id", "label__kind", "label__folded", "label_id"):
        found[client_id].labels[kind, folded] = label_id
    entries = ConsentEntry.objects.filter(client_id__in=keys, channel="email")
    newest_last = entries.filter(purpose="news").order_by("at", "pk")
    for client_id, contact_id, is_granted, at in newest_last.values_list(
        "client_id", "contact_id", "is_granted", "at"
    ):
        before = found[client_id].consent
        for_all = before.is_granted_by_all if before else None
        for_all = is_granted if contact_id is None else for_all
        found[client_id].consent = Said(
            is_granted=is_granted, at=at, is_granted_by_all=for_all
        )
    return found


def colleagues() -> Colleagues:
    """Return those who may sign in."""
    return Colleagues.of(User.objects.active().values_list("pk", "email", "name"))


def definitions() -> dict[str, FieldDefinition]:
    """Return the fields of one's own."""
    return {each.slug: each for each in FieldDefinition.objects.all()}


def withdraw_overtaken(source: Import) -> int:
    """Delete an arrival's grants where an entry of somebody else stands by now."""
    if source.arrival_id is None:
        return 0
    others = ConsentEntry.everything.filter(
        client=OuterRef("client"), channel=OuterRef("channel"), purpose=OuterRef("purpose")
    ).exclude(arrival=source.arrival_id)
    mine = ConsentEntry.everything.filter(arrival=source.arrival_id, is_granted=True)
    return mine.filter(Exists(others)).delete()[0]
