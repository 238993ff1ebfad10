"""A card of a report: a finding, why, a picture, its table, and what leads to clients."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from fondly.base.money import to_major
from fondly.base.money import words as money

Condition = tuple[str, str, object, object]  # field, operator, value, upto


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the cards of a page share: the currency, the page's own address up to its next
    parameter, and the names of the team and of shared views by key."""

    currency: str
    url: str
    team: dict[str, str] = field(default_factory=dict)
    views: dict[str, str] = field(default_factory=dict)
    among: tuple[Condition, ...] = ()
    shared: tuple[tuple[str, object], ...] = ()  # what every number is narrowed by
    is_live: bool = True  # the client list shows the day that is reported on
    is_told: bool = True  # who stands behind each number was kept with the run

    def those(self, what: str, **about: object) -> str:
        """Return the address of the clients whom a number counts, as `listing.standing`
        reads it; none where they were not kept."""
        if not self.is_told:
            return ""
        pairs = [("what", what), *about.items(), *self.shared]
        # Short, as a page has hundreds of them: the list knows the one operator there is.
        asked = [("field", "report"), ("value", urlencode(pairs)), ("sort", "worth")]
        return f"{reverse('insight:clients')}?{urlencode(asked)}"

    def now(self, *conditions: Condition, sort: str = "") -> str:
        """Return the address of the client list as it is now, if that is the day."""
        return clients_url(*conditions, *self.among, sort=sort) if self.is_live else ""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a table: what a person reads, what a file holds, where it leads, and to
    how many."""

    text: str
    value: object
    url: str = ""
    behind: int | None = None
    is_number: bool = True
    tone: str = ""  # a class of the chart: c-heat-1 … 5


@dataclass(frozen=True, kw_only=True)
class Table:
    """Titles and rows; the first cell of a row is its head."""

    titles: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is found, why it is so, how it is drawn, and the figures themselves.

    `chart` names the template of the picture (none without one), `drawn` is what stands
    in it.
    """

    slug: str
    finding: str
    why: str
    table: Table
    chart: str = ""
    drawn: Any = None
    is_grid: bool = False
    is_open: bool = False  # the table is shown without being asked for
    notes: Sequence[str] = field(default_factory=list)
    leads: Sequence[Cell] = field(default_factory=list)  # after the words, on to clients


def head(text: str, url: str = "", behind: int | None = None) -> Cell:
    """Return the first cell of a row."""
    return Cell(text=text, value=text, url=url, behind=behind, is_number=False)


def count(number: int, url: str = "") -> Cell:
    """Return a cell with a whole number; nobody is behind a nought."""
    return Cell(text=f"{number:,}", value=number, url=url if number else "", behind=number)


def amount(minor: int, currency: str, url: str = "", behind: int | None = None) -> Cell:
    """Return a cell with money, read without decimals and kept with them."""
    text = money(minor, currency, short=True)
    url = url if behind != 0 else ""
    return Cell(text=text, value=to_major(minor, currency), url=url, behind=behind)


def none() -> Cell:
    """Return a cell with nothing to say."""
    return Cell(text="–", value="")


def clients_url(*conditions: Condition, sort: str = "") -> str:
    """Return the address of the client list under these conditions."""
    pairs: list[tuple[str, object]] = []
    for key, operator, value, upto in conditions:
        pairs += [("field", key), ("op", operator), ("value", value), ("upto", upto)]
    if sort:
        pairs.append(("sort", sort))
    return f"{reverse('insight:clients')}?{urlencode(pairs)}"
