"""The main signals of each client at the end of each month, kept."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models

from fondly.clients.models import Client
from fondly.insight.models.signal import ByClient

# Longer than any month takes to compute: whoever wrote it is gone.
WRITTEN_FOR = timedelta(days=1)


class MonthState(models.TextChoices):
    """How far the rows of a month are: one whose rows are not all there is never read."""

    WRITING = "writing"
    SHOWN = "shown"
    LEFT = "left"  # superseded, given up or too old: the next run clears it away


class MonthEndQuerySet(models.QuerySet["MonthEnd"]):
    """Questions about many months."""

    def shown(self) -> Self:
        """Keep those whose rows are all there."""
        return self.filter(state=MonthState.SHOWN)

    def before(self, month: date) -> Self:
        """Keep the shown ones of earlier months, the newest first."""
        return self.shown().filter(month__lt=month).order_by("-month")

    def rivals(self, end: "MonthEnd") -> Self:
        """Keep what is still being written and what this one takes over.

        A run takes over every earlier run's, a month reckoned afterwards that of the same
        month only.
        """
        rows = self.filter(
            state=MonthState.WRITING, is_reckoned=end.is_reckoned, pk__lt=end.pk
        )
        return rows.filter(month=end.month) if end.is_reckoned else rows

    def outlived(self, now: datetime) -> Self:
        """Keep those nobody needs."""
        stuck = models.Q(state=MonthState.WRITING, written_at__lt=now - WRITTEN_FOR)
        return self.filter(models.Q(state=MonthState.LEFT) | stuck)


class MonthEnd(models.Model):
    """One month of which signals are kept: those of its last run, or of its last day."""

    month = models.DateField()  # its first day
    as_of = models.DateField()
    written_at = models.DateTimeField()
    state = models.CharField(
        max_length=7, choices=MonthState.choices, default=MonthState.WRITING
    )
    # Computed afterwards, from what is known today of that day.
    is_reckoned = models.BooleanField(default=False)
    clients = models.PositiveIntegerField(default=0)
    # How many orders and contracts were known to have been by that day, and their sum: as
    # these change, a month computed afterwards is out of date. None: it was not kept.
    facts = models.JSONField(null=True)
    # What was learned from everybody, so that later one can say what a refit moved.
    model = models.JSONField(default=dict)

    objects = MonthEndQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month"],
                condition=models.Q(state="shown"),
                name="one_month_end_is_shown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} as of {self.as_of}"

    def is_outdated(self, facts: list[int] | None) -> bool:
        """Tell whether more, or less, is known of that day than when it was computed. What
        a run recorded at its time stays."""
        return self.is_reckoned and self.facts not in (None, facts)


class MonthlySignalQuerySet(ByClient["MonthlySignal"]):
    """Questions about many clients' months."""

    def of_month(self, end: "MonthEnd | int") -> Self:
        """Keep the rows of one month."""
        return self.filter(month_end=end)

    def of_client(self, client_id: int) -> Self:
        """Keep every row of a client, months that are not shown included."""
        # By name, so that the one index serves: there is none by client alone.
        ends = list(MonthEnd.objects.values_list("pk", flat=True))
        return self.filter(month_end__in=ends, client_id=client_id)

    def course(self, client_id: int, *, since: date, until: date) -> "list[MonthlySignal]":
        """Return a client's shown months in order, `until` left out."""
        shown = MonthEnd.objects.before(until).filter(month__gte=since)
        ends = {end.pk: end for end in shown}
        rows = list(self.filter(month_end__in=list(ends), client_id=client_id))
        for row in rows:
            row.month_end = ends[row.month_end_id]
        return sorted(rows, key=lambda row: row.month_end.month)

    def highest(self, ends: Iterable[int]) -> models.QuerySet["MonthlySignal"]:
        """Return, for a row of signals outside, the month in which the client was most
        likely active, to be asked in one question for many.

        Of months that read the same the last one comes first.
        """
        rows = self.filter(
            month_end__in=list(ends),
            client=models.OuterRef("client"),
            p_active__isnull=False,
        )
        whole = models.functions.Round("p_active", precision=2)
        return rows.annotate(whole=whole).order_by("-whole", "-month_end__month")

    def of_nobody(self) -> Self:
        """Keep the rows of clients who are gone."""
        return self.filter(
            ~models.Exists(Client.everything.filter(pk=models.OuterRef("client_id")))
        )


class MonthlySignal(models.Model):
    """What followed from a client's facts at the end of a month; as `Signal` has it.

    Only of clients who had ordered, agreed on something or come back to us by then.
    """

    month_end = models.ForeignKey(
        MonthEnd, models.CASCADE, related_name="signals", db_index=False
    )
    client = models.ForeignKey(
        Client, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    p_active = models.FloatField(null=True)
    worth_24m = models.BigIntegerField(null=True)
    tier = models.CharField(max_length=12, blank=True)
    stage = models.CharField(max_length=10, blank=True)
    orders_12m = models.PositiveIntegerField(default=0)
    revenue_12m = models.BigIntegerField(default=0)
    gap_days = models.FloatField(null=True)
    days_since_order = models.PositiveIntegerField(null=True)
    # With the days of silence, all that the parts of the log-odds need.
    orders = models.PositiveIntegerField(default=0)
    first_order_on = models.DateField(null=True)
    # Of clients who never bought: as in `Signal`.
    relation = models.JSONField(default=dict)

    objects = MonthlySignalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month_end", "client"], name="signal_once_per_month"
            ),
        ]

    def __str__(self) -> str:
        return f"client {self.client_id} in month {self.month_end_id}"

    @property
    def last_order_on(self) -> date | None:
        """Return the day of the last order by then."""
        if self.days_since_order is None:
            return None
        return self.month_end.as_of - timedelta(days=self.days_since_order)
