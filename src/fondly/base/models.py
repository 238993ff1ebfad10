"""What the ground floor remembers: settings of reasons, and how background work stands."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models.functions import Now
from django_tasks_db.models import DBTaskResult


class ReasonSetting(models.Model):
    """Whether a practice's reason is on, and which share of clients it holds out."""

    reason = models.CharField(max_length=80, unique=True)  # “rhythm.quiet”
    is_on = models.BooleanField(default=True)
    holdout_share = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(holdout_share__gte=0, holdout_share__lte=0.5),
                name="holdout_share_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


def database_time(*, plus: float = 0) -> models.expressions.Combinable:
    """Return the database's own time, `plus` seconds from now.

    Leases of workers on several machines are compared by this one clock.
    """
    return models.ExpressionWrapper(
        Now() + timedelta(seconds=plus), output_field=models.DateTimeField()
    )


class LeaseQuerySet(models.QuerySet["TaskLease"]):
    """Asks who may take effect."""

    def of(self, result_id: UUID, *, attempt: int) -> "LeaseQuerySet":
        """Return the lease of one attempt; empty once another attempt has begun."""
        return self.filter(pk=result_id, attempt=attempt)

    def free(self) -> "LeaseQuerySet":
        """Return leases that nobody holds, or nobody has extended in time."""
        return self.filter(models.Q(until=None) | models.Q(until__lte=Now()))

    def abandoned(self) -> "LeaseQuerySet":
        """Return leases of running tasks whose worker has gone silent."""
        return self.filter(until__lte=Now(), result__status="RUNNING")


class TaskLease(models.Model):
    """Which attempt of a task may take effect, and until when it counts as alive.

    `attempt` is the fence: it only grows, and whatever an earlier attempt still tries is
    refused. The row goes when the task is finished.
    """

    result = models.OneToOneField(
        DBTaskResult, models.CASCADE, primary_key=True, related_name="lease"
    )
    attempt = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=64, blank=True)
    until = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = LeaseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.result_id} attempt {self.attempt}"


class WaitingTask(models.Model):
    """The one task that waits under a key; gone once it begins."""

    key = models.CharField(max_length=120, unique=True)
    result = models.OneToOneField(DBTaskResult, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return self.key


class Occurrence(models.Model):
    """A periodic task was enqueued for this occurrence: once, by whichever scheduler."""

    slug = models.CharField(max_length=80)
    name = models.CharField(max_length=40)  # “2026-03-09”, or the number of the interval
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "name"], name="occurs_once"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.name}"


class WorkerQuerySet(models.QuerySet["TaskWorker"]):
    """Asks which workers are alive."""

    def seen_within(self, seconds: float) -> "WorkerQuerySet":
        """Return workers that have shown themselves in the last `seconds`."""
        return self.filter(seen_at__gte=database_time(plus=-seconds))

    def saw(self, name: str, *, doing: str) -> None:
        """Note that the worker is alive now."""
        self.update_or_create(name=name, defaults={"seen_at": Now(), "doing": doing})


class TaskWorker(models.Model):
    """A worker process, when it last showed itself and what it was doing."""

    name = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)
    doing = models.CharField(max_length=120, blank=True)

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class IdempotentReplyQuerySet(models.QuerySet["IdempotentReply"]):
    """Asks which replies are kept."""

    def about(self, client_id: int) -> Self:
        """Return the replies about a client, or about something of theirs."""
        itself = models.Q(body__startswith=f'{{"id": {client_id},')
        named = f'"client_id": {client_id}'
        last = models.Q(body__contains=f"{named}}}")
        return self.filter(itself | last | models.Q(body__contains=f"{named},"))


class IdempotentReply(models.Model):
    """What a POST with an idempotency key was answered, to be answered again."""

    fingerprint = models.CharField(max_length=64, unique=True)
    sent = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = IdempotentReplyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.fingerprint
