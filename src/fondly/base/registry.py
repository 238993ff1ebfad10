"""Registries by which apps meet without importing each other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """Items in the order they came; registering the same slug again replaces it."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}

    def add(self, slug: str, item: Item) -> Item:
        """Register `item` under `slug`."""
        self._items[slug] = item
        return item

    def drop(self, slug: str) -> None:
        """Forget what is registered under `slug`, if anything."""
        self._items.pop(slug, None)

    def __iter__(self) -> Any:
        return iter(list(self._items.values()))

    def get(self, slug: str) -> Item | None:
        """Return the item registered under `slug`, if any."""
        return self._items.get(slug)

    def slugs(self) -> list[str]:
        """Return the registered slugs in order."""
        return list(self._items)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of the client page, known only by its address (a URL name taking client_id).

    `place` is “main” (wide column) or “side”; `order` sorts within it; `height` in rem is
    reserved while it loads, so that nothing jumps.
    """

    slug: str
    title: str | Promise
    url_name: str
    place: str = "side"
    order: int = 50
    height: int = 6


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """One row of the timeline. (at, source, id) is its key; `tone` is give, ask, service,
    order, consent or action."""

    at: datetime
    source: str
    id: int
    tone: str
    text: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class TimelineSource:
    """Where timeline rows of one kind come from.

    `rows(client_id, before, limit)` gives at most `limit` entries, newest first, strictly
    older than the key `before` (at, source, id) when that is given.
    """

    slug: str
    title: str
    rows: Callable[[int, tuple[datetime, str, int] | None, int], Sequence[TimelineEntry]]


@dataclass(frozen=True, kw_only=True)
class PersonalRecord:
    """How an app exports and erases what it holds about a client.

    `export(client_id)` gives JSON-ready rows; `erase(client_id)` removes or blanks them
    (append-only rows keep their place, personal fields become a keyed hash).
    """

    slug: str
    export: Callable[[int], Iterable[dict[str, Any]]]
    erase: Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """One entry of the main menu or the settings page; `roles` may open it."""

    slug: str
    title: str | Promise
    url_name: str
    place: str = "main"  # main | settings
    order: int = 50
    roles: frozenset[str] = frozenset({"owner", "manager", "member", "viewer"})


@dataclass(frozen=True, kw_only=True)
class Plans:
    """What an app has planned for clients, in words: `words(client_ids, today)` gives some
    for each who has any; `title` and `url_name` are the page on which it is planned."""

    slug: str
    title: str | Promise
    url_name: str
    words: Callable[[Sequence[int], date], dict[int, list[str]]]


panels: Registry[Panel] = Registry()
timeline: Registry[TimelineSource] = Registry()
personal_records: Registry[PersonalRecord] = Registry()
menu: Registry[MenuItem] = Registry()
plans: Registry[Plans] = Registry()
# Offered right after a touch was logged, by address: “what next?” (a page about the client
# that takes `?after=`, the touch's id).
next_steps: Registry[Panel] = Registry()
