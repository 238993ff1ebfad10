"""Marks on clients whose signals do not yet know of a change."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import connection

from fondly.base.tasks import fenced, rest
from fondly.clients.models import Client
from fondly.insight.actions.writing import BATCH
from fondly.insight.models import ScoreRun, StaleClient

RENEWED = ["since", "taken_by", "taken_at", "covered_by", "scored_in"]


def mark_stale(client_ids: Sequence[int], *, now: datetime) -> None:
    """Mark clients to be scored again; whoever is scoring them now will not settle that."""
    ids = sorted(set(client_ids))
    for start in range(0, len(ids), BATCH):
        with fenced():
            StaleClient.objects.bulk_create(
                [StaleClient(client_id=n, since=now) for n in ids[start : start + BATCH]],
                update_conflicts=True,
                unique_fields=["client"],
                update_fields=RENEWED,
            )
        if start + BATCH < len(ids) and not connection.in_atomic_block:
            rest()


def cover(run: ScoreRun) -> None:
    """Note that `run`, which has not read anything yet, will know of all marked changes."""
    with fenced():
        StaleClient.objects.filter(pk__in=StaleClient.objects.at_rest()).update(
            covered_by=run.pk
        )


def settle_covered(run: ScoreRun) -> None:
    """Forget the marks that a published full run knew of."""
    with fenced():
        known = StaleClient.objects.filter(covered_by=run.pk)
        known.filter(pk__in=known.at_rest()).delete()


def take(*, run: ScoreRun, now: datetime, most: int) -> tuple[str, list[int]]:
    """Take marks into our hands; return what proves it and at most that many clients."""
    token = uuid4().hex
    with fenced():
        due = StaleClient.objects.due(run_id=run.pk, now=now)
        ids = list(due.at_rest()[:most])
        mine = StaleClient.objects.filter(client_id__in=ids)
        mine.update(taken_by=token, taken_at=now)
    return token, ids


def still_ours(token: str, client_ids: Sequence[int]) -> list[int]:
    """Return which of the clients have not changed again since, held until the commit.

    The clients are held before their marks, as by whoever changes a client and then marks
    it; two who did it the other way round would wait for each other.
    """
    held = Client.everything.filter(pk__in=client_ids).select_for_update(no_key=True)
    list(held.order_by("pk").values_list("pk", flat=True))
    rows = StaleClient.objects.filter(taken_by=token, client_id__in=client_ids)
    return list(rows.at_rest())


def release(token: str) -> None:
    """Let go of the marks in our hands: they are due again."""
    with fenced():
        StaleClient.objects.filter(taken_by=token).update(taken_by="", taken_at=None)


def settle(token: str, client_ids: Sequence[int], *, run: ScoreRun) -> None:
    """Forget marks whose clients are scored, unless a full run is going on meanwhile.

    That run may not know of the change and will replace what was just written: then the
    marks wait for it to be published and are due again.
    """
    rows = StaleClient.objects.filter(taken_by=token, client_id__in=client_ids)
    writing = ScoreRun.objects.being_written().values_list("pk", flat=True)
    newest = writing.order_by("-pk").first()
    if newest is None:
        rows.delete()
    else:
        rows.filter(covered_by=newest).delete()
        rows.update(scored_in=run.pk, taken_by="", taken_at=None)
