"""One change to some clients at once. Who asks, and whether they may, is decided above.

Each takes at most a few hundred keys, and changes and announces only what is not so yet.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from fondly.base.news import News, announce
from fondly.clients.actions.labels import labels_named
from fondly.clients.models import Client, Label
from fondly.team.models import User


@transaction.atomic
def give(client_ids: Sequence[int], to: User | None, *, now: datetime) -> int:
    """Have a colleague, or nobody, look after them; return how many changed hands."""
    rows = Client.objects.filter(pk__in=client_ids).not_looked_after_by(to)
    ids = rows.locked().ids()
    Client.objects.filter(pk__in=ids).change(owner=to, updated_at=now)
    return _tell(ids, now, "owner")


@transaction.atomic
def add_tag(client_ids: Sequence[int], name: str, *, now: datetime) -> int:
    """Give them a tag, made where it is new; return how many had not got it."""
    (label,) = labels_named(Label.Kind.TAG, [name])
    ids = Client.objects.filter(pk__in=client_ids).locked().ids()
    through = Client.labels.through
    theirs = through.objects.filter(label=label, client_id__in=ids)
    have = set(theirs.values_list("client_id", flat=True))
    ids = [key for key in ids if key not in have]
    rows = [through(client_id=key, label_id=label.pk) for key in ids]
    through.objects.bulk_create(rows, ignore_conflicts=True)
    return _changed(ids, now)


@transaction.atomic
def remove_tag(client_ids: Sequence[int], name: str, *, now: datetime) -> int:
    """Take a tag off them; return how many had it."""
    label = Label.objects.named(Label.Kind.TAG, name)
    if label is None:
        return 0
    ids = Client.objects.filter(pk__in=client_ids, labels=label).locked().ids()
    Client.labels.through.objects.filter(label=label, client_id__in=ids).delete()
    return _changed(ids, now)


@transaction.atomic
def set_stage(
    client_ids: Sequence[int], stage: str, *, until: date | None, now: datetime
) -> int:
    """Set their stage by hand, or give it back; return how many that changed.

    Those with whom we have parted stay closed.
    """
    by_hand = {"stage_by_hand": stage, "stage_by_hand_until": until if stage else None}
    shown = {"stage": stage} if stage else {}
    rows = Client.objects.filter(pk__in=client_ids).open().exclude(**by_hand | shown)
    ids = rows.locked().ids()
    Client.objects.filter(pk__in=ids).change(**by_hand, **shown, updated_at=now)
    return _tell(ids, now, "stage")


def _changed(ids: list[int], now: datetime) -> int:
    Client.objects.filter(pk__in=ids).change(updated_at=now)
    return _tell(ids, now, "changed")


def _tell(ids: list[int], now: datetime, detail: str) -> int:
    if ids:
        announce(News(kind="client", client_ids=ids, at=now, detail=detail))
    return len(ids)
