"""Consent: granted and withdrawn, never edited."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.clients.models import Channel, Client, ConsentEntry, Contact, Purpose
from fondly.clients.rules import check_moment, check_texts
from fondly.team import audit
from fondly.team.models import User


def grant(
    client: Client,
    *,
    channel: str,
    purpose: str,
    source: str,
    wording: str,
    at: datetime,
    contact: Contact | None = None,
    by: User | None,
    now: datetime,
) -> ConsentEntry:
    """Record that we may, with where it was given and the words they agreed to."""
    if not source.strip() or not wording.strip():
        raise Refusal(_("Say where consent was given, and the words they agreed to."))
    entry = ConsentEntry(client=client, contact=contact, channel=channel, purpose=purpose)
    entry.is_granted, entry.at = True, at
    entry.source, entry.wording = source.strip()[:120], wording.strip()
    return _append(entry, by=by, now=now)


def withdraw(
    client: Client,
    *,
    channel: str,
    purpose: str,
    source: str,
    at: datetime,
    wording: str = "",
    contact: Contact | None = None,
    by: User | None,
    now: datetime,
) -> ConsentEntry:
    """Record that we may not, or no longer."""
    if not source.strip():
        raise Refusal(_("Say how they told us."))
    entry = ConsentEntry(client=client, contact=contact, channel=channel, purpose=purpose)
    entry.is_granted, entry.at = False, at
    entry.source, entry.wording = source.strip()[:120], wording.strip()
    return _append(entry, by=by, now=now)


@transaction.atomic
def _append(entry: ConsentEntry, *, by: User | None, now: datetime) -> ConsentEntry:
    if entry.channel not in Channel.values or entry.purpose not in Purpose.values:
        raise Refusal(_("Choose a channel and what it is for."))
    check_moment(entry.at, now)
    check_texts({"source": entry.source, "wording": entry.wording}, {})
    if entry.contact is not None and entry.contact.client_id != entry.client_id:
        raise Refusal(_("That person belongs to another client."))
    entry.recorded_by = by
    entry.save(force_insert=True)
    word = "granted" if entry.is_granted else "withdrawn"
    audit.note(
        f"consent.{word}",
        by=by,
        at=now,
        about=f"client {entry.client_id}",
        channel=entry.channel,
        purpose=entry.purpose,
    )
    announce(News(kind="consent", client_ids=[entry.client_id], at=entry.at, detail=word))
    return entry
