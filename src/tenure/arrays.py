"""Arrays as the models want them: one dimension, 64-bit floats, and distinct rows."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tenure.errors import BadInput

Floats = NDArray[np.float64]
# Anything NumPy can read as one column: a list, an array, a pandas, Polars or Arrow series.
Column = Any
BLOCK = 8_192
# Rows in order, and which of them differ from the one before.
Sorted = tuple[NDArray[np.intp], NDArray[np.bool_]]
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


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


def by_blocks(function: Callable[..., Floats], *columns: Floats) -> Floats:
    """Return `function(*columns)`, row by row independent, evaluated block by block.

    What it makes on the way then stays in the processor's cache: for a million rows this
    is two to three times as fast, and takes no more memory than its answer.
    """
    size = len(columns[0])
    if size <= BLOCK:
        return function(*columns)
    found = np.empty(size)
    for start in range(0, size, BLOCK):
        block = slice(start, start + BLOCK)
        found[block] = function(*(values[block] for values in columns))
    return found


def distinct(*columns: Floats) -> Distinct:
    """Find the distinct rows of equally long columns, in an order that theirs alone fixes.

    One sort of whole numbers: a hash of each row above its number, in 64 bits. The order of
    the answer looks random, so that every n-th of it is a fair sample. Two different rows
    with one hash are noticed, and sorted column by column instead.
    """
    size = len(columns[0])
    if not size:
        return Distinct(columns, np.zeros(0, dtype=np.intp))
    for rank in (_by_hash, _by_value):
        order, starts = rank(columns)
        group = np.cumsum(starts, dtype=np.intp)
        group -= 1
        place = np.empty_like(group)
        place[order] = group
        first = order[starts]
        found = tuple(values[first] for values in columns)
        pairs = zip(found, columns, strict=True)
        if all(_is_same(few, place, values) for few, values in pairs):
            break
    return Distinct(found, place)


def _blocks(size: int) -> Iterator[slice]:
    """Give some rows at a time: a whole column more is slower to get than to fill."""
    for start in range(0, size, BLOCK):
        yield slice(start, min(start + BLOCK, size))


def _is_same(few: Floats, place: NDArray[np.intp], values: Floats) -> bool:
    """Tell whether the distinct values, each at its places, are the values."""
    blocks = _blocks(len(values))
    return all(np.array_equal(few[place[block]], values[block]) for block in blocks)


def _by_hash(columns: Sequence[Floats]) -> Sorted:
    """Order rows by the upper bits of a hash; the lower ones carry the row's number."""
    size = len(columns[0])
    numbers = np.uint64((1 << size.bit_length()) - 1)
    packed = np.empty(size, dtype=np.uint64)
    for block in _blocks(size):
        mixed = np.zeros(block.stop - block.start, dtype=np.uint64)
        for values in columns:
            # Adding 0 makes one zero of two. Fibonacci hashing: Knuth, volume 3, 6.4.
            mixed ^= (values[block] + 0.0).view(np.uint64)
            mixed *= MULTIPLIER
            mixed ^= mixed >> np.uint64(32)
        mixed *= MULTIPLIER
        rows = np.arange(block.start, block.stop, dtype=np.uint64)
        packed[block] = (mixed & ~numbers) | rows
    packed.sort()
    starts = np.ones(size, dtype=bool)
    for block in _blocks(size - 1):
        later = slice(block.start + 1, block.stop + 1)
        np.greater(packed[later] ^ packed[block], numbers, out=starts[later])
    packed &= numbers
    return packed.view(np.intp), starts


def _by_value(columns: Sequence[Floats]) -> Sorted:
    order = np.lexsort(columns[::-1])
    starts = np.zeros(len(order), dtype=bool)
    starts[0] = True
    for values in columns:
        ordered = values[order]
        starts[1:] |= ordered[1:] != ordered[:-1]
    return order, starts
