"""What a record of renewals must satisfy, and how it is pressed into a life table."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Column, Floats, column, distinct, same_length
from tenure.checks import checked_weights, refuse
from tenure.errors import BadInput

# Survival is evaluated at each different number of periods only, so this is generous.
MOST_PERIODS = 10_000_000


class Contracts(NamedTuple):
    """Checked columns: periods under contract that ended, and whether the last was it.

    `periods` counts chances to leave that a client has had; `left` is 1 where the client
    took the last of them, and 0 where they renewed every time and are still there.
    """

    periods: Floats
    left: Floats


class LifeTable(NamedTuple):
    """How many clients stand behind each different (periods, left)."""

    periods: Floats
    left: Floats
    weight: Floats

    @property
    def clients(self) -> float:
        """How many clients there are in all."""
        return float(self.weight.sum())

    @property
    def leavers(self) -> float:
        """How many of them left."""
        return float(self.weight @ self.left)


def checked_contracts(periods: Column, left: Column) -> Contracts:
    """Return the two columns as equally long arrays, or raise `BadInput`."""
    names = ("periods", "left")
    n, gone = same_length(
        [checked_periods(periods), column(left, name=names[1])], names=names
    )
    refuse((gone != 0) & (gone != 1), "left must be 0 or 1")
    refuse((gone == 1) & (n == 0), "whoever left has had at least one period")
    return Contracts(n, gone)


def checked_periods(periods: Column, *, name: str = "periods") -> Floats:
    """Return whole numbers at or above 0, or raise `BadInput`."""
    n = column(periods, name=name)
    refuse(n < 0, f"{name} is negative")
    refuse(n != np.floor(n), f"{name} must be a whole number")
    refuse(n > MOST_PERIODS, f"{name} is above {MOST_PERIODS:,}")
    return n


def life_table(history: Contracts, weights: Column | None) -> LifeTable:
    """Compress to distinct rows; refuse what says nothing at all."""
    heavy = checked_weights(weights, size=len(history.periods))
    kept = (heavy > 0) & (history.periods > 0)
    if not kept.any():
        raise BadInput("Nobody has had a chance to leave yet: there is nothing to learn.")
    groups = distinct(*(values[kept] for values in history))
    periods, left = groups.columns
    return LifeTable(periods, left, groups.weigh(heavy[kept]))


def from_survivors(survivors: Column) -> LifeTable:
    """Return (periods, left, weight) of a cohort counted after 0, 1, 2, … periods.

    The form in which papers print retention: whoever is missing from one count to the next
    left in that period, and the last count are still there. Counts must not rise.
    """
    counts = column(survivors, name="survivors")
    lost = -np.diff(counts)
    refuse(np.append(lost < 0, counts[-1] < 0), "survivors must fall and stay above 0")
    ended = np.arange(1.0, len(counts))
    return LifeTable(
        np.append(ended, ended[-1:]),
        np.append(np.ones(len(ended)), np.zeros(len(ended[-1:]))),
        np.append(lost, counts[1:][-1:]),
    )
