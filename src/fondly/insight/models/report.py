"""Reports: small tables of figures that are kept with a scoring run."""

from datetime import date
from typing import Self

from django.db import models

from fondly.insight.models.run import ScoreRun
from fondly.insight.reports.totals import Rows

ALL = -1  # everybody's clients together; 0 are those that nobody looks after


class ReportQuerySet(models.QuerySet["Report"]):
    """Questions about many reports."""

    def run_shown(self, as_of: date | None = None) -> ScoreRun | None:
        """Return the newest run that has reports, or the one as of a day."""
        runs = ScoreRun.objects.exclude(finished_at=None)
        runs = runs.filter(as_of=as_of) if as_of else runs.filter(is_look=False)
        having = models.Exists(self.filter(run=models.OuterRef("pk")))
        return runs.filter(having).order_by("-is_current", "-pk").first()

    def shown(self) -> Self:
        """Keep those of the newest run that has any."""
        return self.filter(run=self.run_shown())

    def rows_of(self, *names: str, whose: int) -> dict[str, Rows]:
        """Return the rows of some reports about one person's clients, by name."""
        found = self.filter(name__in=names, whose=whose)
        rows = dict(found.values_list("name", "rows"))
        return {name: rows.get(name, []) for name in names}


class Report(models.Model):
    """One report about the clients that one person looks after, or about all."""

    run = models.ForeignKey(
        ScoreRun, models.CASCADE, related_name="reports", db_index=False
    )
    name = models.CharField(max_length=20)
    whose = models.BigIntegerField()
    rows = models.JSONField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "name", "whose"], name="report_once_per_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.whose}"
