"""Writing the timeline, and keeping what it adds up to on the client."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.clients.actions.personal import keyed_hash
from fondly.clients.models import Client, Contact
from fondly.clients.rules import check_moment, check_texts
from fondly.team import audit
from fondly.team.models import User
from fondly.touches.models import (
    Direction,
    Medium,
    Purpose,
    Touch,
    note_newer,
    recompute_standings,
)
from fondly.touches.rules import news_of

BATCH = 500


@transaction.atomic
def record(
    client: Client,
    *,
    at: datetime,
    direction: str,
    medium: str,
    purpose: str,
    what: str,
    by: User | None = None,
    contact: Contact | None = None,
    is_called_off: bool = False,
    key: str = "",
    now: datetime,
) -> Touch:
    """Add one touch to the timeline; the same key is recorded once."""
    touch = Touch(client=client, contact=contact, at=at, user=by, key=key)
    touch.direction, touch.medium, touch.purpose = direction, medium, purpose
    touch.what, touch.is_called_off = what.strip(), is_called_off
    _check(touch, now)
    # Touches of one client are written one after the other: without the lock two that
    # answer each other would not see each other, and neither would count.
    Client.everything.filter(pk=client.pk).locked().ids()
    if key and (known := Touch.everything.filter(key=key).first()):
        if known.client_id != client.pk:  # perhaps of a client whom `by` may not see
            raise Refusal(_("This key stands for something else already."))
        return known
    touch.save(force_insert=True)
    note_newer(touch)
    _tell([touch])
    return touch


def record_many(touches: Iterable[Touch], *, now: datetime) -> int:
    """Add many unsaved touches, skipping known keys; return how many were new."""
    rows = list(touches)
    for touch in rows:
        _check(touch, now)
    rows.sort(key=lambda touch: touch.client_id)
    batches = (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
    return sum(_record_batch(batch) for batch in batches)


@transaction.atomic
def withdraw(touch: Touch, *, by: User | None, now: datetime) -> None:
    """Take back a touch that should not have been recorded."""
    client_id, touch_id = touch.client_id, touch.pk
    Client.everything.filter(pk=client_id).locked().ids()
    touch.delete()
    recompute_standings([client_id])
    audit.note(
        "touch.withdrawn", by=by, at=now, about=f"client {client_id}", touch=touch_id
    )
    announce(News(kind="touch", client_ids=[client_id], at=now, detail="withdrawn"))


@transaction.atomic
def erase_words(client_id: int) -> None:
    """Blank what was said in a client's touches; that there was a touch stays."""
    rows = Touch.everything.filter(client_id=client_id)
    for pk, key in rows.exclude(key="").values_list("pk", "key"):
        Touch.everything.filter(pk=pk).change(key=f"erased:{keyed_hash(key)}")
    rows.change(what="", contact=None)


@transaction.atomic
def _record_batch(rows: Sequence[Touch]) -> int:
    client_ids = sorted({touch.client_id for touch in rows})
    Client.everything.filter(pk__in=client_ids).locked().ids()
    keys = [touch.key for touch in rows if touch.key]
    known = set(Touch.everything.filter(key__in=keys).values_list("key", flat=True))
    new = []
    for touch in rows:
        if touch.key not in known:
            new.append(touch)
            known |= {touch.key} - {""}
    Touch.objects.bulk_create(new)
    recompute_standings(client_ids)
    _tell(new)
    return len(new)


def _check(touch: Touch, now: datetime) -> None:
    check_moment(touch.at, now)
    check_texts({"what": touch.what, "key": touch.key}, Touch.limits())
    if (
        touch.direction not in Direction.values
        or touch.medium not in Medium.values
        or touch.purpose not in Purpose.values
    ):
        raise Refusal(_("Say who spoke, by which way, and what for."))
    if touch.contact is not None and touch.contact.client_id != touch.client_id:
        raise Refusal(_("That person belongs to another client."))


def _tell(touches: Iterable[Touch]) -> None:
    """Announce touches in bulk: one piece of news for each side that spoke."""
    heard: defaultdict[str, list[Touch]] = defaultdict(list)
    for touch in touches:
        for detail in news_of(touch.direction):
            heard[detail].append(touch)
    for detail, rows in heard.items():
        ids = sorted({touch.client_id for touch in rows})
        newest = max(touch.at for touch in rows)
        announce(News(kind="touch", client_ids=ids, at=newest, detail=detail))
