"""Arrays as the models want them: one dimension, 64-bit floats, and distinct rows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tenure.errors import BadInput

Floats = NDArray[np.float64]
# Anything NumPy can read as one column: a list, an array, a pandas, Polars or Arrow series.
Column = Any


class Distinct(NamedTuple):
    """The different rows of some columns, and which of them each original row is."""

    columns: tuple[Floats, ...]
    place: NDArray[np.intp]

    def weigh(self, weights: Floats) -> Floats:
        """Return the total weight of each distinct row."""
        size = len(self.columns[0])
        total = np.bincount(self.place, weights=weights, minlength=size)
        return total.astype(np.float64)


def column(values: Column, *, name: str) -> Floats:
    """Return `values` as a float array of one dimension; refuse what is not finite.

    Raises `BadInput` for text, more than one dimension, NaN or infinity.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadInput(f"{name} must hold numbers.") from error
    array = np.atleast_1d(array)
    if array.ndim != 1:
        raise BadInput(f"{name} must be one column, not {array.ndim} dimensions.")
    if not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array))[0])
        raise BadInput(f"{name} must be finite; row {row} is {array[row]}.")
    return array


def same_length(columns: Sequence[Floats], *, names: Sequence[str]) -> list[Floats]:
    """Broadcast columns of length 1 to the others; refuse different lengths."""
    try:
        return list(np.broadcast_arrays(*columns))
    except ValueError as error:
        sizes = ", ".join(f"{n} {len(c)}" for n, c in zip(names, columns, strict=True))
        raise BadInput(f"The columns differ in length: {sizes}.") from error


def distinct(*columns: Floats) -> Distinct:
    """Find the distinct rows of equally long columns, sorted by the first, then the next.

    Cost: one sort per column. Fitting then depends on distinct rows, not on clients.
    """
    if not len(columns[0]):
        return Distinct(columns, np.zeros(0, dtype=np.intp))
    order = np.lexsort(columns[::-1])
    ordered = [values[order] for values in columns]
    starts = np.zeros(len(order), dtype=bool)
    starts[0] = True
    for values in ordered:
        starts[1:] |= values[1:] != values[:-1]
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.cumsum(starts) - 1
    return Distinct(tuple(values[starts] for values in ordered), place)
