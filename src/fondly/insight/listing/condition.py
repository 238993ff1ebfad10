"""One condition of a question: a column, an operator and what it is compared with."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.money import to_minor
from fondly.base.text import fold
from fondly.insight.listing.column import OPERATORS, WITHOUT_VALUE, Column
from fondly.insight.listing.columns import YES_NO
from fondly.insight.listing.scope import Scope
from fondly.insight.listing.standing import counted

LARGEST = Decimal(10) ** 15
THOUSANDS = re.compile(r"\s*[-−]?\s*\d{1,3}(,\d{3})+(\.\d*)?\s*")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What somebody asked, as typed, and as compared: `least` and for ranges `most`."""

    column: Column
    operator: str
    typed: tuple[str, str]
    value: Any = None
    most: Any = None

    @property
    def words(self) -> str:
        """Say the condition in words."""
        first, second = self.shown
        if self.column.kind == "counted":
            return f"{self.column.label}: {first}"
        start = f"{self.column.label} {OPERATORS[self.operator]}"
        if self.operator in WITHOUT_VALUE:
            return start
        if self.operator == "between":
            return _("%(start)s %(a)s and %(b)s") % {
                "start": start,
                "a": first,
                "b": second,
            }
        return f"{start} {first}"

    @property
    def shown(self) -> tuple[str, str]:
        """Return what was typed, with the names of what was chosen."""
        names = {str(key): str(label) for key, label in self._names}
        first, second = self.typed
        return names.get(first, first), names.get(second, second)

    @property
    def _names(self) -> Any:
        if self.column.kind == "yes_no":
            return YES_NO
        if self.column.kind in {"user", "counted"} and self.value is not None:
            return [(self.typed[0], str(self.value))]
        return self.column.choices


def condition(
    column: Column, operator: str, typed: tuple[str, str], scope: Scope
) -> Condition:
    """Return the condition; refuse what does not fit the column."""
    if operator not in column.operators:
        words = {"column": column.label, "operator": OPERATORS.get(operator, operator)}
        raise Refusal(_("“%(column)s” cannot be asked with “%(operator)s”.") % words)
    value = most = None
    if operator not in WITHOUT_VALUE:
        value = _read(column, typed[0], scope)
    if operator == "between":
        value, most = sorted((value, _read(column, typed[1], scope)))
    return Condition(column=column, operator=operator, typed=typed, value=value, most=most)


def _read(column: Column, typed: str, scope: Scope) -> Any:
    if not typed:
        raise Refusal(
            _("Say what “%(column)s” is compared with.") % {"column": column.label}
        )
    read = READERS.get(column.kind)
    try:
        return read(typed, scope, column) if read else typed
    except (ValueError, KeyError, InvalidOperation, OverflowError) as error:
        words = {"typed": typed, "column": column.label}
        raise Refusal(_("“%(typed)s” does not fit “%(column)s”.") % words) from error


def _number(typed: str, _scope: Scope, _column: Column) -> int | float:
    if "," in typed and not THOUSANDS.fullmatch(typed):
        raise ValueError  # “1,5” is no fifteen
    value = Decimal(typed.replace(",", "").replace(" ", "").replace("−", "-"))
    if not value.is_finite() or abs(value) > LARGEST:
        raise ValueError
    return int(value) if value == value.to_integral_value() else float(value)


def _share(typed: str, scope: Scope, column: Column) -> float:
    return _number(typed.rstrip("% "), scope, column) / 100


def _money(typed: str, scope: Scope, column: Column) -> int:
    return to_minor(str(_number(typed, scope, column)), scope.currency)


def _date(typed: str, _scope: Scope, _column: Column) -> date:
    return date.fromisoformat(typed)


def _moment(typed: str, scope: Scope, _column: Column) -> tuple[datetime, datetime]:
    """Return when the day begins and when the next one does, where the business is."""
    day = date.fromisoformat(typed)
    starts = (datetime.combine(d, time.min, scope.time_zone) for d in (day, _next(day)))
    first, last = starts
    return first, last


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _yes_no(typed: str, _scope: Scope, _column: Column) -> bool:
    if typed not in {"yes", "no"}:
        raise ValueError
    return typed == "yes"


def _choice(typed: str, scope: Scope, column: Column) -> str:
    for key, label in scope.choices(column):
        if fold(typed) in {fold(str(key)), fold(str(label))}:
            return str(key)
    raise ValueError


def _user(typed: str, scope: Scope, _column: Column) -> Any:
    if typed == "me":
        return scope.user
    return next(user for user in _matching(typed, scope))


def _matching(typed: str, scope: Scope) -> list[Any]:
    found = [u for u in scope.team if str(u.pk) == typed or fold(str(u)) == fold(typed)]
    if not found:
        raise ValueError
    return found


def _counted(typed: str, scope: Scope, _column: Column) -> Any:
    return counted(typed, scope)


def _label(typed: str, _scope: Scope, _column: Column) -> str:
    return fold(typed)


READERS: dict[str, Any] = {
    "number": _number,
    "days": _number,
    "share": _share,
    "money": _money,
    "date": _date,
    "moment": _moment,
    "yes_no": _yes_no,
    "choice": _choice,
    "user": _user,
    "label": _label,
    "counted": _counted,
}
