"""Time that runs faster in a busy month, so that models of a steady pace fit a year."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenure.arrays import Floats
from tenure.errors import BadInput
from tenure.season.months import Months, profile, rates

EPOCH = date(1970, 1, 1)
DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
# Of a table by month and day: a row of 31 for each month, so that no calendar is needed.
ROW = 31
# Months seen from which it is learned how far a season returns.
ENOUGH = 6


@dataclass(frozen=True)
class Season:
    """How busy a business is through the year, and time measured by it.

    `index` are twelve numbers above 0, of January to December: orders on a day in the
    middle of the month over those on a usual day. Between the middles it runs in straight
    lines, and its mean over a year is made 1. `strength` is the power to which it is taken:
    1 as it stands, 0 no season.

    A day counts as many days as it is busy. Give a season to `summarise`,
    `rolling_origins` and `calibration_and_holdout`, and measure horizons with `between`:
    recency, T and gaps are then in days of a usual pace, which is what the models assume
    (a time change of the process: Daley and Vere-Jones 2003, theorem 7.4.I).
    """

    index: tuple[float, ...]
    strength: float = 1.0

    def __post_init__(self) -> None:
        if len(self.index) != len(DAYS) or not all(0 < i < np.inf for i in self.index):
            raise BadInput("A season has twelve numbers above 0, of January to December.")
        if not 0 <= self.strength < np.inf:
            raise BadInput("The strength of a season must not be negative.")

    @classmethod
    def of_months(cls, orders: Months) -> "Season":
        """Return the season of a business with these orders by month.

        `orders` are the orders of at least twelve whole months in a row by their names,
        such as {"2009-12": 1666, …}: of years before the log, or of the log itself
        (`orders_by_month`). One year alone cannot tell a season from growth. Raises
        `BadInput`.
        """
        return cls(tuple(float(share) for share in profile(orders)))

    def as_seen_in(self, orders: Months) -> "Season":
        """Return the season as strong as it has returned in other months.

        The strength is the slope of ln orders a day of the months in `orders`, whole ones
        that the season was not learned from, on ln of the season: how much of it came
        back, between 0 and 1. What was high in one year is in part chance, and less high
        in the next. With fewer than six months, or where they tell nothing, it stays.
        """
        daily = {month: rate for month, rate in rates(orders).items() if rate > 0}
        if len(daily) < ENOUGH:
            return self
        known = np.log([self._mean(month.month) for month in daily])
        seen = np.log(list(daily.values()))
        spread = known - known.mean()
        if not spread.any():
            return self
        slope = float(spread @ seen / (spread @ spread))
        return replace(self, strength=self.strength * min(max(slope, 0.0), 1.0))

    def between(self, start: date, end: date) -> float:
        """Return the usual days from one day to another: a horizon, say."""
        days = np.array([(day - EPOCH).days for day in (start, end)])
        first, last = self.at(days)
        return float(last - first)

    def at(self, days: NDArray[np.integer[Any]]) -> Floats:
        """Return where each day stands in usual days, of days since 1970, shape (n,)."""
        dates = np.asarray(days).astype("datetime64[D]")
        months = dates.astype("datetime64[M]")
        month = months.astype(np.int64) % len(DAYS)
        return np.asarray(days + self.offsets[month * ROW + (dates - months).astype(int)])

    @cached_property
    def offsets(self) -> Floats:
        """Usual days ahead of the calendar at the start of each day, shape (12 * 31,).

        By month and day of the month, both from 0; 0 on 1 January, and the year round: the
        29th of February is a usual day.
        """
        ahead = np.concatenate([[0.0], np.cumsum(self._daily() - 1)])
        found = np.zeros((len(DAYS), ROW))
        first = 0
        for month, size in enumerate(DAYS):
            found[month, :size] = ahead[first : first + size]
            found[month, size:] = ahead[first + size]
            first += size
        return found.ravel()

    def _daily(self) -> Floats:
        """Return how busy each day of a common year is, shape (365,), of mean 1."""
        size = int(DAYS.sum())
        middles = np.cumsum(DAYS) - DAYS / 2
        index = np.power(self.index, self.strength)
        busy = np.interp(np.arange(size) + 0.5, middles, index, period=size)
        return np.asarray(busy / busy.mean())

    def _mean(self, month: int) -> float:
        """Return how busy the days of a month are."""
        first = int(DAYS[: month - 1].sum())
        return float(self._daily()[first : first + DAYS[month - 1]].mean())
