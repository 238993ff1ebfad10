"""Contracts: recurring agreements with their price, promo, renewal and notice."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.clients.models.arrival import Arriving, ArrivingQuerySet, SeenManager
from fondly.clients.models.client import Client


class Contract(Arriving):
    """A recurring agreement. Prices are per period of `months`, in minor units."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="contracts")
    number = models.CharField(_("number"), max_length=80, blank=True)
    name = models.CharField(_("what"), max_length=200)
    started_on = models.DateField(_("started on"))
    months = models.PositiveSmallIntegerField(_("months a period"), default=1)
    price = models.BigIntegerField(_("price a period"))
    currency = models.CharField(_("currency"), max_length=3)
    promo_price = models.BigIntegerField(_("promo price"), null=True, blank=True)
    promo_ends_on = models.DateField(_("promo ends on"), null=True, blank=True)
    next_price = models.BigIntegerField(_("next price"), null=True, blank=True)
    next_price_from = models.DateField(_("next price from"), null=True, blank=True)
    renews_on = models.DateField(_("renews on"), null=True, blank=True)
    renewal_months = models.PositiveSmallIntegerField(_("renews for months"), default=12)
    notice_days = models.PositiveSmallIntegerField(_("notice in days"), default=30)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    objects = SeenManager.from_queryset(ArrivingQuerySet)()
    everything = ArrivingQuerySet.as_manager()

    class Meta:
        base_manager_name = "everything"
        ordering = ["-started_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "number"],
                condition=~models.Q(number=""),
                name="contract_number_once_per_client",
            ),
            models.CheckConstraint(
                condition=models.Q(months__gte=1), name="contract_has_a_period"
            ),
            models.CheckConstraint(
                condition=models.Q(price__gte=0), name="contract_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_running(self, today: date) -> bool:
        """Tell whether the agreement holds on `today`."""
        return self.started_on <= today and (self.ends_on is None or today <= self.ends_on)

    def price_on(self, day: date) -> int:
        """Return what one period costs on `day`, in minor units."""
        if (
            self.promo_price is not None
            and self.promo_ends_on
            and day <= self.promo_ends_on
        ):
            return self.promo_price
        if (
            self.next_price is not None
            and self.next_price_from
            and day >= self.next_price_from
        ):
            return self.next_price
        return self.price

    @property
    def notice_by(self) -> date | None:
        """Return the last day on which notice may be given before the next renewal."""
        return self.renews_on - timedelta(days=self.notice_days) if self.renews_on else None
