"""Leases: which attempt of a task may take effect (docs/decisions/003)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django_tasks_db.models import DBTaskResult, get_date_max

from fondly.base.models import TaskLease, WaitingTask, database_time

Result: TypeAlias = DBTaskResult[..., Any]
Function = TypeVar("Function", bound=Callable[..., Any])


LEAST_PRIORITY = -100
# What somebody waits for and what takes seconds at most: one worker does nothing else.
URGENT = 50


class LeaseLost(Exception):  # noqa: N818 - it names what happened
    """Another attempt has taken this task over: nothing more of this one may count."""


@dataclass(frozen=True, kw_only=True)
class Lease:
    """One attempt's right to take effect."""

    result_id: UUID
    attempt: int

    def verify(self) -> None:
        """Hold the lease until the transaction ends, or raise LeaseLost.

        On PostgreSQL the row is locked; on SQLite the transaction is IMMEDIATE and so the
        only writer. Either way nobody can take the task over before we commit.
        """
        rows = TaskLease.objects.of(self.result_id, attempt=self.attempt)
        if rows.select_for_update().values_list("attempt").first() is None:
            raise LeaseLost(str(self))

    def extend(self, seconds: float) -> bool:
        """Count as alive for `seconds` more; False when another attempt has begun."""
        rows = TaskLease.objects.of(self.result_id, attempt=self.attempt)
        return bool(rows.update(until=database_time(plus=seconds)))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make this the lease that `fenced` verifies."""
        token = _held.set(self)
        try:
            yield
        finally:
            _held.reset(token)


_held: ContextVar[Lease | None] = ContextVar("lease", default=None)


@contextmanager
def fenced() -> Iterator[None]:
    """Give a transaction that commits only while the running task holds its lease.

    Outside a worker it is a plain `transaction.atomic()`.
    """
    lease = _held.get()
    with transaction.atomic():
        if lease is not None:
            lease.verify()
        yield


def in_steps(function: Function) -> Function:
    """Declare that a task makes its own transactions, each `with fenced():`.

    Such a task must be safe to run again after any of its steps.
    """
    function.in_steps = True  # type: ignore[attr-defined]  # the worker looks for it
    return function


def claim(
    worker: str, *, seconds: float, least: int = LEAST_PRIORITY
) -> tuple[Result, Lease] | None:
    """Take the most urgent task that waits or was abandoned, if there is one.

    `least` is the priority below which tasks are left to others.
    """
    for result_id, attempt in _candidates(least):
        with transaction.atomic():
            if _take(result_id, attempt, worker=worker, seconds=seconds):
                result = DBTaskResult.objects.get(pk=result_id)
                return result, Lease(result_id=result_id, attempt=attempt + 1)
    return None


def _candidates(least: int) -> list[tuple[UUID, int]]:
    """Return (task, last attempt) pairs worth trying. Read outside any transaction, so
    that an idle worker takes no write lock."""
    lost = TaskLease.objects.abandoned().filter(result__priority__gte=least)
    abandoned = lost.values_list("pk", "attempt")
    due = Q(run_after=get_date_max()) | Q(run_after__lte=database_time())
    waiting = DBTaskResult.objects.filter(due, status="READY", priority__gte=least)
    pairs = waiting.values_list("pk", "lease__attempt")[:10]
    return [*abandoned[:10], *((pk, attempt or 0) for pk, attempt in pairs)]


def _take(result_id: UUID, attempt: int, *, worker: str, seconds: float) -> bool:
    """Begin attempt + 1, if nobody else has: one conditional update decides."""
    leases = TaskLease.objects.of(result_id, attempt=attempt)
    if attempt == 0:
        TaskLease.objects.bulk_create(
            [TaskLease(result_id=result_id)], ignore_conflicts=True
        )
    elif not leases.select_for_update(skip_locked=True).values_list("pk").first():
        return False  # its worker is in the middle of a transaction, and so alive
    if not leases.free().update(
        attempt=attempt + 1, worker=worker, until=database_time(plus=seconds)
    ):
        return False
    result = DBTaskResult.objects.select_for_update().get(pk=result_id)
    if result.status not in {"READY", "RUNNING"}:
        TaskLease.objects.filter(pk=result_id).delete()
        return False
    # Whoever enqueues under the same key from now on means a new task: what they wrote
    # may come too late for this one.
    WaitingTask.objects.filter(result_id=result_id).delete()
    result.claim(worker)
    return True
