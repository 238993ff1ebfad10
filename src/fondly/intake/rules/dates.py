"""How dates are written in a file, decided over a sample."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

FIRST_YEAR, LAST_YEAR = 1900, 2100
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?!\d)(.*)$", re.S)
_PARTS = re.compile(
    r"^(\d{1,4}|[^\W\d_]{3,12})([-/.]|,? )\s*(\d{1,2}|[^\W\d_]{3,12})(?:[-/.]|\.?,? )\s*"
    r"(\d{2,4})(?!\d)(.*)$",
    re.S,
)
_TIME = re.compile(
    r"^[T ,]*\s*(\d{1,2}):(\d{2})(:\d{2})?([.,]\d+)?\s*([AaPp][Mm])?"
    r"\s*(Z|UTC|[+-]\d{2}:?\d{2})?$"
)
TIMES = (" %H:%M:%S", "", " %H:%M", " %H:%M:%S.%f")
HALVES = (" %I:%M %p", " %I:%M:%S %p")


@dataclass(frozen=True, kw_only=True)
class DateStyle:
    """What was decided: `formats` to try, or in `choices` the styles that are possible."""

    date: str = ""  # “%d/%m/%Y”
    has_offset: bool = False
    choices: tuple[str, ...] = ()
    odd: str = ""  # a value outside 1900 to 2100, as it stands in the file
    unreadable: str = ""
    most: int = 0  # values that the style read most often reads

    @property
    def is_clear(self) -> bool:
        """Tell whether there is one style only."""
        return bool(self.date)


def formats(date: str, *, has_offset: bool = False) -> list[str]:
    """Return the formats to try, most telling first; a time of day may be missing."""
    offset = "%z" if has_offset else ""
    return [f"{date}{time}{offset}" for time in (*TIMES, *HALVES)]


def decide(values: Iterable[str]) -> DateStyle:
    """Return how these dates are written."""
    votes: Counter[str] = Counter()
    odd = unreadable = ""
    has_offset = False
    for value in {text.strip() for text in values} - {""}:
        seen, year, offset = _look(value)
        if not seen:
            unreadable = unreadable or value
            continue
        votes.update(seen)
        has_offset = has_offset or offset
        if not FIRST_YEAR <= year <= LAST_YEAR:
            odd = odd or value
    total = max(votes.values(), default=0)
    best = tuple(sorted(style for style, count in votes.items() if count == total))
    return DateStyle(
        date=best[0] if len(best) == 1 else "",
        has_offset=has_offset,
        choices=best if len(best) > 1 else (),
        odd=odd,
        unreadable=unreadable,
        most=total,
    )


def count_read(values: Iterable[str], *, date: str, has_offset: bool) -> int:
    """Return how many of these dates a style reads, be it ours or somebody's own."""
    tried = formats(date, has_offset=has_offset)
    return sum(
        date in _look(value)[0] or any(_parses(value, form) for form in tried)
        for value in {text.strip() for text in values} - {""}
    )


def _parses(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True


def _look(value: str) -> tuple[tuple[str, ...], int, bool]:
    """Return the styles in which a value can be read, its year, and if it has an offset."""
    if match := _COMPACT.match(value):
        year, month, day, rest = match.groups()
        time = _time(rest)
        fits = time is not None and int(month) <= 12 and int(day) <= 31
        return (("%Y%m%d",) if fits else (), int(year), time == "offset")
    match = _PARTS.match(value)
    if not match or (time := _time(match.group(5))) is None:
        return (), 0, False
    first, mark, second, third, _rest = match.groups()
    styles, year = _styles(first, mark.strip() or " ", second, third)
    return styles, year, time == "offset"


def _time(rest: str) -> str | None:
    if not rest.strip():
        return ""
    match = _TIME.match(rest)
    if not match:
        return None
    return "offset" if match.group(6) else "time"


def _styles(first: str, mark: str, second: str, third: str) -> tuple[tuple[str, ...], int]:
    if not first.isdecimal():
        return (f"%b{mark if mark != ',' else ' '}%d, %Y",), int(third)
    if not second.isdecimal():
        return (f"%d{mark}%b{mark}%Y",), _year(third)
    if len(first) == 4:
        fits = int(second) <= 12 and int(third) <= 31
        return ((f"%Y{mark}%m{mark}%d",) if fits else ()), int(first)
    return _day_and_month(int(first), mark, int(second), third), _year(third)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day_and_month(first: int, mark: str, second: int, third: str) -> tuple[str, ...]:
    year = "%Y" if len(third) == 4 else "%y"
    day_first, month_first = f"%d{mark}%m{mark}{year}", f"%m{mark}%d{mark}{year}"
    if mark == ".":  # nobody writes the month first with dots
        return (day_first,) if first <= 31 and second <= 12 else ()
    styles = []
    if first <= 31 and second <= 12:
        styles.append(day_first)
    if second <= 31 and first <= 12:
        styles.append(month_first)
    return tuple(styles)
