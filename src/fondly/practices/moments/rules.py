"""Which days are moments, when they are due, and which anniversaries count."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

# How far ahead a moment is looked for (a long weekend), and how long it may be late.
AHEAD = 4
BELATED = 3
# Years as a client that are kept: the first, second and third, then every fifth.
EARLY_YEARS = (1, 2, 3)
OLDEST = 60
# Days without an order or a touch after which nobody is thanked for years as a client.
SILENT = 730
# Orders that are a milestone, and for how many days after it one may say thank you.
MILESTONES = (1, 10, 25, 50, 100, 250, 500, 1000)
THANKS_WITHIN = 14
# A birthday does not come back: it presses more than its stake alone.
PRESSING = 2.0


@cache
def day_there(today: date, ours: str, theirs: str) -> date:
    """Return which day it is at the client's when it is noon at ours.

    So a greeting falls on the day as the client counts it, by the hour at which we are
    likely to call, and daylight saving moves nothing.
    """
    noon = datetime.combine(today, time(12), ZoneInfo(ours))
    return noon.astimezone(ZoneInfo(theirs)).date()


def midnight_after(day: date, zone: tzinfo) -> datetime:
    """Return when a day is over in a zone."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def falls_on(month: int, day: int, year: int) -> date:
    """Return the day it is kept in a year: 29 February on the 28th in common years."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 2, 28)


def nearest(month: int, day: int, around: date) -> date:
    """Return the occurrence nearest to a day, so that New Year needs no special care."""
    years = (around.year - 1, around.year, around.year + 1)
    days = (falls_on(month, day, year) for year in years)
    return min(days, key=lambda each: abs((each - around).days))


def window(today: date) -> list[date]:
    """Return the days whose moments may be due: a day more on each side for time zones."""
    return [today + timedelta(days=offset) for offset in range(-BELATED - 1, AHEAD + 2)]


def month_days(days: Collection[date]) -> set[tuple[int, int]]:
    """Return month and day of each; 29 February comes along with the 28th."""
    pairs = {(day.month, day.day) for day in days}
    return pairs | ({(2, 29)} if (2, 28) in pairs else set())


def due_on(day: date, workdays: Collection[int]) -> date:
    """Return the last day of work on or before a day, so that no weekend swallows it."""
    for offset in range(7):
        candidate = day - timedelta(days=offset)
        if not workdays or candidate.weekday() in workdays:
            return candidate
    return day


def is_due(due: date, day: date, today: date) -> bool:
    """Tell whether to keep a moment now: its day of work has come, it is not long past."""
    return due <= today <= day + timedelta(days=BELATED)


def years_kept() -> Iterator[int]:
    """Yield the anniversaries that are kept."""
    yield from EARLY_YEARS
    yield from range(5, OLDEST + 1, 5)


def starts_of(days: Collection[date]) -> dict[date, int]:
    """Return the days on which a client of so many years, kept in `days`, began."""
    starts: dict[date, int] = {}
    for day in days:
        for years in years_kept():
            for month, number in month_days([day]):
                try:
                    starts[date(day.year - years, month, number)] = years
                except ValueError:
                    continue
    return starts
