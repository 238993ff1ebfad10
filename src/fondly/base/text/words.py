"""Shares, days and distances in time as people say them."""

from datetime import date, datetime

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

UNKNOWN = "–"
DAYS_TO_WEEKS, DAYS_TO_MONTHS, DAYS_TO_YEARS = 14, 63, 730


def percent(share: float | None) -> str:
    """Write a share as a whole percentage that never claims certainty."""
    if share is None:
        return UNKNOWN
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"


def percent_range(low: float | None, high: float | None) -> str:
    """Write an interval of shares: “22–41%”; nothing when it is not known."""
    if low is None or high is None:
        return ""
    return f"{low * 100:.0f}–{high * 100:.0f}%"


def signed(weight: float | None) -> str:
    """Write a change with its sign: “+0.31”, “−0.31”, “0.00”."""
    if weight is None:
        return UNKNOWN
    text = number_format(abs(round(weight, 2)), 2, use_l10n=True)
    sign = "" if not round(weight, 2) else "+" if weight > 0 else "−"
    return f"{sign}{text}"


def days(count: int | None) -> str:
    """Write a number of days in the words people use: “5 weeks”, “3 months”."""
    if count is None:
        return UNKNOWN
    if count < DAYS_TO_WEEKS:
        return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}
    if count < DAYS_TO_MONTHS:
        weeks = round(count / 7)
        return ngettext("%(n)d week", "%(n)d weeks", weeks) % {"n": weeks}
    if count < DAYS_TO_YEARS:
        months = round(count / 30.44)
        return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    years = int(count / 365.25)
    return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}


def ago(day: date | None, today: date) -> str:
    """Say how long before or after `today` a day is: “yesterday”, “3 weeks ago”."""
    if day is None:
        return UNKNOWN
    then = day.date() if isinstance(day, datetime) else day
    gap = (today - then).days
    near = {0: gettext("today"), 1: gettext("yesterday"), -1: gettext("tomorrow")}
    if gap in near:
        return near[gap]
    if gap > 0:
        return gettext("%(time)s ago") % {"time": days(gap)}
    return gettext("in %(time)s") % {"time": days(-gap)}
