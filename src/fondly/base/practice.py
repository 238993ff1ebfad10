"""What a retention practice gives the rest of the house, and what it asks of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from fondly.base.news import News
from fondly.base.sources import signal_sources

# Words for people: a str, or a translation that waits to be read.
Words = Any


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reason is asked: for which day, over which signals, for whom (None: all)."""

    today: date
    run_id: int
    client_ids: Sequence[int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """One thing worth doing for one client, and why.

    `subject` names the occurrence, so that the same one is never proposed twice:
    “birthday:12:2026”, “quiet:2026-08-28”. `stake` is in minor units of the reporting
    currency. `by` is how: “call”, “write”, “card”, “visit”. `pressing` says how much more
    (or less) than its stake it presses: 2 for a day that does not come back.
    """

    client_id: int
    subject: str
    because: str
    suggestion: str
    stake: int
    due: date
    minutes: int
    by: str = "call"
    contact_id: int | None = None
    pressing: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A set-based question whose rows are proposals. Never a loop of queries over clients.

    `answered_by` are the kinds of news after which an open proposal has had its answer;
    each may be narrowed by a detail, as in “touch:out”. `group` heads its cards on Today
    (title, one line), where that differs from its own title and explanation. `consent` is
    the purpose of consent it falls under (“cards”); without one it is a personal contact.
    """

    slug: str
    title: Words
    explanation: Words
    rows: Callable[[Asked], Iterable[Proposal]]
    answered_by: frozenset[str] = frozenset()
    is_obligation: bool = False
    group: tuple[Words, Words] | None = None
    consent: str = ""


@dataclass(frozen=True, kw_only=True)
class Practice:
    """One way of keeping clients, self-contained in its own folder."""

    slug: str
    title: Words
    reasons: Sequence[Reason] = ()
    urls: str | None = None
    menu: tuple[str, str] | None = None  # (title, URL name) for the settings page
    client_panel: tuple[str, str] | None = None  # (title, URL name taking client_id)
    on_news: Callable[[News], None] | None = None
    merge_fields: Sequence[str] = field(default=())
    api: str | None = None
    seed: Callable[[date], None] | None = None


def reasons() -> dict[str, Reason]:
    """Return the reasons of all practices by full slug, “rhythm.quiet”, and of signals
    that other apps know, “signals.parity”."""
    found = {
        f"{practice.slug}.{reason.slug}": reason
        for practice in practices()
        for reason in practice.reasons
    }
    told = (source for source in signal_sources if source.reason)
    return found | {f"signals.{source.slug}": source.reason for source in told}


def practices() -> Iterator[Practice]:
    """Yield the installed practices: those of `settings.PRACTICES`, then plug-ins."""
    for name in settings.PRACTICES:
        yield import_string(f"fondly.practices.{name}.practice.practice")
    yield from _plugins()


@cache
def _plugins() -> tuple[Practice, ...]:
    # Read once: asking the environment takes longer than showing a page.
    return tuple(plugin.load() for plugin in entry_points(group="fondly.practices"))
