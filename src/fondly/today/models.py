"""Actions: what to do for whom, why, and what became of it."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.clients.models import Client, Contact
from fondly.team.models import Business, User


class ActionState(models.TextChoices):
    """What became of an action, or of one of its reasons."""

    OPEN = "open", _("Open")
    SNOOZED = "snoozed", _("Snoozed")
    DONE = "done", _("Done")
    NOT_NEEDED = "not_needed", _("Not needed")
    ANSWERED = "answered", _("Answered by an order or a touch")
    PASSED = "passed", _("No longer due")


LIVE = [ActionState.OPEN, ActionState.SNOOZED]


class ActionQuerySet(models.QuerySet["Action"]):
    """Questions about many actions."""

    def live(self) -> Self:
        """Keep those that still want something."""
        return self.filter(state__in=LIVE)

    def waiting(self, today: date) -> Self:
        """Keep those to be shown on `today`, the most pressing first."""
        awake = models.Q(snoozed_until=None) | models.Q(snoozed_until__lte=today)
        due = self.live().filter(awake, due__lte=today)
        return due.order_by("-is_obligation", "-rank", "id")

    def seen_by(self, user: User) -> Self:
        """Keep those about clients this person may see."""
        if user.sees_all(Business.current()):
            return self
        return self.filter(client__owner=user)


class Action(models.Model):
    """One card: everything proposed for one client, merged."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="actions")
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Who does it: the client's owner, or who stands in.
    assignee = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="actions"
    )
    state = models.CharField(max_length=10, choices=ActionState, default=ActionState.OPEN)
    suggestion = models.CharField(max_length=300)
    by = models.CharField(max_length=10, default="call")
    stake = models.BigIntegerField(default=0)
    due = models.DateField()
    minutes = models.PositiveSmallIntegerField(default=10)
    is_obligation = models.BooleanField(default=False)
    rank = models.FloatField(default=0)
    snoozed_until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # The touch that *done* wrote, so that it can be undone.
    touch = models.ForeignKey(
        "touches.Touch", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=models.Q(state__in=["open", "snoozed"]),
                name="one_live_action_per_client",
            ),
        ]
        indexes = [
            models.Index(
                fields=["assignee", "-is_obligation", "-rank", "id"],
                condition=models.Q(state__in=["open", "snoozed"]),
                name="action_live_by_assignee",
            ),
            models.Index(
                fields=["-is_obligation", "-rank", "id"],
                condition=models.Q(state__in=["open", "snoozed"]),
                name="action_live_by_rank",
            ),
            models.Index(fields=["settled_by", "settled_at"], name="action_settled"),
        ]

    def __str__(self) -> str:
        return self.suggestion


class ActionReason(models.Model):
    """Why: one reason of one practice for one occurrence. Never proposed twice."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="reasons")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=80)  # “rhythm.quiet”
    subject = models.CharField(max_length=80)
    because = models.CharField(max_length=300)
    suggestion = models.CharField(max_length=300)
    by = models.CharField(max_length=10, default="call")
    stake = models.BigIntegerField(default=0)
    due = models.DateField()
    minutes = models.PositiveSmallIntegerField(default=10)
    pressing = models.FloatField(default=1)
    is_obligation = models.BooleanField(default=False)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=ActionState, default=ActionState.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "reason", "subject"], name="reason_once_per_occurrence"
            ),
        ]

    def __str__(self) -> str:
        return self.because


class Absence(models.Model):
    """A person is away; somebody stands in for their clients."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences")
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("until"))
    stand_in = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stand-in"),
    )

    class Meta:
        ordering = ["from_day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_day__gte=models.F("from_day")),
                name="absence_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.from_day} – {self.until_day}"
