"""Signals that another app knows of clients, shown wherever ours are while it is there.

An app registers a source when it is ready; without one there is no column, no figure and
no empty box. Insight asks the rows when somebody looks: a source keeps its own truth.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fondly.base.registry import Registry

KINDS = frozenset({"number", "days", "share", "date", "yes_no", "choice"})


@dataclass(frozen=True, kw_only=True)
class SignalSource:
    """One signal: how it is called, where it comes from, and how it is said.

    `rows()` is a QuerySet with at most one row per client and the columns `client_id` and
    `value` (fields or annotations), never null: who has no row has no such signal. `words`
    says a value on the client page; `reason` proposes something to do about it.
    """

    slug: str
    title: Any
    kind: str
    rows: Callable[[], Any]
    words: Callable[[Any], str] | None = None
    choices: Sequence[tuple[str, Any]] = ()
    reason: Any = None  # a `Reason` of `base.practice`

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"A signal of the kind {self.kind} cannot be shown.")


signal_sources: Registry[SignalSource] = Registry()
