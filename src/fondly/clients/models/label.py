"""Tags and interests."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Label(models.Model):
    """A tag we put on a client, or an interest the client has."""

    class Kind(models.TextChoices):
        """What the label says."""

        TAG = "tag", _("Tag")
        INTEREST = "interest", _("Interest")

    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=60)
    folded = models.CharField(max_length=60)

    class Meta:
        ordering = ["folded"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "folded"], name="label_once_per_kind"),
        ]

    def __str__(self) -> str:
        return self.name
