"""One wide row of signals per client and run."""

from typing import Any, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.clients.models import Client
from fondly.insight.models.run import ScoreRun

Row = TypeVar("Row", bound=models.Model)


class Basis(models.TextChoices):
    """What a client's chance is read from."""

    ORDERS = "orders", _("Orders")
    CONTRACT = "contract", _("Contract")
    TOUCHES = "touches", _("Touches")


class ByClient(models.QuerySet[Row]):
    """Rows that are walked, and cleared away, by client."""

    def place_of(self, count: int) -> int:
        """Return the id of the client in this place by id, or of the last one, or 0."""
        ids = self.order_by("client_id").values_list("client_id", flat=True)
        return ids[count - 1 : count].first() or ids.last() or 0


class SignalQuerySet(ByClient["Signal"]):
    """Questions about many clients' signals."""

    def of_run(self, run_id: int) -> Self:
        """Keep the rows of one run."""
        return self.filter(run_id=run_id)

    def current(self) -> Self:
        """Keep the rows that are shown."""
        return self.of_run(ScoreRun.current_id())

    def spread_out(self, count: int) -> models.QuerySet["Signal", int]:
        """Return about so many clients, from the first to the last in even steps."""
        ends = self.aggregate(first=models.Min("client_id"), last=models.Max("client_id"))
        first, last = ends["first"] or 0, ends["last"] or 0
        places = range(first, last + 1, max(1, (last - first) // count))
        return self.filter(client_id__in=places).values_list("client_id", flat=True)

    def stratified(self) -> Self:
        """Keep those who are in a tier: the clients with whom we have not parted."""
        return self.filter(client__closed_on=None).order_by("client_id")

    def columns(self, *names: str) -> dict[str, list[Any]]:
        """Return columns as lists, in one question."""
        rows = list(self.values_list(*names))
        lists = map(list, zip(*rows, strict=True)) if rows else ([] for _ in names)
        return dict(zip(names, lists, strict=True))


class Signal(models.Model):
    """What follows from a client's facts on one day. Money in the reporting currency.

    None means that the number cannot be supported (no orders, too few to say).
    """

    run = models.ForeignKey(
        ScoreRun, models.CASCADE, related_name="signals", db_index=False
    )
    client = models.ForeignKey(
        Client, models.CASCADE, related_name="signals", db_index=False, db_constraint=False
    )

    # What was bought. Orders of one day count once; refunds are netted.
    first_order_on = models.DateField(null=True)
    last_order_on = models.DateField(null=True)
    orders = models.PositiveIntegerField(default=0)
    revenue = models.BigIntegerField(default=0)
    orders_12m = models.PositiveIntegerField(default=0)
    revenue_12m = models.BigIntegerField(default=0)
    mean_order = models.BigIntegerField(null=True)
    service_days = models.PositiveIntegerField(null=True)  # length of service

    # Rhythm.
    gap_days = models.FloatField(null=True)  # usual gap: median between order days
    gap_spread_days = models.FloatField(null=True)  # half the middle half's width
    days_since_order = models.PositiveIntegerField(null=True)
    cycles_silent = models.FloatField(null=True)  # days since / usual gap
    next_from = models.DateField(null=True)
    next_until = models.DateField(null=True)

    # Probability still active, with its 80 % interval.
    p_active = models.FloatField(null=True)
    p_active_low = models.FloatField(null=True)
    p_active_high = models.FloatField(null=True)

    # What the chance is read from, and the day on which one who stays silent falls below
    # one half (of a contract alone: the last day to speak before it may end).
    basis = models.CharField(max_length=8, choices=Basis, blank=True, default="")
    act_by = models.DateField(null=True)

    # Of clients who never bought: what their touches say.
    heard_days = models.PositiveIntegerField(default=0)  # days on which they spoke
    last_heard_on = models.DateField(null=True)
    answered = models.FloatField(null=True)  # share of our approaches, 12 months
    their_answer_hours = models.FloatField(null=True)  # usual, of the last half year
    our_answer_hours = models.FloatField(null=True)
    called_off_12m = models.PositiveIntegerField(default=0)  # meetings, by them
    relation = models.JSONField(default=dict)  # all that the reasons need

    # Expected orders, and worth to come with its 80 % interval.
    expected_orders_12m = models.FloatField(null=True)
    expected_orders_24m = models.FloatField(null=True)
    worth_12m = models.BigIntegerField(null=True)
    worth_24m = models.BigIntegerField(null=True)
    worth_24m_low = models.BigIntegerField(null=True)
    worth_24m_high = models.BigIntegerField(null=True)

    # Contracts that hold: how many, what they bill a year, and what lies ahead.
    contracts = models.PositiveIntegerField(default=0)
    recurring_12m = models.BigIntegerField(null=True)
    renews_on = models.DateField(null=True)
    notice_by = models.DateField(null=True)
    price_step_on = models.DateField(null=True)
    price_step = models.FloatField(null=True)  # 0.25: a quarter more from that day on
    # The chance that the contract most in doubt is renewed, with its 80 % interval.
    p_renew = models.FloatField(null=True)
    p_renew_low = models.FloatField(null=True)
    p_renew_high = models.FloatField(null=True)

    # Recency, frequency, monetary: fifths from 1 (least) to 5.
    recency_score = models.PositiveSmallIntegerField(null=True)
    frequency_score = models.PositiveSmallIntegerField(null=True)
    monetary_score = models.PositiveSmallIntegerField(null=True)

    # Touches of the last 12 months by purpose, outward.
    gives_12m = models.PositiveIntegerField(default=0)
    asks_12m = models.PositiveIntegerField(default=0)
    services_12m = models.PositiveIntegerField(default=0)
    balance = models.IntegerField(default=0)  # gives minus asks
    last_touch_on = models.DateField(null=True)
    days_since_touch = models.PositiveIntegerField(null=True)

    # Cadence: the client's own, or the tier's.
    ideal_days = models.PositiveIntegerField(null=True)
    maximum_days = models.PositiveIntegerField(null=True)
    days_over_cadence = models.IntegerField(null=True)  # days since touch - ideal

    # Could we reach them if we wanted to?
    reach_email = models.BooleanField(default=False)
    reach_phone = models.BooleanField(default=False)
    reach_post = models.BooleanField(default=False)

    # Tier, stage, and the parts that made the tier: {criterion: points}.
    tier = models.CharField(max_length=12, blank=True)
    tier_points = models.FloatField(null=True)
    tier_parts = models.JSONField(default=dict)
    stage = models.CharField(max_length=10, blank=True)

    objects = SignalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "client"], name="signal_once_per_run"),
        ]
        indexes = [
            models.Index(fields=["run", "-worth_24m", "client"], name="signal_by_worth"),
            models.Index(fields=["run", "p_active", "client"], name="signal_by_active"),
            models.Index(fields=["run", "last_order_on", "client"], name="signal_by_order"),
        ]

    def __str__(self) -> str:
        return f"signals of client {self.client_id}"

    @property
    def at_stake(self) -> int:
        """Return the worth that may be lost: what is to come, weighed by the doubt."""
        return self.worth_24m or 0
