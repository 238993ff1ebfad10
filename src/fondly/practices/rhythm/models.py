"""The retention plan's reminders, and the quarter's ten best."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.clients.models import Client


class PlanReminder(models.Model):
    """Something to do for a client every so many days; any real contact resets it."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="reminders")
    what = models.CharField(_("what"), max_length=200)
    # Empty: once only.
    every_days = models.PositiveSmallIntegerField(
        _("every so many days"), null=True, blank=True
    )
    # As set by hand; `next_due` follows from it and from the touches since.
    set_due = models.DateField()
    next_due = models.DateField(_("next"))
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["next_due"]
        indexes = [models.Index(fields=["is_active", "next_due"], name="reminder_due")]

    def __str__(self) -> str:
        return self.what


class TopTen(models.Model):
    """One of the ten best clients of a quarter, and what special thing was done."""

    quarter = models.CharField(max_length=7)  # “2026-Q4”
    client = models.ForeignKey(Client, models.CASCADE, related_name="top_tens")
    place = models.PositiveSmallIntegerField()
    special = models.CharField(_("something special"), max_length=300, blank=True)
    done_on = models.DateField(null=True, blank=True)

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
