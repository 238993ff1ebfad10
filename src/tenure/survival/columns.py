"""What a record of time under contract must satisfy."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Column, Floats, column, same_length
from tenure.checks import checked_weights, refuse
from tenure.errors import BadInput

# Leavers are told one by one to the likelihood, which a weight beyond this would drown.
MOST_LEAVERS = 5_000_000


class Followed(NamedTuple):
    """Checked columns: clients followed from age `entered` to age `duration`.

    `left` is 1 where the client left at that age and 0 where they were still there;
    `weight` is how many clients the row stands for, a whole number.
    """

    duration: Floats
    left: Floats
    entered: Floats
    weight: Floats

    def taken(self, rows: np.ndarray) -> "Followed":
        """Return some of the rows."""
        return Followed(*(values[rows] for values in self))


def checked_followed(
    duration: Column, left: Column, entered: Column, weights: Column | None
) -> Followed:
    """Return equally long arrays, or raise `BadInput`."""
    names = ("duration", "left", "entered")
    time, gone, first = same_length(
        [column(v, name=n) for v, n in zip((duration, left, entered), names, strict=True)],
        names=names,
    )
    heavy = checked_weights(weights, size=len(time))
    refuse(first < 0, "entered is negative")
    refuse(time < first, "duration is before entered")
    refuse((gone != 0) & (gone != 1), "left must be true or false")
    refuse((gone == 1) & (time == first), "whoever left was there for some time first")
    refuse(heavy != np.floor(heavy), "weights must be whole numbers: clients are counted")
    if float(heavy @ gone) > MOST_LEAVERS:
        raise BadInput(f"weights count more than {MOST_LEAVERS:,} leavers.")
    return Followed(time, gone, first, heavy)


def checked_times(values: Column, *, name: str) -> Floats:
    """Return times at or above 0, or raise `BadInput`."""
    times = column(values, name=name)
    refuse(times < 0, f"{name} is negative")
    return times
