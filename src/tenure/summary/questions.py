"""The questions that are put to a log, in a form that can be compared and kept."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tenure.summary.columns import Columns
from tenure.summary.expression import held, purchases, summed


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of which columns, up to which day, in units of how many days."""

    columns: Columns
    until: date
    length: float

    @property
    def names(self) -> list[str]:
        """The columns that are read."""
        return self.columns.names


class Summary(Asked):
    """What each client did by the day `until`."""

    def expression(self, table: Any) -> Any:
        """Return the answer as an Ibis expression of the log."""
        return summed(table, self.columns, until=self.until, length=self.length)


@dataclass(frozen=True, kw_only=True)
class Holdout(Asked):
    """What each client did by the day `middle`, and after it."""

    middle: date

    def expression(self, table: Any) -> Any:
        """Return the answer as an Ibis expression of the log."""
        days = {"middle": self.middle, "until": self.until}
        return held(table, self.columns, **days, length=self.length)


class First(Asked):
    """The day of the first purchase."""

    def expression(self, table: Any) -> Any:
        """Return the answer as an Ibis expression of the log."""
        bought = purchases(table, self.columns, until=self.until)
        return bought.aggregate(first=bought.day.min())
