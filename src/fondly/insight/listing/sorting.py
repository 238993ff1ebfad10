"""The orders of the client list, and where a page ends, without ever counting rows off.

An order is a row of phases, each walked along one index: clients of tier A by name, then
those of tier B; or those whose worth is known, then the rest by name. A page ends at a
place (phase and the values of its last row) and the next begins right after it.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fondly.clients.models import Stage
from fondly.insight.listing.scope import Scope

LARGEST = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A part of an order: which clients, and by which columns (True: falling)."""

    where: Q
    by: tuple[tuple[str, bool], ...] = (("sort_name", False), ("pk", False))

    def turned(self) -> "Phase":
        """Return the phase the other way round."""
        return Phase(
            where=self.where, by=tuple((path, not falls) for path, falls in self.by)
        )

    @property
    def paths(self) -> list[str]:
        """Return the columns of the order, the client's key last."""
        return [path for path, _falls in self.by]

    @property
    def order(self) -> list[Any]:
        """Return the ORDER BY."""
        return [F(path).desc() if falls else F(path).asc() for path, falls in self.by]

    def after(self, values: Sequence[Any]) -> Q:
        """Keep the rows after the one with these values.

        The first column is bounded on its own as well, so that an index can be entered
        there; an OR alone would be walked from the start.
        """
        beyond = Q()
        same = Q()
        for (path, falls), value in zip(self.by, values, strict=True):
            beyond |= same & Q(**{f"{path}__{'lt' if falls else 'gt'}": value})
            same &= Q(**{path: value})
        first, falls = self.by[0]
        return Q(**{f"{first}__{'lte' if falls else 'gte'}": values[0]}) & beyond


def whole(value: Any) -> int:
    """Return a whole number that databases can hold."""
    number = int(value)
    if abs(number) > LARGEST:
        raise OverflowError
    return number


@dataclass(frozen=True, kw_only=True)
class Sort:
    """One order: its phases, and which way it begins when chosen."""

    key: str
    label: Any
    phases: Callable[[Scope], list[Phase]]
    begins_reversed: bool = False
    read: Callable[[Any], Any] = str

    def walk(self, scope: Scope, *, is_reversed: bool) -> list[Phase]:
        """Return the phases in order. What is not known always comes last."""
        *known, last = self.phases(scope)
        if not known:
            return [last.turned() if is_reversed else last]
        return [*((p.turned() for p in reversed(known)) if is_reversed else known), last]


def _by_name(_scope: Scope) -> list[Phase]:
    return [Phase(where=Q())]


def _by_signal(path: str, *, falls: bool) -> Callable[[Scope], list[Phase]]:
    """Order as the index of Signal does: (run, value, client)."""

    def phases(_scope: Scope) -> list[Phase]:
        known = Phase(
            where=Q(**{f"{path}__isnull": False}),
            by=((path, falls), ("now__client_id", False)),
        )
        return [known, Phase(where=Q(**{f"{path}__isnull": True}))]

    return phases


def _by_tier(scope: Scope) -> list[Phase]:
    known = [Phase(where=Q(tier=name)) for name in scope.tiers]
    return [*known, Phase(where=~Q(tier__in=scope.tiers))]


def _by_stage(_scope: Scope) -> list[Phase]:
    *known, last = [Phase(where=Q(stage=stage)) for stage in Stage.values]
    return [*known, last]


def _by_owner(scope: Scope) -> list[Phase]:
    return [
        *(Phase(where=Q(owner=user)) for user in scope.team),
        Phase(where=Q(owner=None)),
    ]


SORTS = {
    sort.key: sort
    for sort in (
        Sort(key="name", label=_("Name"), phases=_by_name),
        Sort(
            key="worth",
            label=_("Worth to come"),
            phases=_by_signal("now__worth_24m", falls=True),
            read=whole,
        ),
        Sort(
            key="active",
            label=_("Likely still active"),
            phases=_by_signal("now__p_active", falls=False),
            read=float,
        ),
        Sort(
            key="last_order",
            label=_("Last order"),
            phases=_by_signal("now__last_order_on", falls=True),
            read=date.fromisoformat,
        ),
        Sort(
            key="days_since",
            label=_("Days since last order"),
            phases=_by_signal("now__last_order_on", falls=False),
            read=date.fromisoformat,
        ),
        Sort(key="tier", label=_("Tier"), phases=_by_tier),
        Sort(key="stage", label=_("Stage"), phases=_by_stage),
        Sort(key="owner", label=_("Looked after by"), phases=_by_owner),
    )
}


def place(phase: int, values: Sequence[Any]) -> str:
    """Write a place in an order as text for an address."""
    plain = [v.isoformat() if isinstance(v, date) else v for v in values]
    return urlsafe_b64encode(json.dumps([phase, *plain]).encode()).decode().rstrip("=")


def read_place(
    text: str, sort: Sort, phases: Sequence[Phase]
) -> tuple[int, list[Any]] | None:
    """Read a place; None where the text is none, so that the list begins anew."""
    try:
        padded = text + "=" * (-len(text) % 4)
        number, first, last = json.loads(urlsafe_b64decode(padded.encode()))
        phase = dict(enumerate(phases))[number]
        read = _name if phase.by[0][0] == "sort_name" else sort.read
        return number, [read(first), whole(last)]
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _name(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    value.encode()  # half a pair of surrogates is no text
    return value
