"""Columns of the wide rows as NumPy arrays, with NaN and NaT where nothing is known."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fondly.insight.scoring.arrow import values

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]
NAT = np.iinfo(np.int64).min


class Columns:
    """Named columns of one Arrow table, converted when asked for."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return int(self.rows.num_rows)

    def number(self, name: str) -> Floats:
        """Return a column as floats; NaN where it is null."""
        return values(self.rows[name], pa.float64(), unknown=float("nan"))

    def whole(self, name: str) -> Wholes:
        """Return a column without nulls as whole numbers."""
        return values(self.rows[name], pa.int64(), unknown=0)

    def flag(self, name: str) -> Flags:
        """Return a column of yes and no."""
        return values(self.rows[name], pa.uint8(), unknown=0).astype(np.bool_)

    def text(self, name: str) -> Texts:
        """Return a column of text; empty where it is null."""
        found = np.empty(len(self), dtype=object)
        found[:] = [text or "" for text in self.rows[name].to_pylist()]
        return found

    def day(self, name: str) -> NDArray[np.datetime64]:
        """Return a column of days; NaT where it is null."""
        days = self.rows[name].cast(pa.date32()).cast(pa.int32())
        return values(days, pa.int64(), unknown=NAT).view("datetime64[D]")
