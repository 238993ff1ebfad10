"""The client: a person or organisation whose relationship we tend."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.clients.models.arrival import Arriving, ArrivingQuerySet, SeenManager
from fondly.clients.models.label import Label
from fondly.team.models import Business, User


class Kind(models.TextChoices):
    """What sort of client it is."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class Stage(models.TextChoices):
    """Where the relationship stands; derived by insight, or set by hand for a while."""

    PROSPECT = "prospect", _("Prospect")
    ONBOARDING = "onboarding", _("Onboarding")
    ACTIVE = "active", _("Active")
    QUIET = "quiet", _("Quiet")
    LAPSED = "lapsed", _("Lapsed")
    WON_BACK = "won_back", _("Won back")
    CLOSED = "closed", _("Closed")


class LeavingReason(models.TextChoices):
    """Why a client left."""

    PRICE = "price", _("Price")
    QUALITY = "quality", _("Quality of what we sold")
    SERVICE = "service", _("Service or a complaint")
    COMPETITOR = "competitor", _("Went to somebody else")
    NO_NEED = "no_need", _("No longer needs it")
    CLOSED_DOWN = "closed_down", _("Closed down, moved or died")
    OURS = "ours", _("We ended it")
    UNKNOWN = "unknown", _("Not known")


class ClientQuerySet(ArrivingQuerySet["Client"]):
    """The questions we ask about many clients."""

    def seen_by(self, user: User, *, business: Business | None = None) -> Self:
        """Keep the clients this person may see; `business` when it is at hand."""
        if user.sees_all(business or Business.current()):
            return self
        return self.filter(owner=user)

    def open(self) -> Self:
        """Keep those with whom we have not parted."""
        return self.filter(closed_on=None)

    def without_name(self) -> Self:
        """Keep those known by their number only."""
        return self.filter(name=models.F("number")).exclude(number="")

    def not_looked_after_by(self, user: User | None) -> Self:
        """Keep those that somebody else, or nobody, looks after."""
        if user is None:
            return self.exclude(owner=None)
        return self.filter(~models.Q(owner=user) | models.Q(owner=None))

    def ids(self) -> list[int]:
        """Return the keys, in order."""
        return list(self.order_by("pk").values_list("pk", flat=True))

    def locked(self) -> Self:
        """Lock the rows in the order of their keys, so that no two writers cross."""
        return self.order_by("pk").select_for_update(no_key=True)


class Client(Arriving):
    """A person or organisation that has bought, or is being won."""

    # Our own key, as in the till or the accounts; matched first by imports.
    number = models.CharField(_("number"), max_length=80, blank=True)
    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind, default=Kind.ORGANISATION
    )
    name = models.CharField(_("name"), max_length=200)
    # Folded for sorting without case and diacritics, kept by actions.
    sort_name = models.CharField(max_length=200, db_index=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    influence = models.PositiveSmallIntegerField(_("influence"), null=True, blank=True)
    growth_potential = models.PositiveSmallIntegerField(
        _("growth potential"), null=True, blank=True
    )
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    owner = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="clients",
        verbose_name=_("looked after by"),
    )
    client_since = models.DateField(_("client since"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    # Fields of one's own: {slug: value}, typed by FieldDefinition.
    extra = models.JSONField(default=dict, blank=True)
    labels = models.ManyToManyField(Label, related_name="clients", blank=True)

    # Written by insight: the derived stage (or the one set by hand) and the tier.
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.PROSPECT)
    stage_by_hand = models.CharField(max_length=10, choices=Stage, blank=True)
    stage_by_hand_until = models.DateField(null=True, blank=True)
    tier = models.CharField(max_length=12, blank=True)
    # The client's own cadence, where it differs from the tier's.
    ideal_days = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_days = models.PositiveSmallIntegerField(null=True, blank=True)

    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    leaving_reason = models.CharField(
        _("reason for leaving"), max_length=12, choices=LeavingReason, blank=True
    )
    leaving_note = models.CharField(max_length=500, blank=True)

    # Written by touches, newer wins.
    last_touch_at = models.DateTimeField(null=True, blank=True)
    last_two_way_at = models.DateTimeField(null=True, blank=True)
    first_unanswered_at = models.DateTimeField(null=True, blank=True)

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = SeenManager.from_queryset(ClientQuerySet)()
    everything = ClientQuerySet.as_manager()

    class Meta:
        base_manager_name = "everything"
        indexes = [
            models.Index(fields=["owner", "sort_name", "id"], name="client_by_owner"),
            models.Index(fields=["tier", "sort_name", "id"], name="client_by_tier"),
            models.Index(fields=["stage", "sort_name", "id"], name="client_by_stage"),
            # Without a literal: SQLite uses it only for a condition it finds word for word.
            models.Index(
                fields=["sort_name"],
                condition=models.Q(name=models.F("number")),
                name="client_without_name",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~models.Q(number=""),
                name="client_number_is_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(influence=None) | models.Q(influence__range=(1, 5)),
                name="influence_from_1_to_5",
            ),
            models.CheckConstraint(
                condition=models.Q(growth_potential=None)
                | models.Q(growth_potential__range=(1, 5)),
                name="growth_potential_from_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Return up to two letters for the client's face."""
        words = [word for word in self.name.split() if word[0].isalnum()]
        return "".join(
            word[0] for word in (words[:1] + words[-1:] if words[1:] else words)
        ).upper()

    @property
    def is_closed(self) -> bool:
        """Tell whether we have parted."""
        return self.closed_on is not None

    def stage_set_by_hand(self, today: date) -> str:
        """Return the stage set by hand while it lasts, else an empty string."""
        lasts = self.stage_by_hand_until is None or today <= self.stage_by_hand_until
        return self.stage_by_hand if lasts else ""
