"""Tiers and the weighted criteria that decide them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.insight.models.run import ScoreRun
from fondly.insight.tiering import Scheme, TierLine


class TierScheme(models.Model):
    """How clients are stratified. There is one, number 1; a preview is never saved."""

    class Cut(models.TextChoices):
        """How points become tiers."""

        SHARE = "share", _("By share: the best so many per cent")
        THRESHOLD = "threshold", _("By points")

    cut = models.CharField(_("cut"), max_length=9, choices=Cut, default=Cut.SHARE)
    # A client moves only when it is past the border by this many points (of 100).
    hysteresis = models.FloatField(
        _("points past the border before a client moves"), default=3
    )
    applied_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return "tiers"

    @classmethod
    def current(cls) -> "TierScheme | None":
        """Return the scheme, or None before `actions.tiers.the_scheme` has made it."""
        return cls.objects.filter(pk=1).first()

    def is_newer_than(self, run: ScoreRun) -> bool:
        """Tell whether it was applied after the run began, which may not know of it."""
        return self.applied_at is not None and self.applied_at >= run.started_at

    def rules(self) -> Scheme:
        """Return the scheme as plain values, as `tiering` wants it."""
        criteria: Any = self.criteria.values_list("source", "weight")
        lines = self.tiers.values("name", "border", "ideal_days", "maximum_days", "minutes")
        return Scheme(
            criteria=tuple(criteria),
            tiers=tuple(TierLine(**line) for line in lines),
            by_share=self.cut == self.Cut.SHARE,
            hysteresis=self.hysteresis,
        )


class Criterion(models.Model):
    """One part of a client's points: a signal or field, and how much it weighs."""

    scheme = models.ForeignKey(TierScheme, models.CASCADE, related_name="criteria")
    # “revenue_12m”, “orders_12m”, “worth_24m”, “growth_potential”, “influence”,
    # “service_days”, or “field:<slug>” for a number among the fields of one's own.
    source = models.CharField(_("what counts"), max_length=60)
    weight = models.FloatField(_("weight"), default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "source"], name="criterion_once"),
            models.CheckConstraint(
                condition=models.Q(weight__gte=0), name="weight_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.source


class Tier(models.Model):
    """A tier, its border and its cadence. Ordered from the best."""

    scheme = models.ForeignKey(TierScheme, models.CASCADE, related_name="tiers")
    name = models.CharField(_("name"), max_length=12)
    position = models.PositiveSmallIntegerField()
    # Share of clients (0 to 1) or least points (0 to 100), by the scheme's cut.
    # The last tier takes the rest.
    border = models.FloatField(_("border"), default=0)
    ideal_days = models.PositiveSmallIntegerField(_("ideal days between touches"))
    maximum_days = models.PositiveSmallIntegerField(_("at most"))
    minutes = models.PositiveSmallIntegerField(_("minutes a touch"), default=15)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="tier_name_once"),
            models.CheckConstraint(
                condition=models.Q(maximum_days__gte=models.F("ideal_days")),
                name="tier_maximum_not_below_ideal",
            ),
        ]

    def __str__(self) -> str:
        return self.name
