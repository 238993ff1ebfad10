"""Which days and months can be looked at, and how long a month is kept."""

from collections.abc import Iterator
from datetime import date, timedelta

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _

OLDEST = date(1970, 1, 1)
MOST_MONTHS = 600


def must_have_been(day: date, *, today: date) -> None:
    """Refuse a day that is yet to come, or older than any order."""
    if not OLDEST <= day <= today:
        raise Refusal(_("Choose a day that has been."))


def month_of(day: date) -> date:
    """Return the first day of the month."""
    return day.replace(day=1)


def month_ends(today: date, months: int) -> Iterator[date]:
    """Yield the last days of so many months before this one, the newest first."""
    day = month_of(today)
    for _place in range(months):
        day = day - timedelta(days=1)
        yield day
        day = month_of(day)


def oldest_kept(today: date, kept: int) -> date:
    """Return the oldest month that is kept; `kept` months with this one, 0 for all."""
    if not 0 < kept <= MOST_MONTHS:
        return OLDEST
    days = list(month_ends(today, kept - 1))
    return month_of(days[-1]) if days else month_of(today)


def within_kept(months: int, *, kept: int) -> int:
    """Return how many of so many past months would be kept, beside this one."""
    return min(months, kept - 1) if kept else months


def must_be_months(months: int, *, kept: int) -> None:
    """Refuse a number of past months that cannot be, or that would not be kept."""
    if not 1 <= months <= MOST_MONTHS:
        raise Refusal(_("Choose between 1 and %(most)d months."), most=MOST_MONTHS)
    if kept and months >= kept:
        raise Refusal(
            _("Signals are kept for %(kept)d months here, this one included."), kept=kept
        )
