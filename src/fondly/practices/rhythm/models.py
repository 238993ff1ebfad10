"""The retention plan's reminders, and the quarter's ten best."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.base.practice import Asked
from fondly.clients.models import Client
from fondly.insight.models import Basis, MonthEnd, MonthlySignal, Signal
from fondly.insight.rules import month_ends, month_of
from fondly.practices.rhythm import rules
from fondly.today.models import ActionReason, ActionState
from fondly.touches.models import Direction, Touch

Row = TypeVar("Row", bound=models.Model)


def asked_of(asked: Asked) -> models.QuerySet[Signal]:
    """Return the signals a reason is asked about: of open clients only."""
    rows = Signal.objects.of_run(asked.run_id).filter(client__closed_on=None)
    if asked.client_ids is not None:
        rows = rows.filter(client__in=asked.client_ids)
    return rows


def with_best_month(rows: models.QuerySet[Signal], today: date) -> models.QuerySet[Signal]:
    """Add the month of the last year in which each was most likely active, and how likely.

    `was` and `was_in` are None of whom no month is known.
    """
    *_nearer, oldest = month_ends(today, rules.MONTHS_BACK)
    ends = MonthEnd.objects.before(month_of(today)).filter(month__gte=month_of(oldest))
    best = MonthlySignal.objects.highest(list(ends.values_list("pk", flat=True)))
    return rows.annotate(
        was=models.Subquery(best.values("p_active")[:1]),
        was_in=models.Subquery(best.values("month_end__month")[:1]),
    )


def going_quiet(asked: Asked) -> models.QuerySet[Signal]:
    """Keep those silent beyond their own rhythm, who have not long left."""
    doubtful = models.Q(p_active=None) | models.Q(p_active__lte=rules.STILL_ACTIVE)
    return asked_of(asked).filter(
        doubtful,
        orders__gte=rules.LEAST_ORDERS,
        gap_days__gt=0,
        next_until__lt=asked.today,
        cycles_silent__gte=rules.QUIET_CYCLES,
        days_since_order__gte=rules.QUIET_DAYS,
        cycles_silent__lte=rules.GONE_CYCLES,
    )


def falling_silent(asked: Asked) -> models.QuerySet[Signal]:
    """Keep those who never bought and are silent beyond the rhythm of their own words."""
    doubtful = models.Q(p_active__lte=rules.STILL_ACTIVE)
    return asked_of(asked).filter(
        doubtful,
        basis=Basis.TOUCHES,
        heard_days__gte=rules.LEAST_ORDERS,
        gap_days__gt=0,
        next_until__lt=asked.today,
        cycles_silent__gte=rules.QUIET_CYCLES,
        cycles_silent__lte=rules.GONE_CYCLES,
        last_heard_on__lte=asked.today - timedelta(days=rules.QUIET_DAYS),
    )


def over_cadence(asked: Asked) -> models.QuerySet[Signal]:
    """Keep those we have not spoken to for longer than their cadence."""
    return asked_of(asked).filter(days_over_cadence__gt=0, ideal_days__isnull=False)


def with_signals(rows: models.QuerySet[Row], run_id: int) -> models.QuerySet[Row]:
    """Fetch with each row its client and the client's signals of a run."""
    signals = models.Prefetch(
        "client__signals", Signal.objects.of_run(run_id), to_attr="asked_signals"
    )
    return rows.select_related("client").prefetch_related(signals)


class ReminderQuerySet(models.QuerySet["PlanReminder"]):
    """Questions about many reminders."""

    def active(self) -> Self:
        """Keep those that still run, of clients who are still with us."""
        return self.filter(is_active=True, client__closed_on=None)

    def asked(self, asked: Asked, *, once: bool) -> models.QuerySet["PlanReminder"]:
        """Keep those due on the day asked about."""
        rows = self.active().filter(next_due__lte=asked.today, every_days__isnull=once)
        if asked.client_ids is not None:
            rows = rows.filter(client__in=asked.client_ids)
        return with_signals(rows, asked.run_id)


class PlanReminder(models.Model):
    """Something to do for a client every so many days; any real contact resets it."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="reminders")
    what = models.CharField(_("what"), max_length=200)
    # Empty: once only.
    every_days = models.PositiveSmallIntegerField(
        _("every so many days"), null=True, blank=True
    )
    # As set by hand, and when; `next_due` follows from it and from the touches since.
    set_due = models.DateField()
    set_at = models.DateTimeField()
    next_due = models.DateField(_("next"))
    is_active = models.BooleanField(default=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["next_due"]
        indexes = [models.Index(fields=["is_active", "next_due"], name="reminder_due")]

    def __str__(self) -> str:
        return self.what


class TopTenQuerySet(models.QuerySet["TopTen"]):
    """Questions about the ten best."""

    def to_do(self, asked: Asked, quarter: str) -> models.QuerySet["TopTen"]:
        """Keep those of the quarter whose turn has come and who wait for it."""
        due = models.Q(due=None) | models.Q(due__lte=asked.today)
        rows = self.filter(due, quarter=quarter, done_on=None, client__closed_on=None)
        if asked.client_ids is not None:
            rows = rows.filter(client__in=asked.client_ids)
        return with_signals(rows, asked.run_id)

    def given_away(self, quarter: str) -> models.QuerySet["TopTen", Any]:
        """Return the clients whose place of the quarter somebody gave to the next best."""
        rows = self.filter(quarter=quarter, gave_way__isnull=False)
        return rows.values("gave_way")


class TopTen(models.Model):
    """One of the ten best clients of a quarter, and what special thing was done."""

    quarter = models.CharField(max_length=7)  # “2026-Q4”
    client = models.ForeignKey(Client, models.CASCADE, related_name="top_tens")
    place = models.PositiveSmallIntegerField()
    special = models.CharField(_("something special"), max_length=300, blank=True)
    # One after the other through what was left of the quarter when they were chosen.
    due = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    # Who had this place before: somebody decided so, and no night may decide otherwise.
    gave_way = models.ManyToManyField(Client, related_name="+", blank=True)

    objects = TopTenQuerySet.as_manager()

    class Meta:
        ordering = ["quarter", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "client"], name="top_ten_client_once"
            ),
            models.UniqueConstraint(fields=["quarter", "place"], name="top_ten_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.quarter}: {self.place}"


def best_clients(run_id: int) -> models.QuerySet[Signal]:
    """Return the signals of those worth most, best first, of clients still with us."""
    asked = Asked(today=date.min, run_id=run_id)
    worth = models.functions.Coalesce("worth_24m", "revenue_12m")
    rows = asked_of(asked).annotate(worth=worth).filter(worth__gt=0)
    return rows.order_by("-worth", "client_id")


def last_contacts(client_ids: Collection[int]) -> dict[int, datetime]:
    """Return when we last reached out to, or spoke with, each."""
    touches = Touch.objects.filter(
        client__in=client_ids, direction__in=[Direction.OUT, Direction.BOTH]
    )
    return dict(touches.values_list("client").annotate(models.Max("at")).order_by())


def last_settled(client_ids: Collection[int]) -> dict[int, datetime]:
    """Return when somebody last settled a card of each recurring reminder, by its key.

    Also as *not needed*, or by a word of theirs: that occurrence never comes again, so the
    next one has to.
    """
    rows = ActionReason.objects.filter(
        client__in=client_ids,
        reason="rhythm.plan",
        state__in=[ActionState.DONE, ActionState.NOT_NEEDED],
    )
    pairs = rows.order_by("action__settled_at").values_list("subject", "action__settled_at")
    return {rules.reminder_of(subject): at for subject, at in pairs if at}
