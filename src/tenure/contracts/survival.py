"""Survival of the beta-discrete-Weibull law, with its derivatives.

Each client leaves with a probability θ of their own at the first chance, Beta(α, β) over
clients, and S(t | θ) = (1-θ)^(t^c): with c > 1 a client becomes likelier to leave with
every period, with c < 1 less likely, and with c = 1 this is the shifted beta-geometric.
Fader, Hardie, Liu, Davin and Steenburgh (2018), "How to project customer retention"
revisited: the role of duration dependence, equation (9):

    S(t) = B(α, β + t^c) / B(α, β).
"""

from typing import NamedTuple

import numpy as np
from scipy.special import polygamma

from tenure.arrays import Floats
from tenure.gamma import digamma_rise, log_rising, trigamma_rise

# t^c is held below this: survival is then a matter of ln t^c alone, and finite.
LONGEST = 1e145


class Parameters(NamedTuple):
    """First-period dropout is Beta(alpha, beta); c bends it over a client's time."""

    alpha: float
    beta: float
    c: float = 1.0

    @property
    def logs(self) -> Floats:
        """The point in which the search moves."""
        return np.asarray(np.log(np.array(self)))

    @classmethod
    def from_logs(cls, point: Floats) -> "Parameters":
        """Undo `logs`; a missing third coordinate is c = 1."""
        return cls(*(float(v) for v in np.exp(point)))

    @property
    def mean_dropout(self) -> float:
        """Share that leaves at the first chance: alpha / (alpha + beta)."""
        return self.alpha / (self.alpha + self.beta)


class Curve(NamedTuple):
    """ln S with derivatives in ln α, ln β, ln c: shapes (n,), (3, n), (3, 3, n)."""

    value: Floats
    slope: Floats
    bend: Floats


def log_survival(at: Parameters, periods: Floats) -> Floats:
    """Return ln S(t) at t = `periods`, of any shape."""
    effort = _effort(at, periods)
    # B(α, β+u)/B(α, β) is symmetric in α and u; the lesser is the one to rise by, so that
    # neither a long stay nor clients who are all alike cost digits.
    few, many = np.minimum(effort, at.alpha), np.maximum(effort, at.alpha)
    return log_rising(np.array(at.beta), few) - log_rising(at.beta + many, few)


def curve(at: Parameters, periods: Floats) -> Curve:
    """Return ln S and its first two derivatives in the logarithms of the parameters."""
    total, effort = at.alpha + at.beta, _effort(at, periods)
    few, many = np.minimum(effort, at.alpha), np.maximum(effort, at.alpha)
    alpha, beta = np.array(at.alpha), np.array(at.beta)
    rise = digamma_rise(np.array(total), effort)
    rise2 = trigamma_rise(np.array(total), effort)
    # As in `log_survival`: the lesser of α and u is the one to rise by.
    kept = digamma_rise(beta, few) - digamma_rise(beta + many, few)
    kept2 = trigamma_rise(beta, few) - trigamma_rise(beta + many, few)
    step, step2 = digamma_rise(beta + effort, alpha), trigamma_rise(beta + effort, alpha)
    # u = t^c: du/d ln c = u c ln t, and d²u/d(ln c)² = that times (c ln t + 1).
    speed = at.c * np.log(np.maximum(periods, 1.0))
    first = effort * speed
    slope = np.stack(
        [-at.alpha * rise, at.beta * kept, -first * step],
    )
    bend = np.zeros((3, 3, len(periods)))
    bend[0, 0] = -(at.alpha**2) * rise2 + slope[0]
    bend[0, 1] = bend[1, 0] = -at.alpha * at.beta * rise2
    bend[1, 1] = at.beta**2 * kept2 + slope[1]
    bend[0, 2] = bend[2, 0] = -at.alpha * polygamma(1, total + effort) * first
    bend[1, 2] = bend[2, 1] = -at.beta * step2 * first
    bend[2, 2] = -step2 * first**2 + slope[2] * (speed + 1)
    return Curve(log_survival(at, periods), slope, bend)


def _effort(at: Parameters, periods: Floats) -> Floats:
    """Return t^c, where t = 0 and t = 1 stay themselves."""
    with np.errstate(over="ignore"):
        return np.minimum(np.asarray(periods, dtype=np.float64) ** at.c, LONGEST)
