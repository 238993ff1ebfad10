"""Many clients changed at once, some at a time: it goes on wherever it was interrupted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.http import QueryDict
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.tasks import enqueue_once, fenced, rest
from fondly.clients.actions import many
from fondly.clients.actions.labels import LONGEST
from fondly.clients.models import Stage
from fondly.insight.listing.answer import keys
from fondly.insight.listing.question import question
from fondly.insight.listing.scope import Scope
from fondly.insight.models import BulkChange
from fondly.team import audit
from fondly.team.models import User

BATCH = 500
MOST_CHECKED = 1_000
TASK = "fondly.insight.tasks.change_many"
Kind = BulkChange.Kind


def ask(
    user: User,
    *,
    kind: str,
    value: str,
    until: date | None = None,
    query: str = "",
    client_ids: Sequence[int] | None = None,
    total: int,
    now: datetime,
) -> BulkChange:
    """Begin a change: a small one is made before this returns, a large one soon."""
    bulk = BulkChange(user=user, asked_at=now, kind=kind, value=value, until=until)
    bulk.query, bulk.total = query, total
    bulk.client_ids = list(client_ids) if client_ids is not None else None
    change_of(bulk, Scope(user))  # refuses what may not be
    bulk.save(force_insert=True)
    if total <= BATCH:
        carry_out(bulk, now=now)
    else:
        enqueue_once(import_string(TASK), bulk.pk, key=f"insight.bulk:{bulk.pk}")
    return bulk


def carry_out(bulk: BulkChange, *, now: datetime) -> int:
    """Do what is left of the change; return how many clients it changed in all."""
    try:
        while _step(bulk, now):
            rest()
    except Refusal as refusal:
        with fenced():
            bulk.problem, bulk.finished_at = str(refusal)[:300], now
            bulk.save(update_fields=["problem", "finished_at"])
    return bulk.changed


def _step(bulk: BulkChange, now: datetime) -> bool:
    """Change the next clients; tell whether there may be more."""
    with fenced():
        # Whatever was decided when it was asked: rights are those of this moment.
        scope = Scope(User.objects.get(pk=bulk.user_id))
        change = change_of(bulk, scope)
        locked = BulkChange.objects.select_for_update().get(pk=bulk.pk)
        bulk.seen, bulk.changed, bulk.place = locked.seen, locked.changed, locked.place
        if locked.finished_at:
            return False
        ids = _next(bulk, scope)
        bulk.changed += change(ids, now=now) if ids else 0
        bulk.seen += len(ids)
        if not bulk.place:
            bulk.finished_at = now
            _note(bulk, scope.user, now)
        bulk.save(update_fields=["seen", "changed", "place", "finished_at"])
    return bulk.is_running


def _note(bulk: BulkChange, by: User, now: datetime) -> None:
    """Write one line into the audit log, however many clients there were."""
    about = f"change {bulk.pk}"
    details: dict[str, Any] = {"change": bulk.kind, "clients": bulk.changed}
    details["of"] = bulk.seen
    audit.note("clients.changed_in_bulk", by=by, at=now, about=about, **details)


def _next(bulk: BulkChange, scope: Scope) -> list[int]:
    """Return the next clients, and note in `place` where to go on; nothing at the end."""
    if bulk.client_ids is not None:
        start = int(bulk.place or 0)
        chosen = bulk.client_ids[start : start + BATCH]
        is_end = start + BATCH >= len(bulk.client_ids)
        bulk.place = "" if is_end else str(start + BATCH)
        return list(scope.clients().filter(pk__in=chosen).values_list("pk", flat=True))
    asked = question(QueryDict(bulk.query), scope)
    # By name: the one order that none of these changes can disturb.
    asked = replace(asked, sort="name", is_reversed=False, after=bulk.place)
    ids, bulk.place = keys(asked, scope, size=BATCH)
    return ids


def change_of(bulk: BulkChange, scope: Scope) -> Any:
    """Return what is to be done to some clients; refuse what this person may not do."""
    if not scope.user.may("member"):
        raise Refusal(_("Your role may not change clients."))
    if bulk.client_ids is not None and len(bulk.client_ids) > MOST_CHECKED:
        raise Refusal(_("Too many at once; choose all that match instead."))
    if bulk.kind in (Kind.ADD_TAG, Kind.REMOVE_TAG):
        return _tagging(bulk)
    if bulk.kind == Kind.OWNER:
        return partial(_give, to=_owner(bulk, scope))
    if bulk.until and bulk.until < bulk.asked_at.date() - timedelta(days=1):
        raise Refusal(_("Choose a day that is still to come."))
    if bulk.kind == Kind.STAGE and bulk.value in {*Stage.values, ""} - {Stage.CLOSED}:
        return partial(_stage, stage=bulk.value, until=bulk.until)
    raise Refusal(_("Choose what is to be changed."))


def _tagging(bulk: BulkChange) -> Any:
    if not bulk.value.strip() or "," in bulk.value or len(bulk.value) > LONGEST:
        raise Refusal(_("Give one tag of at most 60 letters, without a comma."))
    return partial(
        many.add_tag if bulk.kind == Kind.ADD_TAG else many.remove_tag, name=bulk.value
    )


def _give(ids: Sequence[int], *, to: User | None, now: datetime) -> int:
    return many.give(ids, to, now=now)


def _stage(ids: Sequence[int], *, stage: str, until: date | None, now: datetime) -> int:
    return many.set_stage(ids, stage, until=until, now=now)


def _owner(bulk: BulkChange, scope: Scope) -> User | None:
    people = User.objects.to_be_given_clients(by=scope.user, business=scope.business)
    if not bulk.value and scope.user.sees_all(scope.business):
        return None
    key = bulk.value if bulk.value.isdecimal() else 0
    found: User | None = people.filter(pk=key).first()
    if found is None:
        raise Refusal(_("Choose who is to look after them."))
    return found
