"""Rows that arrive together are seen together: unseen until their import is published."""

from typing import Any, Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class Arrival(models.Model):
    """A batch of rows that readers see whole or not at all.

    While it is not published its rows exist and nobody sees them; publishing (or hiding it
    again for undo) changes this one row. Published arrivals stay as the rows' origin.
    """

    is_published = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # Readers ask only for the few that are not published.
            models.Index(
                fields=["id"],
                condition=models.Q(is_published=False),
                name="arrival_unpublished",
            ),
        ]

    def __str__(self) -> str:
        return f"arrival {self.pk}"


class ArrivingQuerySet(models.QuerySet[Row]):
    """Questions about rows that may belong to an arrival."""

    def seen(self) -> Self:
        """Keep the rows that are not waiting for their arrival to be published."""
        unseen = Arrival.objects.filter(is_published=False).values("pk")
        return self.filter(models.Q(arrival=None) | ~models.Q(arrival__in=unseen))

    def change(self, **values: Any) -> int:
        """Set `values` in every row and count the change, so that an undo notices it."""
        return self.update(version=models.F("version") + 1, **values)


class Arriving(models.Model):
    """A row that may come with an arrival; `version` counts its changes since."""

    # Without an index or a constraint, for the sake of large imports: an undo walks the
    # range of keys that its import has noted.
    arrival = models.ForeignKey(
        Arrival,
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    @classmethod
    def limits(cls) -> dict[str, int | None]:
        """Return how many letters each column of text holds."""
        columns = cls._meta.concrete_fields
        return {f.name: getattr(f, "max_length", None) for f in columns}

    def changed(self, fields: list[str]) -> None:
        """Save `fields` and count the change, so that an undo notices it."""
        self.version = models.F("version") + 1
        self.save(update_fields=[*fields, "version"])
        self.refresh_from_db(fields=["version"])


class SeenManager(models.Manager[Row]):
    """Shows only rows whose import, if they came by one, has been published."""

    def get_queryset(self) -> Any:
        """Hide what has not fully arrived."""
        queryset: Any = super().get_queryset()
        return queryset.seen()
