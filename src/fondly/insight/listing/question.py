"""A question to the client list, as the address of the page says it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.insight.listing.column import Column
from fondly.insight.listing.columns import SHOWN
from fondly.insight.listing.condition import Condition, condition
from fondly.insight.listing.scope import Scope
from fondly.insight.listing.sorting import SORTS

MOST_CONDITIONS = 12
MOST_COLUMNS = 16
LONGEST = 200
FIRST_SORT = "name"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is looked for, which conditions hold, the order and the columns shown."""

    typed: str = ""
    conditions: tuple[Condition, ...] = ()
    sort: str = FIRST_SORT
    is_reversed: bool = False
    columns: tuple[Column, ...] = ()
    after: str = ""

    @property
    def is_bare(self) -> bool:
        """Tell whether it asks for everybody."""
        return not self.typed and not self.conditions

    @property
    def sort_key(self) -> str:
        """Return the sort as the address says it: “-worth”."""
        return f"-{self.sort}" if self.is_reversed else self.sort

    def pairs(self, *, after: str = "") -> list[tuple[str, str]]:
        """Return the question as the pairs of an address, without what goes unsaid."""
        found = [("q", self.typed)] if self.typed else []
        for asked in self.conditions:
            found += [("field", asked.column.key), ("op", asked.operator)]
            found += [("value", asked.typed[0]), ("upto", asked.typed[1])]
        if self.sort_key != FIRST_SORT:
            found.append(("sort", self.sort_key))
        if [column.key for column in self.columns] != SHOWN:
            found += [("c", column.key) for column in self.columns]
        return [*found, ("after", after)] if after else found

    def query(self, *, after: str = "") -> str:
        """Return the question as a query string."""
        return urlencode(self.pairs(after=after))

    def without(self, asked: Condition) -> "Question":
        """Return the question with one condition less."""
        rest = tuple(other for other in self.conditions if other is not asked)
        return replace(self, conditions=rest, after="")

    def sorted_by(self, sort: str) -> "Question":
        """Return the question in another order, or the other way round."""
        again = sort == self.sort
        turned = not self.is_reversed if again else SORTS[sort].begins_reversed
        return replace(self, sort=sort, is_reversed=turned, after="")


def clean(text: str) -> str:
    """Return what was typed without control characters, and not endlessly much of it."""
    return "".join(c for c in text if c.isprintable()).strip()[:LONGEST]


def question(asked: QueryDict, scope: Scope) -> Question:
    """Read a question; refuse conditions that make no sense."""
    sort = asked.get("sort", "")
    is_reversed, sort = sort.startswith("-"), sort.removeprefix("-")
    known = sort in SORTS
    return Question(
        typed=clean(asked.get("q", "")),
        conditions=_conditions(asked, scope),
        sort=sort if known else FIRST_SORT,
        is_reversed=is_reversed and known,
        columns=_columns(asked.getlist("c"), scope),
        after=asked.get("after", "")[:1000],
    )


def _columns(keys: Sequence[str], scope: Scope) -> tuple[Column, ...]:
    """Return the columns asked for, always in the order of the list of columns."""
    wanted = set(keys or SHOWN)
    known = (column for column in scope.columns.values() if column.key in wanted)
    return tuple(column for column in known if column.may_be_shown)[:MOST_COLUMNS]


def _conditions(asked: QueryDict, scope: Scope) -> tuple[Condition, ...]:
    fields, operators = asked.getlist("field"), asked.getlist("op")
    if len(fields) > MOST_CONDITIONS:
        words = {"n": MOST_CONDITIONS}
        raise Refusal(_("At most %(n)d conditions can be asked at once.") % words)
    rows: list[tuple[str, str, tuple[str, str]]] = []
    for place, key in enumerate(fields):
        typed = (_at(asked.getlist("value"), place), _at(asked.getlist("upto"), place))
        rows.append((key, _at(operators, place), typed))
    return tuple(_condition(key, op, typed, scope) for key, op, typed in rows if key)


def _condition(key: str, operator: str, typed: tuple[str, str], scope: Scope) -> Condition:
    column = scope.columns.get(key)
    if column is None:
        raise Refusal(_("There is no field “%(key)s”.") % {"key": clean(key)})
    return condition(column, operator or column.operators[0], typed, scope)


def _at(values: Sequence[str], place: int) -> str:
    return clean(values[place]) if place < len(values) else ""
