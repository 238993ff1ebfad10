"""What a record of chances taken must satisfy before the model sees it."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Column, Floats, column, distinct, same_length
from tenure.checks import checked_weights, refuse
from tenure.errors import BadInput

# Every chance after the last purchase is a term of the sum.
MOST_PERIODS = 1_000_000


class Chances(NamedTuple):
    """Checked columns: chances taken, which was the last taken, chances there were."""

    frequency: Floats
    recency: Floats
    periods: Floats


class Rows(NamedTuple):
    """Distinct records and how many clients each stands for."""

    x: Floats
    t_x: Floats
    n: Floats
    weight: Floats


def checked_chances(frequency: Column, recency: Column, periods: Column) -> Chances:
    """Return the three columns as equally long arrays, or raise `BadInput`."""
    values = (frequency, recency, periods)
    names = Chances._fields
    x, t_x, n = same_length(
        [column(v, name=name) for v, name in zip(values, names, strict=True)], names=names
    )
    for name, whole in zip(names, (x, t_x, n), strict=True):
        refuse(whole < 0, f"{name} is negative")
        refuse(whole != np.floor(whole), f"{name} must be a whole number")
    refuse(n > MOST_PERIODS, f"periods is above {MOST_PERIODS:,}")
    refuse(t_x > n, "recency is later than periods")
    refuse(x > t_x, "frequency is more than the chances up to recency")
    refuse((x == 0) & (t_x != 0), "recency must be 0 where frequency is 0")
    return Chances(x, t_x, n)


def compressed(history: Chances, weights: Column | None) -> Rows:
    """Return distinct rows; refuse what cannot be fitted at all."""
    heavy = checked_weights(weights, size=len(history.periods))
    kept = (heavy > 0) & (history.periods > 0)
    if not (history.frequency[kept] > 0).any():
        raise BadInput("Nobody has bought twice: there are no repeat buyers to learn from.")
    groups = distinct(*(values[kept] for values in history))
    x, t_x, n = groups.columns
    return Rows(x, t_x, n, groups.weigh(heavy[kept]))
