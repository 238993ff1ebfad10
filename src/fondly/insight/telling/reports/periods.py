"""Months and quarters by number, as the reports count them, and their names."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def first_day(number: int, a_year: int = 12) -> date:
    """Return the first day of a period."""
    year, within = divmod(number, a_year)
    return date(year, within * (12 // a_year) + 1, 1)


def last_day(number: int, a_year: int = 12) -> date:
    """Return the last day of a period."""
    return first_day(number + 1, a_year) - timedelta(days=1)


def month(number: int, *, short: bool = False) -> str:
    """Name a month: “October 2026”, or “Oct”."""
    return date_format(first_day(number), "M" if short else "F Y")


def quarter(number: int) -> str:
    """Name a quarter: “Q3 2026”."""
    year, within = divmod(number, 4)
    return _("Q%(n)d %(year)d") % {"n": within + 1, "year": year}


def number(written: str) -> int:
    """Return the month that an address writes so; raise ValueError where it is none."""
    day = date.fromisoformat(f"{written}-01")
    return day.year * 12 + day.month - 1


def key(number: int) -> str:
    """Write a month as addresses do: “2026-10”."""
    return f"{first_day(number):%Y-%m}"
