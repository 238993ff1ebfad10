"""What a purchase history must satisfy before a model sees it."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Column, Floats, column, same_length
from tenure.errors import BadInput

# Rising factorials are summed term by term up to the largest frequency.
LARGEST_FREQUENCY = 10_000_000


class History(NamedTuple):
    """Checked columns: repeat purchases, time of the last one, time observed."""

    frequency: Floats
    recency: Floats
    T: Floats


def checked_history(frequency: Column, recency: Column, T: Column) -> History:
    """Return the three columns as equally long arrays, or raise `BadInput`.

    `frequency` counts repeat purchases (whole numbers); `recency` and `T` are measured
    from the first purchase in one unit of time, 0 <= recency <= T.
    """
    names = ("frequency", "recency", "T")
    x, t_x, age = same_length(
        [column(v, name=n) for v, n in zip((frequency, recency, T), names, strict=True)],
        names=names,
    )
    _check_frequency(x)
    refuse(t_x < 0, "recency is negative")
    refuse(t_x > age, "recency is later than T")
    refuse((x == 0) & (t_x != 0), "recency must be 0 where frequency is 0")
    refuse((x > 0) & (t_x == 0), "a repeat purchase needs a recency above 0")
    return History(x, t_x, age)


def checked_spend(frequency: Column, monetary: Column) -> tuple[Floats, Floats]:
    """Return purchases averaged and their mean value as arrays, or raise `BadInput`.

    Where `frequency` is 0 the value is ignored; elsewhere it must be above 0.
    """
    names = ("frequency", "monetary")
    x, mean = same_length(
        [column(frequency, name=names[0]), column(monetary, name=names[1])], names=names
    )
    _check_frequency(x)
    refuse((x > 0) & (mean <= 0), "monetary must be above 0 where there are purchases")
    return x, mean


def checked_weights(weights: Column | None, *, size: int) -> Floats:
    """Return one weight per row (how many clients it stands for), 1 by default."""
    if weights is None:
        return np.ones(size)
    heavy = column(weights, name="weights")
    if len(heavy) != size:
        raise BadInput(f"There are {len(heavy)} weights for {size} rows.")
    refuse(heavy < 0, "weights is negative")
    return heavy


def checked_level(level: float) -> float:
    """Return the level of an interval, strictly between 0 and 1."""
    if not 0 < level < 1:
        raise BadInput("level must lie between 0 and 1.")
    return level


def checked_horizon(horizon: Column) -> Floats:
    """Return the horizon as an array of times at or above 0."""
    ahead = column(horizon, name="horizon")
    refuse(ahead < 0, "horizon is negative")
    return ahead


def checked_ahead(
    horizon: Column, frequency: Column, recency: Column, T: Column
) -> tuple[Floats, History]:
    """Give every client a checked horizon, and every horizon a client."""
    history = checked_history(frequency, recency, T)
    names = ("horizon", *History._fields)
    ahead, *rest = same_length([checked_horizon(horizon), *history], names=names)
    return ahead, History(*rest)


def checked_counts(counts: Column) -> Floats:
    """Return numbers of purchases as an array, or raise `BadInput`."""
    x = column(counts, name="frequency")
    _check_frequency(x)
    return x


def checked_ages(T: Column) -> Floats:
    """Return the times observed as an array of times at or above 0."""
    ages = column(T, name="T")
    refuse(ages < 0, "T is negative")
    return ages


def _check_frequency(x: Floats) -> None:
    refuse(x < 0, "frequency is negative")
    refuse(x != np.floor(x), "frequency must be a whole number")
    refuse(x > LARGEST_FREQUENCY, f"frequency is above {LARGEST_FREQUENCY:,}")


def refuse(bad: np.ndarray, words: str) -> None:
    """Raise `BadInput` with the words and the first bad row, if there is one."""
    if bad.any():
        rows = np.flatnonzero(bad)
        raise BadInput(f"{words} ({len(rows):,} rows, the first is row {rows[0]}).")
