"""Arrow columns as NumPy arrays and back, without a copy.

Arrow's own conversions import pandas where it is installed, which takes more memory than
a million orders do.
"""

from typing import Any

import numpy as np
import pyarrow as pa

DAYS = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def values(column: pa.Array) -> np.ndarray:
    """Return the numbers of a column without nulls."""
    return np.from_dlpack(column)


def days(column: pa.Array) -> np.ndarray:
    """Return dates or times without a zone as days since 1970, whole numbers of 32 bits."""
    if pa.types.is_date32(column.type):
        return values(column.view(pa.int32()))
    ticks = values(column.view(pa.int64()))
    return (ticks // DAYS[column.type.unit]).astype(np.int32)


def array(numbers: np.ndarray, kind: Any = None) -> pa.Array:
    """Return numbers as a column; of `kind`, as wide as they are, if given."""
    kind = kind or pa.from_numpy_dtype(numbers.dtype)
    kept = np.ascontiguousarray(numbers)
    return pa.Array.from_buffers(kind, len(kept), [None, pa.py_buffer(kept)])
