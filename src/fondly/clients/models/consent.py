"""Consent: an append-only ledger per channel and purpose, with its evidence."""

from collections.abc import Sequence
from typing import Self

from django.db import models
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from fondly.clients.models.arrival import Arriving, ArrivingQuerySet, SeenManager
from fondly.clients.models.client import Client
from fondly.clients.models.contact import Contact


class Channel(models.TextChoices):
    """By which way we may write or call."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    POST = "post", _("Post")
    MESSAGE = "message", _("Text message")


class Purpose(models.TextChoices):
    """What for."""

    NEWS = "news", _("Newsletter and news")
    OFFERS = "offers", _("Offers")
    CARDS = "cards", _("Cards and greetings")
    SURVEYS = "surveys", _("Surveys")


class ConsentQuerySet(ArrivingQuerySet["ConsentEntry"]):
    """Questions about many entries."""

    def standing(self, client_ids: Sequence[int] | None = None) -> Self:
        """Keep what holds: the newest entry per client, contact, channel and purpose."""
        rows = self if client_ids is None else self.filter(client_id__in=client_ids)
        newest = models.Window(
            RowNumber(),
            partition_by=["client_id", "contact_id", "channel", "purpose"],
            order_by=["-at", "-id"],
        )
        return rows.annotate(age=newest).filter(age=1)


class ConsentEntry(Arriving):
    """One grant or withdrawal. Never changed; the newest for a key is what holds."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="consents")
    contact = models.ForeignKey(
        Contact, models.CASCADE, null=True, blank=True, related_name="consents"
    )
    channel = models.CharField(_("channel"), max_length=7, choices=Channel)
    purpose = models.CharField(_("purpose"), max_length=7, choices=Purpose)
    is_granted = models.BooleanField(_("granted"))
    at = models.DateTimeField(_("when"))
    source = models.CharField(_("where it was given"), max_length=120)
    wording = models.TextField(_("wording"), blank=True)
    recorded_by = models.ForeignKey(
        "team.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = SeenManager.from_queryset(ConsentQuerySet)()
    everything = ConsentQuerySet.as_manager()

    class Meta:
        base_manager_name = "everything"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(
                fields=["client", "channel", "purpose", "-at", "-id"],
                name="consent_newest_first",
            ),
        ]

    def __str__(self) -> str:
        word = _("may") if self.is_granted else _("may not")
        return f"{word} {self.get_channel_display()}: {self.get_purpose_display()}"
