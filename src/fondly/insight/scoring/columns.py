"""Columns of the wide rows as NumPy arrays, with NaN and NaT where nothing is known."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]


class Columns:
    """Named columns of one Arrow table, converted when asked for."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return int(self.rows.num_rows)

    def number(self, name: str) -> Floats:
        """Return a column as floats; NaN where it is null."""
        found = self.rows[name].to_numpy()
        return np.asarray(found, dtype=np.float64)

    def whole(self, name: str) -> NDArray[np.int64]:
        """Return a column without nulls as whole numbers."""
        return np.asarray(self.rows[name].to_numpy(), dtype=np.int64)

    def flag(self, name: str) -> Flags:
        """Return a column of yes and no."""
        return np.asarray(self.rows[name].to_numpy(), dtype=np.bool_)

    def text(self, name: str) -> Texts:
        """Return a column of text; empty where it is null."""
        found = self.rows[name].to_numpy(zero_copy_only=False).astype(object)
        found[found == None] = ""  # noqa: E711 - element by element
        return np.asarray(found, dtype=object)

    def day(self, name: str) -> NDArray[np.datetime64]:
        """Return a column of days; NaT where it is null."""
        return np.asarray(self.rows[name].to_numpy(), dtype="datetime64[D]")
