"""The timeline: one contact between us and a client a row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.clients.models import Client, Contact
from fondly.clients.models.arrival import Arriving, ArrivingQuerySet, SeenManager
from fondly.team.models import User


class Direction(models.TextChoices):
    """Who spoke."""

    OUT = "out", _("We to them")
    IN = "in", _("They to us")
    BOTH = "both", _("A conversation")


class Medium(models.TextChoices):
    """By which way."""

    CALL = "call", _("Call")
    EMAIL = "email", _("E-mail")
    MESSAGE = "message", _("Message")
    VISIT = "visit", _("Visit or meeting")
    POST = "post", _("Letter or card")
    EVENT = "event", _("Event")
    OTHER = "other", _("Other")


class Purpose(models.TextChoices):
    """What for: we gave something useful, asked for something, or did our job."""

    GIVE = "give", _("Gave something useful")
    ASK = "ask", _("Asked for something")
    SERVICE = "service", _("Service")


class Touch(Arriving):
    """One contact between us and a client. Never edited; withdrawn only by an undo."""

    client = models.ForeignKey(
        Client, models.CASCADE, related_name="touches", db_index=False
    )
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="touches"
    )
    at = models.DateTimeField(_("when"))
    direction = models.CharField(_("direction"), max_length=4, choices=Direction)
    medium = models.CharField(_("channel"), max_length=7, choices=Medium)
    purpose = models.CharField(_("purpose"), max_length=7, choices=Purpose)
    # A meeting called off, by whoever spoke: their word is no sign that they come.
    is_called_off = models.BooleanField(
        _("called off a meeting"), default=False, db_default=False
    )
    what = models.TextField(_("what happened"), blank=True)
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="touches"
    )
    # Names the outside event, so that the same one is never recorded twice.
    key = models.CharField(max_length=120, blank=True)

    objects = SeenManager.from_queryset(ArrivingQuerySet)()
    everything = ArrivingQuerySet.as_manager()

    class Meta:
        base_manager_name = "everything"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["client", "at", "id"], name="touch_by_client")]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~models.Q(key=""), name="touch_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_medium_display()} {self.at:%Y-%m-%d}"
