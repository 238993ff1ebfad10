"""The four numbers of the model, their logarithms, and which of the family it is."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats


class Kind(NamedTuple):
    """Which of the family: a gap has `k` stages; with `m` = 1 the first purchase may be
    the last, with 0 one leaves only after a repeat purchase."""

    k: int = 1
    m: int = 0


BG = Kind()


class Parameters(NamedTuple):
    """Rates (of stages) are Gamma(r, rate alpha); dropout at a chance is Beta(a, b)."""

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
