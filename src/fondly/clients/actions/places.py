"""Where a client is, and the dates that matter to them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.clients.models import Address, Client, Contact, ImportantDate
from fondly.clients.rules import check_day, check_texts
from fondly.team import audit
from fondly.team.models import User

ADDRESS_FIELDS = frozenset({"street", "postcode", "city", "region", "country"})
OLDEST_YEAR = 1850


@transaction.atomic
def add_address(
    client: Client, *, by: User | None, now: datetime, **fields: str
) -> Address:
    """Return a new postal address of the client."""
    address = Address.objects.create(client=client, **_address(fields))
    _wrote(client.pk, "address.added", by=by, now=now)
    return address


@transaction.atomic
def change_address(
    address: Address, *, by: User | None, now: datetime, **fields: str
) -> None:
    """Set the given lines of an address."""
    before = {key: getattr(address, key) for key in ADDRESS_FIELDS}
    for key, value in _address(before | fields).items():
        setattr(address, key, value)
    address.changed(sorted(ADDRESS_FIELDS))
    _wrote(address.client_id, "address.changed", by=by, now=now)


@transaction.atomic
def remove_address(address: Address, *, by: User | None, now: datetime) -> None:
    """Forget a postal address."""
    client_id = address.client_id
    address.delete()
    _wrote(client_id, "address.removed", by=by, now=now)


@transaction.atomic
def add_date(
    client: Client,
    *,
    kind: str,
    month: int,
    day: int,
    year: int | None = None,
    label: str = "",
    contact: Contact | None = None,
    by: User | None,
    now: datetime,
) -> ImportantDate:
    """Return a new date that matters; the year may be unknown."""
    values = _date(kind=kind, month=month, day=day, year=year, label=label, now=now)
    if contact is not None and contact.client_id != client.pk:
        raise Refusal(_("That person belongs to another client."))
    found = ImportantDate.objects.create(client=client, contact=contact, **values)
    _wrote(client.pk, "date.added", by=by, now=now)
    return found


@transaction.atomic
def change_date(
    found: ImportantDate,
    *,
    kind: str,
    month: int,
    day: int,
    year: int | None,
    label: str,
    contact: Contact | None,
    by: User | None,
    now: datetime,
) -> None:
    """Set a date anew."""
    values = _date(kind=kind, month=month, day=day, year=year, label=label, now=now)
    for key, value in values.items():
        setattr(found, key, value)
    found.contact = contact
    found.changed([*values, "contact"])
    _wrote(found.client_id, "date.changed", by=by, now=now)


@transaction.atomic
def remove_date(found: ImportantDate, *, by: User | None, now: datetime) -> None:
    """Forget a date."""
    client_id = found.client_id
    found.delete()
    _wrote(client_id, "date.removed", by=by, now=now)


def _address(fields: dict[str, str]) -> dict[str, str]:
    if unknown := set(fields) - ADDRESS_FIELDS:
        raise TypeError(f"No such line of an address: {sorted(unknown)}")
    lines = {key: " ".join(value.split()) for key, value in fields.items()}
    check_texts(lines, Address.limits())
    if not any(lines.values()):
        raise Refusal(_("An address needs at least one line."))
    return lines


def _date(
    *, kind: str, month: int, day: int, year: int | None, label: str, now: datetime
) -> dict[str, Any]:
    if kind not in ImportantDate.Kind.values:
        raise Refusal(_("A date is a birthday, an anniversary or one of your own."))
    if kind == ImportantDate.Kind.OWN and not label.strip():
        raise Refusal(_("Say what the date is."))
    check_texts({"label": label}, {})
    check_day(month, day, year)
    if year is not None and not OLDEST_YEAR <= year <= now.year + 50:
        raise Refusal(_("That year is too far away. Leave it empty if it is not known."))
    row = {"kind": kind, "month": month, "day": day, "year": year}
    return row | {"label": label.strip()[:80]}


def _wrote(client_id: int, what: str, *, by: User | None, now: datetime) -> None:
    audit.note(what, by=by, at=now, about=f"client {client_id}")
    announce(News(kind="client", client_ids=[client_id], at=now, detail="changed"))
