"""The four numbers of the model, and their logarithms."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats


class Parameters(NamedTuple):
    """Rates are Gamma(r, rate alpha); dropout after a purchase is Beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    @property
    def logs(self) -> Floats:
        """The point in which the search moves."""
        return np.asarray(np.log(np.array(self)))

    @property
    def mean_dropout(self) -> float:
        """Share that leaves after a first purchase: a / (a + b)."""
        return self.a / (self.a + self.b)

    @classmethod
    def from_logs(cls, point: Floats) -> "Parameters":
        """Undo `logs`."""
        return cls(*(float(v) for v in np.exp(point)))
