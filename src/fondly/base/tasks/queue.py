"""Enqueueing under a key: of several wishes for the same work one waits."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django_tasks.base import Task
from django_tasks_db.backend import DatabaseBackend

from fondly.base.models import WaitingTask


def enqueue_once(task: Task[Any, Any], *args: Any, key: str, **kwargs: Any) -> bool:
    """Enqueue the task unless one already waits under `key`; tell whether it was.

    One that has begun does not count as waiting. The row of the one that waits is locked
    until our transaction ends, so that it cannot begin before what we wrote is visible.
    """
    if not isinstance(task.get_backend(), DatabaseBackend):
        task.enqueue(*args, **kwargs)
        return True
    with transaction.atomic():
        waiting = WaitingTask.objects.select_for_update().filter(key=key)
        while waiting.values_list("pk").first() is None:
            if _enqueue_under(key, task, args, kwargs):
                return True
    return False


def _enqueue_under(
    key: str, task: Task[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> bool:
    """Enqueue and take the key; False, and nothing enqueued, when another has taken it."""
    with transaction.atomic():
        result_id = UUID(task.enqueue(*args, **kwargs).id)
        WaitingTask.objects.bulk_create(
            [WaitingTask(key=key, result_id=result_id)], ignore_conflicts=True
        )
        if WaitingTask.objects.filter(key=key, result_id=result_id).exists():
            return True
        transaction.set_rollback(True)
    return False
