"""Clients: made, changed, handed over, closed and opened again."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.base.text import fold
from fondly.clients.actions import many
from fondly.clients.actions.fields import typed_values
from fondly.clients.actions.labels import put_labels
from fondly.clients.actions.search import index, search_words_for
from fondly.clients.models import Client, Contact, Kind, LeavingReason, Stage
from fondly.clients.rules import check_texts, check_years, is_time_zone
from fondly.team import audit
from fondly.team.models import Business, User

__all__ = [
    "change",
    "close",
    "create",
    "hand_over",
    "index",
    "label",
    "name_in_bulk",
    "reopen",
    "search_words_for",
    "set_stage",
]

MOST_NAMED = 2_000
# What may be set from outside; everything else has an action of its own.
FIELDS = frozenset(
    {
        "client_since",
        "extra",
        "growth_potential",
        "ideal_days",
        "industry",
        "influence",
        "kind",
        "language",
        "maximum_days",
        "name",
        "notes",
        "number",
        "owner",
        "time_zone",
    }
)


@transaction.atomic
def create(*, name: str, by: User | None, now: datetime, **fields: Any) -> Client:
    """Return a new client; a person gets themselves as their contact."""
    values = _checked({"name": name, **fields})
    if values.get("owner") is None and by and not by.sees_all(Business.current()):
        values["owner"] = by  # who sees only their own would lose sight of it at once
    _check_owner(values, None, by)
    client = Client(created_at=now, updated_at=now, **values)
    client.sort_name = fold(client.name)
    _save_new(client)
    if client.kind == Kind.PERSON:
        Contact.objects.create(client=client, name=client.name, is_primary=True)
    index([client.pk])
    audit.note("client.created", by=by, at=now, about=f"client {client.pk}")
    _tell([client.pk], now, "created")
    return client


@transaction.atomic
def change(client: Client, *, by: User | None, now: datetime, **fields: Any) -> Client:
    """Set the given fields, leaving the others alone."""
    if "extra" in fields:  # merged into: nobody else may write it meanwhile
        mine = Client.everything.filter(pk=client.pk).locked()
        client.extra = mine.values_list("extra", flat=True).get()
    values = _checked(fields, client)
    _check_owner(values, client, by)
    changed = sorted(key for key, value in values.items() if getattr(client, key) != value)
    if not changed:
        return client
    if "name" in changed:
        _rename_own_contact(client, values["name"])
    for key in changed:
        setattr(client, key, values[key])
    client.sort_name, client.updated_at = fold(client.name), now
    _save_changed(client, [*changed, "sort_name", "updated_at"])
    if {"name", "number"} & set(changed):
        index([client.pk])
    audit.note("client.changed", by=by, at=now, about=f"client {client.pk}", fields=changed)
    _tell([client.pk], now, "owner" if "owner" in changed else "changed")
    return client


@transaction.atomic
def close(
    client: Client, *, on: date, reason: str, note: str = "", by: User | None, now: datetime
) -> None:
    """Part with a client, keeping why."""
    if reason not in LeavingReason.values:
        raise Refusal(_("Say why the client left; “Not known” is an answer too."))
    if client.is_closed:
        raise Refusal(_("This client is closed already."))
    check_years(on)
    check_texts({"note": note}, {})
    # A day ahead: it may be tomorrow already where the business is.
    if on > now.date() + timedelta(days=1):
        raise Refusal(_("Choose a day that has come."))
    client.closed_on, client.stage = on, Stage.CLOSED
    client.leaving_reason, client.leaving_note = reason, note.strip()[:500]
    client.updated_at = now
    client.changed(["closed_on", "stage", "leaving_reason", "leaving_note", "updated_at"])
    audit.note("client.closed", by=by, at=now, about=f"client {client.pk}", reason=reason)
    _tell([client.pk], now, "closed")


@transaction.atomic
def reopen(client: Client, *, by: User | None, now: datetime) -> None:
    """Take a closed client up again; insight derives the stage anew."""
    if not client.is_closed:
        raise Refusal(_("This client is open already."))
    client.closed_on, client.leaving_reason, client.leaving_note = None, "", ""
    client.stage = Stage.ACTIVE if client.orders.exists() else Stage.PROSPECT
    client.updated_at = now
    client.changed(["closed_on", "stage", "leaving_reason", "leaving_note", "updated_at"])
    audit.note("client.reopened", by=by, at=now, about=f"client {client.pk}")
    _tell([client.pk], now, "reopened")


@transaction.atomic
def set_stage(
    client: Client, stage: str, *, until: date | None, by: User | None, now: datetime
) -> None:
    """Set the stage by hand until a day; an empty stage gives it back to be derived."""
    if stage and (stage not in Stage.values or stage == Stage.CLOSED):
        raise Refusal(_("There is no such stage to set by hand."))
    if client.is_closed:
        raise Refusal(_("This client is closed. Take it up again first."))
    # A day behind: it may still be yesterday where the business is.
    if stage and until and until < now.date() - timedelta(days=1):
        raise Refusal(_("Choose a day that is still to come."))
    client.stage_by_hand = stage
    client.stage_by_hand_until = until if stage else None
    client.stage = stage or client.stage
    client.updated_at = now
    client.changed(["stage", "stage_by_hand", "stage_by_hand_until", "updated_at"])
    audit.note("client.stage", by=by, at=now, about=f"client {client.pk}", stage=stage)
    _tell([client.pk], now, "stage")


@transaction.atomic
def hand_over(
    clients: Iterable[Client | int], *, to: User | None, by: User | None, now: datetime
) -> int:
    """Give the clients to a colleague (or to nobody) and return how many changed hands."""
    _check_may_look_after(to)
    wanted = {client if isinstance(client, int) else client.pk for client in clients}
    count = many.give(sorted(wanted), to, now=now)
    if count:
        name = to.pk if to else None
        audit.note("clients.handed_over", by=by, at=now, to=name, clients=count)
    return count


@transaction.atomic
def label(
    client: Client,
    *,
    tags: Iterable[str] | None = None,
    interests: Iterable[str] | None = None,
    by: User | None,
    now: datetime,
) -> None:
    """Give the client exactly these tags and interests; None leaves that kind alone."""
    if put_labels(client, tags=tags, interests=interests):
        client.updated_at = now
        client.changed(["updated_at"])
        about = f"client {client.pk}"
        audit.note("client.changed", by=by, at=now, about=about, fields=["labels"])
        _tell([client.pk], now, "changed")


@transaction.atomic
def name_in_bulk(
    names: Mapping[str, str], *, by: User | None, now: datetime
) -> tuple[int, list[str]]:
    """Name clients known by number; return how many, and the numbers nobody has."""
    if len(names) > MOST_NAMED:
        words = {"n": MOST_NAMED}
        raise Refusal(_("Name at most %(n)d clients at once.") % words)
    wanted = {number.strip(): " ".join(name.split()) for number, name in names.items()}
    for name in wanted.values():
        check_texts({"name": name}, Client.limits())
    mine = Client.objects.seen_by(by) if by else Client.objects.all()
    found = list(mine.filter(number__in=[n for n, name in wanted.items() if name]))
    renamed = [client for client in found if client.name != wanted[client.number]]
    for client in renamed:
        _rename_own_contact(client, wanted[client.number])
        client.name = wanted[client.number]
        client.sort_name = fold(client.name)
    ids = [client.pk for client in renamed]
    Client.objects.bulk_update(renamed, ["name", "sort_name"], batch_size=200)
    Client.objects.filter(pk__in=ids).change(updated_at=now)
    index(ids)
    if ids:
        audit.note("clients.named", by=by, at=now, clients=len(ids))
        _tell(ids, now, "changed")
    unknown = set(wanted) - {client.number for client in found}
    return len(ids), sorted(number for number in unknown if number)


def _checked(fields: Mapping[str, Any], client: Client | None = None) -> dict[str, Any]:
    """Return the fields made clean; refuse what no client may have."""
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"No such field of a client: {sorted(unknown)}")
    values: dict[str, Any] = {
        key: value.strip() if isinstance(value, str) else value
        for key, value in fields.items()
    }
    check_texts(values, Client.limits())
    check_years(values.get("client_since"))
    if "name" in values and not values["name"]:
        raise Refusal(_("A client needs a name."))
    if values.get("kind", Kind.PERSON) not in Kind.values:
        raise Refusal(_("A client is a person or an organisation."))
    if values.get("time_zone") and not is_time_zone(values["time_zone"]):
        raise Refusal(_("“%(zone)s” is no time zone.") % {"zone": values["time_zone"]})
    if "extra" in values:
        values["extra"] = typed_values(
            values["extra"], before=client.extra if client else {}
        )
    _check_numbers(values, client)
    return values


def _check_numbers(values: Mapping[str, Any], client: Client | None) -> None:
    for key in ("influence", "growth_potential"):
        if values.get(key) is not None and not 1 <= values[key] <= 5:
            raise Refusal(_("Influence and growth potential go from 1 to 5."))
    ideal = values.get("ideal_days", client.ideal_days if client else None)
    most = values.get("maximum_days", client.maximum_days if client else None)
    if any(days is not None and not 1 <= days <= 3660 for days in (ideal, most)):
        raise Refusal(_("Choose a number of days from 1 to 3660."))
    if ideal and most and most < ideal:
        raise Refusal(_("The longest silence cannot be shorter than the ideal one."))


def _check_owner(values: Mapping[str, Any], client: Client | None, by: User | None) -> None:
    """Refuse to give a client to who may not have it, or out of `by`'s own sight."""
    owner = values.get("owner")
    if "owner" not in values or (client and client.owner_id == (owner and owner.pk)):
        return
    _check_may_look_after(owner)
    if by and owner != by and not by.sees_all(Business.current()):
        raise Refusal(_("You see only the clients you look after, so they stay with you."))


def _check_may_look_after(owner: User | None) -> None:
    if owner is not None and not owner.may("member"):
        raise Refusal(_("Only people who may change clients can look after them."))


def _save_new(client: Client) -> None:
    try:
        with transaction.atomic():
            client.save(force_insert=True)
    except IntegrityError as error:
        raise _number_taken(client) from error


def _save_changed(client: Client, fields: list[str]) -> None:
    try:
        with transaction.atomic():
            client.changed(fields)
    except IntegrityError as error:
        raise _number_taken(client) from error


def _number_taken(client: Client) -> Refusal:
    return Refusal(
        _("Another client has the number “%(number)s” already.") % {"number": client.number}
    )


def _rename_own_contact(client: Client, name: str) -> None:
    """Keep a person's own contact under the person's name."""
    if client.kind == Kind.PERSON:
        client.contacts.filter(name=client.name).change(name=name)


def _tell(client_ids: list[int], now: datetime, detail: str) -> None:
    announce(News(kind="client", client_ids=client_ids, at=now, detail=detail))
