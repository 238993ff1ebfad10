"""Tags and interests."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.base.text import fold

# A list says “1,000+” rather than count on.
COUNTED = 1_000


class CountUpTo(models.Subquery):
    """How many rows a limited subquery has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = models.IntegerField()


class LabelQuerySet(models.QuerySet["Label"]):
    """Questions about many labels."""

    def with_clients(self) -> Self:
        """Tell with each how many clients have it, counted no further than one too many."""
        through: Any = self.model._meta.get_field("clients").through
        theirs = through.objects.filter(label=models.OuterRef("pk")).values("pk")
        return self.annotate(used=CountUpTo(theirs[: COUNTED + 1]))

    def named(self, kind: str, name: str) -> "Label | None":
        """Return the label of this name, however it is spelled."""
        return self.filter(kind=kind, folded=fold(" ".join(name.split()))).first()

    def page(self, kind: str, *, after: str, size: int) -> "list[Label]":
        """Return one more than a page of this kind, by name, beyond the name `after`."""
        rows = self.filter(kind=kind, folded__gt=after) if after else self.filter(kind=kind)
        return list(rows.order_by("folded")[: size + 1])


class Label(models.Model):
    """A tag we put on a client, or an interest the client has."""

    class Kind(models.TextChoices):
        """What the label says."""

        TAG = "tag", _("Tag")
        INTEREST = "interest", _("Interest")

    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=60)
    folded = models.CharField(max_length=60)

    objects = LabelQuerySet.as_manager()

    class Meta:
        ordering = ["folded"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "folded"], name="label_once_per_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def client_ids(self, most: int) -> list[int]:
        """Return the keys of at most so many clients who have this label."""
        ids = self.clients.through.objects.filter(label=self).values_list("client_id")
        return [key for (key,) in ids.order_by("client_id")[:most]]
