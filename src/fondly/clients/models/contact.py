"""The people at a client, how they can be reached, and the dates that matter to them."""

from datetime import date

from django.db import models
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from fondly.clients.models.arrival import Arriving, ArrivingQuerySet, SeenManager
from fondly.clients.models.client import Client


class Contact(Arriving):
    """A person at a client. A client who is a person has one contact: themselves."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=200)
    title = models.CharField(_("role there"), max_length=120, blank=True)
    is_primary = models.BooleanField(_("first to write to"), default=False)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    notes = models.CharField(_("good to know"), max_length=500, blank=True)

    objects = SeenManager.from_queryset(ArrivingQuerySet)()
    everything = ArrivingQuerySet.as_manager()

    class Meta:
        base_manager_name = "everything"
        ordering = ["-is_primary", "id"]

    def __str__(self) -> str:
        return self.name


class ContactPoint(Arriving):
    """An e-mail address or a phone number of a contact."""

    class Kind(models.TextChoices):
        """What it reaches."""

        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="points")
    kind = models.CharField(max_length=5, choices=Kind)
    value = models.CharField(max_length=254)
    # Lower-case address, or E.164 where the number is valid and else its digits.
    normalised = models.CharField(max_length=254)
    label = models.CharField(max_length=40, blank=True)
    is_dead = models.BooleanField(default=False)
    # In the order they were typed: the usual one first.
    position = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects = SeenManager.from_queryset(ArrivingQuerySet)()
    everything = ArrivingQuerySet.as_manager()

    class Meta:
        base_manager_name = "everything"
        ordering = ["kind", "position", "id"]
        indexes = [models.Index(fields=["normalised"], name="point_by_value")]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind", "normalised"], name="point_once_per_contact"
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Address(Arriving):
    """A postal address of a client."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="addresses")
    street = models.CharField(_("street"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)

    objects = SeenManager.from_queryset(ArrivingQuerySet)()
    everything = ArrivingQuerySet.as_manager()

    class Meta:
        base_manager_name = "everything"

    def __str__(self) -> str:
        town = f"{self.postcode} {self.city}".strip()
        return ", ".join(part for part in (self.street, town, self.country) if part)


class ImportantDate(Arriving):
    """A birthday, an anniversary or a date of one's own; the year may be unknown."""

    class Kind(models.TextChoices):
        """What the date is."""

        BIRTHDAY = "birthday", _("Birthday")
        ANNIVERSARY = "anniversary", _("Anniversary")
        OWN = "own", _("Other")

    client = models.ForeignKey(Client, models.CASCADE, related_name="dates")
    contact = models.ForeignKey(
        Contact, models.CASCADE, null=True, blank=True, related_name="dates"
    )
    kind = models.CharField(max_length=11, choices=Kind)
    label = models.CharField(_("what"), max_length=80, blank=True)
    month = models.PositiveSmallIntegerField(_("month"))
    day = models.PositiveSmallIntegerField(_("day"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    objects = SeenManager.from_queryset(ArrivingQuerySet)()
    everything = ArrivingQuerySet.as_manager()

    class Meta:
        base_manager_name = "everything"
        indexes = [models.Index(fields=["month", "day"], name="date_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month__range=(1, 12), day__range=(1, 31)),
                name="date_is_in_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}.{self.month}."

    @property
    def title(self) -> str:
        """Return what the date is, in the user's words where there are any."""
        return self.label or self.get_kind_display()

    @property
    def words(self) -> str:
        """Return the day as people write it: “29 February”, with the year where known."""
        day = f"{self.day} {MONTHS[self.month]}"
        return f"{day} {self.year}" if self.year else day

    def falls_in(self, year: int) -> date:
        """Return the day it is kept in `year`; 29 February on the 28th in common years."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return date(year, 2, 28)
