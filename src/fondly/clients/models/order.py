"""Orders: what a client bought, in minor units; refunds are negative orders."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.clients.models.arrival import Arriving, ArrivingQuerySet, SeenManager
from fondly.clients.models.client import Client


class Order(Arriving):
    """A purchase, or a refund: negative, linked to its original where it is known."""

    client = models.ForeignKey(
        Client, models.CASCADE, related_name="orders", db_index=False
    )
    # Unique: “n:536365” by number; without one, client, time, amount and occurrence.
    key = models.CharField(max_length=120, unique=True)
    number = models.CharField(_("number"), max_length=80, blank=True)
    placed_at = models.DateTimeField(_("placed at"))
    # The calendar day in the business's time zone: orders of one day count as one purchase.
    placed_on = models.DateField()
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    refund_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="refunds"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = SeenManager.from_queryset(ArrivingQuerySet)()
    everything = ArrivingQuerySet.as_manager()

    class Meta:
        base_manager_name = "everything"
        indexes = [
            models.Index(fields=["client", "placed_at", "id"], name="order_by_client")
        ]

    def __str__(self) -> str:
        return self.number or f"{self.placed_on}"

    def count_alike(self) -> int:
        """Return how many orders without a number look like this one."""
        alike = Order.everything.filter(client_id=self.client_id, placed_at=self.placed_at)
        return alike.filter(amount=self.amount, currency=self.currency, number="").count()


class OrderLine(models.Model):
    """One line of an order. Seen when its order is."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    sku = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=300, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    amount = models.BigIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.description or self.sku
