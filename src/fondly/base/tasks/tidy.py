"""Forgets background work long done, so that the tables stay small."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.db.models import QuerySet
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from fondly.base import clock
from fondly.base.models import Occurrence, TaskWorker
from fondly.base.rest import idempotency
from fondly.base.tasks.lease import Result, fenced, in_steps

KEPT = timedelta(days=30)
BATCH = 500


@task
@in_steps
def tidy() -> int:
    """Delete what finished or passed a month ago, sessions and replies that have ended."""
    sessions = import_module(settings.SESSION_ENGINE).SessionStore
    with fenced():
        sessions.clear_expired()
        idempotency.forget(now=clock.now())
    before = clock.now() - KEPT
    with fenced():
        Occurrence.objects.filter(at__lt=before - KEPT).delete()
        TaskWorker.objects.filter(seen_at__lt=before).delete()
    gone = 0
    while deleted := _delete_some(
        DBTaskResult.objects.finished().filter(finished_at__lt=before)
    ):
        gone += deleted
    return gone


def _delete_some(rows: QuerySet[Result]) -> int:
    with fenced():
        some = list(rows.values_list("pk", flat=True)[:BATCH])
        DBTaskResult.objects.filter(pk__in=some).delete()
    return len(some)
