"""How many purchases to expect in a horizon, and how many there may well be.

Given that a client is alive at T, their rates are Gamma(r+x, rate α+T) and Gamma(s, rate
β+T), independently: a newcomer's law with other parameters. So all that follows is asked
of `later` parameters r+x, α+T, s, β+T, one set per client.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import betaln, exprel

from tenure.arrays import Floats
from tenure.pareto.parameters import Parameters
from tenure.pareto.silence import log_odds_gone

# What has fallen by e^-38 is nothing beside 64-bit floats.
NOTHING = 38.0
NODES, SHARES = np.polynomial.legendre.leggauss(32)
HALVINGS, STEPS = 25, 8
BLOCK = 8_192


class Later(NamedTuple):
    """The laws of clients alive at T: Gamma(power, rate alpha) and Gamma(s, rate beta)."""

    power: Floats
    alpha: Floats
    s: float
    beta: Floats

    @classmethod
    def of(cls, at: Parameters, x: Floats, T: Floats) -> "Later":
        """Return the laws after x purchases until T."""
        return cls(at.r + x, at.alpha + T, at.s, at.beta + T)


def expected(at: Parameters, x: Floats, T: Floats, horizon: Floats) -> Floats:
    """Return E[Y(t) | alive], t = `horizon`: Fader and Hardie (2005), equation (41).

    (r+x)/(α+T) (β+T)/(s-1) [1 - ((β+T)/(β+T+t))^(s-1)], without its last factor P(alive),
    and with the limit at s = 1, where it is a logarithm.
    """
    later = Later.of(at, x, T)
    growth = np.log1p(horizon / later.beta)
    # (1 - e^-(s-1)g)/(s-1) = g · exprel(-(s-1)g), smooth through s = 1.
    lived = later.beta * growth * exprel(-(at.s - 1) * growth)
    return np.asarray(later.power / later.alpha * lived)


def log_chance_of_none(at: Parameters, x: Floats, T: Floats, horizon: Floats) -> Floats:
    """Return ln P(Y(t) = 0 | alive): silent from T to T+t, alive then or gone before."""
    alive = (at.r + x) * np.log1p(horizon / (at.alpha + T))
    alive += at.s * np.log1p(horizon / (at.beta + T))
    gone = np.logaddexp(0.0, log_odds_gone(at, x, T, T + horizon))
    return np.asarray(np.minimum(gone - alive, 0.0))


def log_chance_of(
    at: Parameters, x: Floats, T: Floats, horizon: Floats, k: Floats
) -> Floats:
    """Return ln P(Y(t) >= k | alive) for k >= 1.

    The k-th purchase falls at u before t, and the client lives until then. With
    y = ln(u/(α+T)) that is, for the laws above,

        1/B(k, power) ∫ e^(ky) (1+e^y)^-(k+power) (1 + α/β e^y)^-s dy,  y < ln(t/α),

    log-concave and analytic for |Im y| < π: 32 Gauss-Legendre nodes on each side of its
    top, until it has fallen by e^-38.
    """
    whole = np.full(len(k), -np.inf)
    open_ = np.flatnonzero(horizon > 0)
    for start in range(0, len(open_), BLOCK):
        who = open_[start : start + BLOCK]
        later = Later.of(at, x[who], T[who])
        whole[who] = _log_tail(later, horizon[who], k[who])
    return np.asarray(np.minimum(whole, 0.0))


def log_chance(at: Parameters, x: Floats, T: Floats, horizon: Floats, y: Floats) -> Floats:
    """Return ln P(Y(t) = y | alive), as the difference of two tails for y >= 1."""
    whole, some = log_chance_of_none(at, x, T, horizon), np.flatnonzero(y > 0)
    past, age, ahead, times = (values[some] for values in (x, T, horizon, y))
    this = log_chance_of(at, past, age, ahead, times)
    more = log_chance_of(at, past, age, ahead, times + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = this + np.log(-np.expm1(np.minimum(more - this, 0.0)))
    whole[some] = np.where(np.isneginf(this), -np.inf, part)
    return whole


def _log_tail(later: Later, horizon: Floats, k: Floats) -> Floats:
    end = np.log(horizon / later.alpha)
    top = np.minimum(_mode(later, k), end)
    height = _log_density(later, k, top)
    low = _fallen(later, k, top, height, side=-1)
    high = np.minimum(_fallen(later, k, top, height, side=1), end)
    wide = Later(later.power[:, None], later.alpha[:, None], later.s, later.beta[:, None])
    integral = np.zeros_like(end)
    # To the left it falls like e^ky, to the right like e^-e^y: two pieces.
    for start, width in ((low, top - low), (top, high - top)):
        y = start[:, None] + width[:, None] * (NODES + 1) / 2
        logs = _log_density(wide, k[:, None], y) - height[:, None]
        integral += np.exp(logs) @ SHARES / 2 * width
    return np.asarray(height + np.log(integral) - betaln(k, later.power))


def _log_density(later: Later, k: Floats, y: Floats) -> Floats:
    turn = np.log(later.alpha / later.beta)
    lost = (k + later.power) * np.logaddexp(0.0, y) + later.s * np.logaddexp(0.0, y + turn)
    return np.asarray(k * y - lost)


def _slope(later: Later, k: Floats, y: Floats) -> Floats:
    turn = np.log(later.alpha / later.beta)
    lost = (k + later.power) / (1 + np.exp(-y)) + later.s / (1 + np.exp(-y - turn))
    return np.asarray(k - lost)


def _mode(later: Later, k: Floats) -> Floats:
    """Return about where the integrand is highest: its slope falls, so by bisection."""
    turn = np.maximum(np.log(later.alpha / later.beta), 0.0)
    high = np.log(k / later.power)
    low = np.log(k / (later.power + later.s)) - turn
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        rising = _slope(later, k, middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return np.asarray((low + high) / 2)


def _fallen(later: Later, k: Floats, top: Floats, height: Floats, *, side: int) -> Floats:
    """Return a point at or beyond that where the integrand has fallen by e^-38.

    Newton from far outside: the logarithm is concave, so it never passes the point, and
    stopping early only leaves the integral a little longer.
    """
    final = k if side < 0 else later.power + later.s  # the slope far out
    y = top + side * (2 * NOTHING / final + 20.0)
    for _ in range(STEPS):
        missing = _log_density(later, k, y) - (height - NOTHING)
        step = missing / _slope(later, k, y)
        y = np.where(missing < 0, y - step, y)
    return y
