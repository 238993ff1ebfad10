"""Exchange rates of one's own, by date."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rate(models.Model):
    """From `from_day` on, one unit of `currency` is `rate` of the reporting currency."""

    currency = models.CharField(_("currency"), max_length=3)
    from_day = models.DateField(_("from"))
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8)

    class Meta:
        ordering = ["currency", "-from_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "from_day"], name="rate_once_a_day"
            ),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.from_day}: {self.rate}"
