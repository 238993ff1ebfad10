"""The only clock. Doors read it; everything behind them is told the time."""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils.timezone import now

__all__ = ["now", "today_in"]


def today_in(time_zone: str) -> date:
    """Return the calendar day it now is in `time_zone`."""
    return now().astimezone(ZoneInfo(time_zone)).date()
