"""Who asks, and what stands: the business, the current signals, the columns there are."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from fondly.clients.models import Client, FieldDefinition, Label
from fondly.insight.listing.column import Column
from fondly.insight.listing.columns import FIXED, own_column, told_columns
from fondly.insight.models import ScoreRun, Tier
from fondly.team.models import Business, User


class Scope:
    """The ground a question stands on. Each part is asked of the database at most once."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def business(self) -> Business | None:
        """Return the business, if it has been named."""
        return Business.current()

    @cached_property
    def run_id(self) -> int:
        """Return the run whose signals are shown."""
        return ScoreRun.current_id()

    @property
    def currency(self) -> str:
        """Return the reporting currency."""
        return self.business.currency if self.business else "EUR"

    @property
    def time_zone(self) -> ZoneInfo:
        """Return where the business is."""
        return ZoneInfo(self.business.time_zone if self.business else "UTC")

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Return every column there is, by key, named in the language of the reader."""
        own = [own_column(field) for field in FieldDefinition.objects.all()]
        known = (*FIXED, *told_columns(), *own)
        named = (replace(column, label=str(column.label)) for column in known)
        return {column.key: column for column in named}

    @cached_property
    def team(self) -> list[User]:
        """Return everybody, by name."""
        return sorted(User.objects.all(), key=lambda user: str(user).casefold())

    @cached_property
    def tiers(self) -> list[str]:
        """Return the tiers, the best first."""
        names = list(Tier.objects.order_by("position").values_list("name", flat=True))
        return names or ["A", "B", "C"]

    def clients(self) -> Any:
        """Return the clients this person may see."""
        return Client.objects.seen_by(self.user, business=self.business)

    def choices(self, column: Column) -> Sequence[tuple[str, Any]]:
        """Return what a chosen value may be."""
        if column.key == "tier":
            return [(name, name) for name in self.tiers]
        if column.kind == "user":
            return [("me", str(self.user)), *((str(u.pk), str(u)) for u in self._others)]
        if column.kind == "label":
            names = Label.objects.filter(kind=column.key).values_list("name", flat=True)
            return [(name, name) for name in names[:300]]
        return column.choices

    @property
    def _others(self) -> list[User]:
        return [user for user in self.team if user.pk != self.user.pk]
