"""What a column of the client list is, and by which operators it may be asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from fondly.base.sources import SignalSource
from fondly.clients.models import Client
from fondly.insight.models import Signal

OPERATORS: dict[str, Any] = {
    "is": _("is"),
    "is_not": _("is not"),
    "contains": _("contains"),
    "at_least": _("is at least"),
    "at_most": _("is at most"),
    "between": _("is between"),
    "before": _("is before"),
    "after": _("is after"),
    "empty": _("is empty"),
    "filled": _("is not empty"),
}
WITHOUT_VALUE = frozenset({"empty", "filled"})
_COUNTED = ("is", "at_least", "at_most", "between", "empty", "filled")
_CHOSEN = ("is", "is_not", "empty", "filled")
_DATED = ("is", "before", "after", "between", "empty", "filled")
BY_KIND: dict[str, Sequence[str]] = {
    "text": ("contains", "is", "is_not", "empty", "filled"),
    "folded": ("contains", "is", "is_not"),
    "choice": _CHOSEN,
    "user": _CHOSEN,
    "label": _CHOSEN,
    "number": _COUNTED,
    "money": _COUNTED,
    "share": _COUNTED,
    "days": _COUNTED,
    "date": _DATED,
    "moment": _DATED,
    "yes_no": ("is",),
    "counted": ("is",),
}
RIGHT = frozenset({"number", "money", "share", "days"})


@dataclass(kw_only=True)
class Row:
    """One client of a page with what its columns need."""

    client: Client
    signal: Signal | None = None
    more: dict[str, str] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)  # by other apps, by their slug


@dataclass(frozen=True, kw_only=True)
class Column:
    """A field of the client, a signal or a field of one's own.

    `path` is how the database is asked: a field of Client, “now__…” for a signal, or the
    slug of an own field where `is_own`; a `source` is asked for its own rows. `read` takes
    the value from a row; a column without it can be asked but not shown. `loads` names
    what must be fetched besides.
    """

    key: str
    label: Any
    kind: str
    group: str
    path: str = ""
    choices: Sequence[tuple[str, Any]] = ()
    read: Callable[[Row], Any] | None = None
    loads: str = ""
    is_own: bool = False
    source: SignalSource | None = None

    @property
    def operators(self) -> Sequence[str]:
        """Return the operators that make sense, the most usual first."""
        return BY_KIND[self.kind]

    @property
    def may_be_shown(self) -> bool:
        """Tell whether the list can show it, besides the name, which it always shows."""
        return self.read is not None and self.key != "name"

    @property
    def is_right(self) -> bool:
        """Tell whether it is written at the right edge, as figures are."""
        return self.kind in RIGHT
