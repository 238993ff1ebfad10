"""Differences of ln Γ and of its derivatives that keep their digits."""

import numpy as np
from scipy.special import digamma, gammaln, polygamma

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


def digamma_rise(z: Floats, steps: Floats) -> Floats:
    """Return ψ(z + steps) - ψ(z) for z > 0, steps >= 0; arrays of one shape."""
    z, steps = np.broadcast_arrays(np.asarray(z, float), np.asarray(steps, float))
    base, growth = _far(z, steps)
    # ψ(z) = ln z - 1/(2z) - 1/(12z²) + 1/(120z⁴) - 1/(252z⁶): ibid. 6.3.18.
    series = growth - _power(base, growth, 1) / 2 - _power(base, growth, 2) / 12
    series += _power(base, growth, 4) / 120 - _power(base, growth, 6) / 252
    near = np.where(z >= LARGE, 1.0, z)
    return np.asarray(np.where(z >= LARGE, series, digamma(near + steps) - digamma(near)))


def trigamma_rise(z: Floats, steps: Floats) -> Floats:
    """Return ψ'(z + steps) - ψ'(z) for z > 0, steps >= 0; arrays of one shape."""
    z, steps = np.broadcast_arrays(np.asarray(z, float), np.asarray(steps, float))
    base, growth = _far(z, steps)
    # ψ'(z) = 1/z + 1/(2z²) + 1/(6z³) - 1/(30z⁵) + 1/(42z⁷): ibid. 6.4.12.
    series = _power(base, growth, 1) + _power(base, growth, 2) / 2
    series += _power(base, growth, 3) / 6 - _power(base, growth, 5) / 30
    series += _power(base, growth, 7) / 42
    near = np.where(z >= LARGE, 1.0, z)
    plain = polygamma(1, near + steps) - polygamma(1, near)
    return np.asarray(np.where(z >= LARGE, series, plain))


def _far(z: Floats, steps: Floats) -> tuple[Floats, Floats]:
    base = np.maximum(z, LARGE)
    return base, np.log1p(steps / base)


def _power(base: Floats, growth: Floats, power: int) -> Floats:
    """Return (z + steps)^-power - z^-power."""
    return np.asarray(np.expm1(-power * growth) * base**-power)


def _tail(z: Floats) -> Floats:
    w = 1 / z**2
    return np.asarray((1 / 12 - w * (1 / 360 - w * (1 / 1260 - w / 1680))) / z)
