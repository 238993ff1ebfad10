"""Looks back: how good the forecasts were, kept to be shown and to correct the level."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from fondly.insight.backtest.drift import Drift
from fondly.insight.backtest.judged import Judged
from fondly.insight.scoring.taught import Taught

GOOD_FOR = timedelta(days=7)


class Backtest(models.Model):
    """What was expected at some earlier days and what came, as of one day.

    `origins` holds one `Judged` per day, the newest first; none where the history does
    not reach back far enough, and then `limits` says why.
    """

    as_of = models.DateField()
    made_at = models.DateTimeField()
    origins = models.JSONField(default=list)
    limits = models.CharField(max_length=200, blank=True)
    # By what forecasts of totals are multiplied until the next look back, for all alike.
    level = models.FloatField(default=1.0)
    # All that was taught, as `Taught` keeps it, the level included.
    taught = models.JSONField(default=dict)
    # What changed since the day of the newest look, as `Drift` keeps it.
    drift = models.JSONField(default=dict)

    class Meta:
        get_latest_by = "made_at"

    def __str__(self) -> str:
        return f"look back as of {self.as_of}"

    @property
    def judged(self) -> list[Judged]:
        """The looks, the newest first."""
        rows: list[dict[str, Any]] = self.origins
        return [Judged.from_json(row) for row in rows]

    @property
    def lessons(self) -> Taught:
        """What was taught."""
        return Taught.from_json({"level": self.level} | self.taught)

    @property
    def moved(self) -> Drift | None:
        """What changed since; None where that was not asked."""
        return Drift(**self.drift) if self.drift else None

    @classmethod
    def newest(cls) -> "Backtest | None":
        """Return the last look back."""
        return cls.objects.order_by("-made_at", "-pk").first()

    @classmethod
    def is_due(cls, now: datetime) -> bool:
        """Tell whether the last look back is a week old."""
        return not cls.objects.filter(made_at__gt=now - GOOD_FOR).exists()

    @classmethod
    def taught_for(cls, as_of: date) -> Taught:
        """Return by what forecasts of a day are corrected; by nothing before it was
        learned."""
        last = cls.newest()
        return last.lessons if last and last.as_of <= as_of else Taught()
