"""Scoring runs: signals are written beside the current ones and published by one row."""

from datetime import date
from typing import Any

from django.db import models


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
    clients = models.PositiveIntegerField(default=0)
    # “bgnbd”, or “rhythm” where the business is too small or too new for a model.
    model = models.CharField(max_length=20, blank=True)
    # In words, for the user: what the signals rest on and what they cannot support.
    verdict = models.TextField(blank=True)
    # Parameters, standard errors, log-likelihood and sizes of the fits.
    fit = models.JSONField(default=dict)

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


class StaleClient(models.Model):
    """A client whose facts changed after its signals were computed."""

    client = models.OneToOneField("clients.Client", models.CASCADE, primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.client_id)
