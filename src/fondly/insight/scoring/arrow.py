"""Between Arrow columns and NumPy arrays, by their buffers.

Arrow's own `to_numpy`, `array` and `fill_null` import pandas on first use, which takes
longer than fitting a model on 100,000 clients.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def values(column: Any, kind: Any, *, unknown: Any) -> NDArray[Any]:
    """Return a column of numbers, cast to `kind`, as an array of our own."""
    array = column.cast(kind).combine_chunks()
    size, start = len(array), array.offset
    dtype = np.dtype(kind.to_pandas_dtype())
    if not size:
        return np.empty(0, dtype=dtype)
    known, held = array.buffers()
    found = np.frombuffer(held, dtype=dtype, count=start + size)[start:].copy()
    if array.null_count:
        bits = np.frombuffer(known, dtype=np.uint8)
        is_known = np.unpackbits(bits, count=start + size, bitorder="little")[start:]
        found[is_known == 0] = unknown
    return found


def numbers(given: NDArray[np.float64]) -> Any:
    """Return floats as an Arrow array; NaN is null."""
    whole = np.ascontiguousarray(given, dtype=np.float64)
    known = np.packbits(~np.isnan(whole), bitorder="little")
    return pa.Array.from_buffers(
        pa.float64(), len(whole), [pa.py_buffer(known), pa.py_buffer(whole)]
    )


def constant(value: int, *, size: int) -> Any:
    """Return a column that holds the same whole number everywhere."""
    return wholes(np.full(size, value, dtype=np.int64))


def wholes(given: NDArray[np.int64]) -> Any:
    """Return whole numbers as an Arrow array."""
    whole = np.ascontiguousarray(given, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(whole), [None, pa.py_buffer(whole)])


def texts(given: Sequence[str]) -> Any:
    """Return words as an Arrow array."""
    words = [word.encode() for word in given]
    ends = np.zeros(len(words) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(map(len, words), np.int32, len(words)), out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(words))]
    return pa.Array.from_buffers(pa.string(), len(words), buffers)


def days(ahead: NDArray[np.float64], *, as_of: date) -> Any:
    """Return days counted from `as_of`, rounded up, as an Arrow column; NaN is null."""
    start = (as_of - date(1970, 1, 1)).days
    return (
        numbers(np.ceil(ahead) + start).cast(pa.int64()).cast(pa.int32()).cast(pa.date32())
    )
