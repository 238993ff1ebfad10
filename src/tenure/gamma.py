"""Differences of logarithms of gamma functions that keep their digits."""

import numpy as np
from scipy.special import gammaln

from tenure.arrays import Floats

# From here on Stirling's series, cut after z^-7, is exact to the last digit.
LARGE = 32.0


def log_rising(z: Floats, steps: Floats) -> Floats:
    """Return ln Γ(z + steps) - ln Γ(z) for z > 0, steps >= 0; arrays of one shape.

    For large z the two logarithms share most of their digits, and their difference has
    lost them; Stirling's series (Abramowitz and Stegun, 6.1.41) is subtracted term by term.
    """
    z, steps = np.broadcast_arrays(np.asarray(z, float), np.asarray(steps, float))
    far = z >= LARGE
    base = np.where(far, z, LARGE)
    end = base + steps
    series = (
        (base - 0.5) * np.log1p(steps / base)
        + steps * (np.log(end) - 1)
        + _tail(end)
        - _tail(base)
    )
    near = np.where(far, 1.0, z)
    return np.asarray(np.where(far, series, gammaln(near + steps) - gammaln(near)))


def _tail(z: Floats) -> Floats:
    w = 1 / z**2
    return np.asarray((1 / 12 - w * (1 / 360 - w * (1 / 1260 - w / 1680))) / z)
