"""What is asked of a log: its columns, the last day observed and the unit of time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tenure.errors import BadInput
from tenure.season import Season

# Anything else is a number of days: a month is 30 or 30.4375 of them, and we do not guess.
UNITS = {"day": 1.0, "week": 7.0}
Unit = str | float | timedelta
# Amounts in floats that cancel leave dust: a net below this share of what was moved is 0.
DUST = 1e-9


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Names of the log's columns; without `amount` there is no spend."""

    client: str
    at: str
    amount: str | None = None

    @property
    def names(self) -> list[str]:
        """Return the names used, each once."""
        return list(dict.fromkeys(n for n in (self.client, self.at, self.amount) if n))


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The length of the unit of time in days, and the season that days are counted in."""

    length: float
    season: Season | None = None

    @classmethod
    def of(cls, unit: Unit, season: Season | None) -> "Clock":
        """Return the clock of a unit of time, or raise `BadInput`."""
        return cls(length=days_of(unit), season=season)

    def between(self, start: date, end: date) -> float:
        """Return the time between two days."""
        days = self.season.between(start, end) if self.season else (end - start).days
        return days / self.length


def days_of(unit: Unit) -> float:
    """Return the length of the unit of time in days, or raise `BadInput`."""
    if isinstance(unit, timedelta):
        unit = unit / timedelta(days=1)
    if isinstance(unit, str):
        if unit not in UNITS:
            known = ", ".join(UNITS)
            raise BadInput(f"unit is {unit!r}; give a number of days, or one of: {known}.")
        return UNITS[unit]
    if isinstance(unit, bool) or not 0 < unit < float("inf"):
        raise BadInput("unit must be a number of days above 0.")
    return float(unit)


def day_of(value: Any, *, name: str) -> date:
    """Return a day from a date, a time without a zone, or ISO text; or raise `BadInput`."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise BadInput(f"{name} must be a date such as 2026-03-31.") from error
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise BadInput(f"{name} must be a date.")
