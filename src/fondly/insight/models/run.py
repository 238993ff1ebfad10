"""Scoring runs: signals are written beside the current ones and published by one row."""

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db import models

EVERYBODY = 0  # a mark on all clients: none has this id
# A mark taken longer ago than this was taken by somebody who is gone.
HELD_FOR = timedelta(minutes=2)
LOOKS_KEPT_FOR = timedelta(days=7)


class ScoreRunQuerySet(models.QuerySet["ScoreRun"]):
    """Questions about many runs."""

    def being_written(self) -> Self:
        """Keep the full runs that are not finished and not given up."""
        return self.filter(finished_at=None, is_look=False, is_abandoned=False)

    def rivals(self, run: "ScoreRun") -> Self:
        """Keep older unfinished runs of the same sort: a later one takes them over."""
        rows = self.filter(finished_at=None, is_look=run.is_look, pk__lt=run.pk)
        return rows.filter(as_of=run.as_of) if run.is_look else rows

    def outlived(self, now: datetime) -> Self:
        """Keep the runs nobody needs: given up, superseded, or looks of last week."""
        old = models.Q(is_look=False, is_current=False) & ~models.Q(finished_at=None)
        look = models.Q(is_look=True, started_at__lt=now - LOOKS_KEPT_FOR)
        return self.filter(models.Q(is_abandoned=True) | old | look)


class ScoreRun(models.Model):
    """Signals for everyone as of one day. Of the finished runs one is current.

    A run that is not current is being written, or left over from a crash (removed by the
    next run), or a look at another day (`is_look`), kept for a week.
    """

    as_of = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    is_current = models.BooleanField(default=False)
    is_look = models.BooleanField(default=False)
    # A later run has taken over: whatever still writes this one must stop.
    is_abandoned = models.BooleanField(default=False)
    clients = models.PositiveIntegerField(default=0)
    # “bgnbd”, or “rhythm” where the business is too small or too new for a model.
    model = models.CharField(max_length=20, blank=True)
    # In words, for the user: what the signals rest on and what they cannot support.
    verdict = models.TextField(blank=True)
    # Parameters, standard errors, log-likelihood and sizes of the fits.
    fit = models.JSONField(default=dict)
    # How many of the clients `shown` before had `missed` a change, and how many of some
    # that were scored `again`, as if they had changed, came out `different`.
    proof = models.JSONField(default=dict)

    objects = ScoreRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=models.Q(is_current=True),
                name="one_run_is_current",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} as of {self.as_of}"

    def is_still_shown(self) -> bool:
        """Tell whether this is the current run; hold it until the commit, so that no other
        is published before that."""
        held = ScoreRun.objects.select_for_update().filter(pk=self.pk, is_current=True)
        return held.values_list("pk").first() is not None

    @classmethod
    def current(cls) -> "ScoreRun | None":
        """Return the run whose signals are shown."""
        return cls.objects.filter(is_current=True).first()

    @classmethod
    def current_id(cls) -> int:
        """Return the current run's id, or 0 before the first run."""
        found: Any = (
            cls.objects.filter(is_current=True).values_list("pk", flat=True).first()
        )
        return found or 0

    @classmethod
    def looking_at(cls, day: date) -> "ScoreRun | None":
        """Return a finished run as of `day`, the current one first."""
        done = cls.objects.filter(as_of=day).exclude(finished_at=None)
        return done.order_by("-is_current", "-pk").first()


class StaleClientQuerySet(models.QuerySet["StaleClient"]):
    """Questions about many marks."""

    def due(self, *, run_id: int, now: datetime) -> Self:
        """Keep those not yet scored in that run, and not in somebody's hands."""
        free = models.Q(taken_by="") | models.Q(taken_at__lt=now - HELD_FOR)
        return self.filter(free).exclude(scored_in=run_id)

    def is_for_everybody(self, most: int) -> bool:
        """Tell whether all are marked, or more than so many."""
        if self.filter(client_id=EVERYBODY).exists():
            return True
        return self.order_by("pk")[most : most + 1].exists()

    def at_rest(self) -> models.QuerySet["StaleClient", int]:
        """Lock the marks and return their clients, without those that somebody is just
        renewing: who waited for them could be waited for in turn."""
        rows = self.select_for_update(skip_locked=True)
        return rows.values_list("client_id", flat=True)


class StaleClient(models.Model):
    """A client whose facts changed after its signals were computed.

    A mark is a promise: it goes only when signals that know of the change are shown.
    """

    client = models.OneToOneField(
        "clients.Client", models.CASCADE, primary_key=True, db_constraint=False
    )
    since = models.DateTimeField()
    # Who is computing, and since when; a change meanwhile takes it out of their hands.
    taken_by = models.CharField(max_length=32, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    # The full run that began after the change and so knows of it.
    covered_by = models.BigIntegerField(default=0)
    # The run in which it was scored while a full run that may not know of it was going on.
    scored_in = models.BigIntegerField(default=0)

    objects = StaleClientQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.client_id)
