"""The people at a client, and how to reach them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.clients.actions.search import index
from fondly.clients.models import Client, Contact, ContactPoint
from fondly.clients.rules import (
    check_texts,
    email_address,
    is_time_zone,
    phone_number,
    region_of,
)
from fondly.team import audit
from fondly.team.models import Business, User

FIELDS = frozenset({"name", "title", "is_primary", "time_zone", "notes"})


@transaction.atomic
def add(
    client: Client,
    *,
    name: str,
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    by: User | None,
    now: datetime,
    **fields: Any,
) -> Contact:
    """Return a new contact of the client, reachable at the given points."""
    values = _checked({"name": name, **fields})
    contact = Contact.objects.create(client=client, **values)
    _keep_one_primary(contact)
    region = home_region()
    for email in emails:
        _put_point(contact, ContactPoint.Kind.EMAIL, email, region)
    for phone in phones:
        _put_point(contact, ContactPoint.Kind.PHONE, phone, region)
    _wrote(contact, "contact.added", by=by, now=now)
    return contact


@transaction.atomic
def change(contact: Contact, *, by: User | None, now: datetime, **fields: Any) -> None:
    """Set the given fields of a contact, leaving the others alone."""
    values = _checked(fields)
    changed = sorted(key for key, value in values.items() if getattr(contact, key) != value)
    if not changed:
        return
    for key in changed:
        setattr(contact, key, values[key])
    contact.changed(changed)
    _keep_one_primary(contact)
    _wrote(contact, "contact.changed", by=by, now=now, fields=changed)


@transaction.atomic
def remove(contact: Contact, *, by: User | None, now: datetime) -> None:
    """Take a contact away, with their points and dates."""
    if contact.consents.exists():
        raise Refusal(
            _("There is consent on record for this person; withdraw it and keep them.")
        )
    _wrote(contact, "contact.removed", by=by, now=now)
    client_id = contact.client_id
    contact.delete()
    index([client_id])


@transaction.atomic
def add_point(
    contact: Contact,
    kind: str,
    value: str,
    *,
    label: str = "",
    by: User | None,
    now: datetime,
) -> ContactPoint:
    """Return the point by which the contact can be reached; one that is there is kept."""
    point = _put_point(contact, kind, value, home_region(), label)
    _wrote(contact, "contact.changed", by=by, now=now, fields=["points"])
    return point


@transaction.atomic
def rewrite(
    contact: Contact,
    *,
    person: dict[str, Any],
    emails: Iterable[str],
    phones: Iterable[str],
    by: User | None,
    now: datetime,
) -> None:
    """Set what is said of a person and how they are reached, all or nothing."""
    change(contact, **person, by=by, now=now)
    put_points(contact, emails=emails, phones=phones, by=by, now=now)


@transaction.atomic
def put_points(
    contact: Contact,
    *,
    emails: Iterable[str],
    phones: Iterable[str],
    by: User | None,
    now: datetime,
) -> None:
    """Make these the points of the contact; one that stays keeps what is known of it."""
    region = home_region()
    wanted = [
        *((ContactPoint.Kind.EMAIL, value) for value in emails if value.strip()),
        *((ContactPoint.Kind.PHONE, value) for value in phones if value.strip()),
    ]
    kept = [_put_point(contact, kind, value, region) for kind, value in wanted]
    contact.points.exclude(pk__in=[point.pk for point in kept]).delete()
    for place, (point, (_kind, value)) in enumerate(zip(kept, wanted, strict=True)):
        _spell(point, value, place)
    _wrote(contact, "contact.changed", by=by, now=now, fields=["points"])


@transaction.atomic
def remove_point(point: ContactPoint, *, by: User | None, now: datetime) -> None:
    """Forget an address or a number."""
    contact = point.contact
    point.delete()
    _wrote(contact, "contact.changed", by=by, now=now, fields=["points"])


@transaction.atomic
def mark_dead(
    point: ContactPoint, *, is_dead: bool, by: User | None, now: datetime
) -> None:
    """Say that a point no longer reaches anybody, or does so again."""
    point.is_dead = is_dead
    point.changed(["is_dead"])
    _wrote(point.contact, "contact.changed", by=by, now=now, fields=["points"])


def home_region() -> str:
    """Return the country in which a phone number without a country code is meant."""
    business = Business.current()
    return region_of(business.time_zone) if business else ""


def _put_point(
    contact: Contact, kind: str, value: str, region: str, label: str = ""
) -> ContactPoint:
    value = value.strip()
    if kind == ContactPoint.Kind.EMAIL:
        value = email_address(value)
        normalised = value.lower()
    elif kind == ContactPoint.Kind.PHONE:
        normalised = phone_number(value, region)
    else:
        raise Refusal(_("A contact is reached by e-mail or by phone."))
    point, _made = ContactPoint.objects.get_or_create(
        contact=contact,
        kind=kind,
        normalised=normalised,
        defaults={"value": value[:254], "label": label.strip()[:40]},
    )
    return point


def _spell(point: ContactPoint, value: str, place: int) -> None:
    """Keep a point as it is typed now, and where: the usual one stands first."""
    typed = value.strip()
    if point.kind == ContactPoint.Kind.EMAIL:
        typed = email_address(typed)
    if (point.value, point.position) != (typed[:254], place):
        point.value, point.position = typed[:254], place
        point.changed(["value", "position"])


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"No such field of a contact: {sorted(unknown)}")
    values = {k: v.strip() if isinstance(v, str) else v for k, v in fields.items()}
    check_texts(values, Contact.limits())
    if "name" in values and not values["name"]:
        raise Refusal(_("A contact needs a name."))
    if values.get("time_zone") and not is_time_zone(values["time_zone"]):
        raise Refusal(_("“%(zone)s” is no time zone.") % {"zone": values["time_zone"]})
    return values


def _keep_one_primary(contact: Contact) -> None:
    if contact.is_primary:
        others = Contact.objects.filter(client_id=contact.client_id, is_primary=True)
        others.exclude(pk=contact.pk).change(is_primary=False)


def _wrote(
    contact: Contact, what: str, *, by: User | None, now: datetime, **details: Any
) -> None:
    client_id = contact.client_id
    index([client_id])
    about = f"client {client_id}"
    audit.note(what, by=by, at=now, about=about, contact=contact.pk, **details)
    announce(News(kind="client", client_ids=[client_id], at=now, detail="contact"))
