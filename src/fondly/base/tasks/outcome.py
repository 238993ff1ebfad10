"""What became of an attempt, written in the transaction that its effects are in."""

from django.conf import settings
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from fondly.base.errors import Refusal
from fondly.base.models import TaskLease, database_time
from fondly.base.tasks.lease import Lease, Result

LONGEST_PAUSE = 3600.0


def pause(attempt: int, *, first: float) -> float:
    """Return the seconds to wait after `attempt` failed: each wait four times the last."""
    return float(min(first * 4 ** (attempt - 1), LONGEST_PAUSE))


class Abandoned(Exception):  # noqa: N818 - it names what happened
    """Every worker that began the task was killed or went silent."""


def succeed(result: Result, value: object) -> None:
    """Mark the task done. Call inside `fenced`."""
    result.set_successful(value)
    TaskLease.objects.filter(pk=result.pk).delete()


def fail(result: Result, lease: Lease, error: BaseException) -> None:
    """Put the task back in line, or end it after its last attempt. Call inside `fenced`.

    A refusal is an answer: trying again would only give the same one.
    """
    result.set_failed(error)
    if isinstance(error, Refusal | Abandoned) or lease.attempt >= settings.TASK_ATTEMPTS:
        TaskLease.objects.filter(pk=result.pk).delete()
        return
    wait = pause(lease.attempt, first=settings.TASK_BACKOFF)
    TaskLease.objects.filter(pk=result.pk).update(until=None)
    DBTaskResult.objects.filter(pk=result.pk).update(
        status=TaskResultStatus.READY, finished_at=None, run_after=database_time(plus=wait)
    )
    result.refresh_from_db()
