"""The smallest whole number that a law reaches, for many laws at once."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tenure.arrays import Floats

# Whole numbers above this are not told apart in 64-bit floats: the answer is infinite.
MOST = 2.0**52


def smallest(
    exceeds: Callable[[Floats, Any], Any], *, size: int, most: float = MOST
) -> Floats:
    """Return the smallest y >= 0 at which `exceeds(y, who)` is false, shape (size,).

    `exceeds` is asked for some rows at a time (`who` are their indices) and falls from true
    to false as y grows. Doubles, then halves: ~2 log2(y) questions, only to rows still
    open. Infinite where it is still true at `most`.
    """
    low, high = np.full(size, -1.0), np.zeros(size)
    left = np.flatnonzero(exceeds(high, np.arange(size)))
    while len(left):
        low[left], high[left] = high[left], 2 * high[left] + 1
        high[left[high[left] > most]] = np.inf
        left = left[np.isfinite(high[left])]
        left = left[exceeds(high[left], left)]
    left = np.flatnonzero(np.isfinite(high) & (high - low > 1))
    while len(left):
        middle = np.floor((low[left] + high[left]) / 2)
        further = exceeds(middle, left)
        low[left] = np.where(further, middle, low[left])
        high[left] = np.where(further, high[left], middle)
        left = left[high[left] - low[left] > 1]
    return high


def between(
    beyond: Callable[[Floats, Any], Floats], *, size: int, level: float
) -> tuple[Floats, Floats]:
    """Return the ends between which each number lies with at least `level`, two arrays.

    `beyond(y, who)` is P(Y > y). The lower end cuts off at most half of what may be missed,
    the upper end the rest: where 0 is likely nothing lies below it, and two equal shares
    would hold far more than `level`.
    """

    def falls_short(y: Floats, who: Any) -> Any:
        return beyond(y, who) > (1 + level) / 2

    low = smallest(falls_short, size=size)
    some = np.flatnonzero((low > 0) & np.isfinite(low))
    missed = np.full(size, 1 - level)
    missed[some] -= 1 - beyond(low[some] - 1, some)

    def misses(y: Floats, who: Any) -> Any:
        return beyond(y, who) > missed[who]

    # A law whose tail has lost its last digits must not turn the ends around.
    return low, np.maximum(smallest(misses, size=size), low)
