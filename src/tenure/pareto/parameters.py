"""The four numbers of the model."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats


class Parameters(NamedTuple):
    """Purchase rates are Gamma(r, rate alpha); rates of leaving Gamma(s, rate beta)."""

    r: float
    alpha: float
    s: float
    beta: float

    @classmethod
    def from_logs(cls, point: Floats) -> "Parameters":
        """Undo the logarithms in which the search moves."""
        return cls(*(float(v) for v in np.exp(point)))

    def share_gone(self, time: float) -> float:
        """Return the share of newcomers who have left after `time`, equation (9)."""
        return float(-np.expm1(-self.s * np.log1p(time / self.beta)))
