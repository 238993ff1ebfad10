"""The odds that a client is still active, in parts, and when silence will change them."""

from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv, expit, logit, ndtri

from tenure.arrays import Floats
from tenure.bgnbd.parameters import BG, Kind, Parameters
from tenure.bgnbd.stages import slopes, stages
from tenure.checks import History


class Reasons(NamedTuple):
    """Log-odds of being active; `score` is population + frequency + silence exactly."""

    population: Floats
    frequency: Floats
    silence: Floats

    @property
    def score(self) -> Floats:
        """The log-odds themselves: `probability_alive` is expit of it."""
        return self.population + self.frequency + self.silence


def reasons(at: Parameters, history: History, kind: Kind = BG) -> Reasons:
    """Split ln P/(1-P) into three parts that add up to it.

    From the likelihood, alive against gone is S : e^s (k = 1, m = 0: Fader, Hardie and Lee
    2008, P(alive) of the BG/NBD). So the log-odds are ln(b/a), the same for everyone, plus
    ln((b+n-1)/b) with n = x+m chances to leave, which the first one leaves at 0 and each
    further one raises, less (r+kx) ln((α+T)/(α+t_x)) - ln S, the silence. With n = 0 the
    model lets nobody leave: the odds are infinite.
    """
    chances = np.maximum(history.frequency + kind.m, 1.0)
    never = history.frequency + kind.m == 0
    population = np.where(never, np.inf, np.log(at.b) - np.log(at.a))
    frequency = np.where(never, 0.0, np.log1p((chances - 1) / at.b))
    return Reasons(population, frequency, np.where(never, 0.0, _silence(at, history, kind)))


def interval(
    at: Parameters, covariance: Floats, history: History, *, level: float, kind: Kind = BG
) -> tuple[Floats, Floats]:
    """Return the ends of P(alive) that parameter uncertainty allows.

    The delta method on the log-odds, whose gradient in the logarithms of the parameters is
    exact; `covariance` is that of the logarithms.
    """
    x, t_x, T = history
    score = reasons(at, history, kind).score
    power = at.r + kind.k * x
    early, late = 1 / (at.alpha + t_x), 1 / (at.alpha + T)
    bottom = np.maximum(at.b + x + kind.m - 1, at.b)
    gap = np.zeros((2, 1))
    if kind.k > 1:
        shares = stages(power, (T - t_x) * late, kind.k).shares
        gap = slopes(power, late, shares).first
    bends = np.stack(
        [
            at.r * (gap[0] - _ratio(at, history)),
            at.alpha * (gap[1] + power * (T - t_x) * early * late),
            np.full_like(score, -1.0),
            at.b / bottom,
        ]
    )
    variance = np.einsum("in,ij,jn->n", bends, covariance, bends)
    reach = ndtri((1 + level) / 2) * np.sqrt(np.maximum(variance, 0.0))
    return expit(score - reach), expit(score + reach)


def age_at(
    at: Parameters, history: History, *, threshold: float, kind: Kind = BG
) -> Floats:
    """Return the T at which a client who stays silent falls to `threshold`.

    Solves the log-odds for T in closed form; infinite for those who cannot have left, and
    never before the last purchase.
    """
    chances = np.maximum(history.frequency + kind.m, 1.0)
    room = np.log(at.b) - np.log(at.a) + np.log1p((chances - 1) / at.b) - logit(threshold)
    age = age_after(at, history, np.maximum(room, 0.0), kind)
    return np.where(history.frequency + kind.m == 0, np.inf, age)


def age_after(at: Parameters, history: History, cost: Floats, kind: Kind) -> Floats:
    """Return the T at which silence has cost `cost` in log-odds.

    e^-cost = S (1-u)^(r+kx) is a regularised beta function of 1-u = (α+t_x)/(α+T) with the
    parameters r+kx and k, whose inverse is known; for k = 1 it is a power.
    """
    power = at.r + kind.k * history.frequency
    with np.errstate(over="ignore", divide="ignore"):
        if kind.k == 1:
            further = np.expm1(cost / power)
        else:
            further = 1 / betaincinv(power, float(kind.k), np.exp(-cost)) - 1
        return np.asarray(history.recency + (at.alpha + history.recency) * further)


def _silence(at: Parameters, history: History, kind: Kind) -> Floats:
    x, t_x, T = history
    power = at.r + kind.k * x
    if kind.k == 1:  # S is 1
        return np.asarray(-power * _ratio(at, history) + 0.0)
    total = stages(power, (T - t_x) / (at.alpha + T), kind.k).log_total
    # Rounding must not let silence speak for a client; adding 0 makes one zero of two.
    return np.minimum(total - power * _ratio(at, history), 0.0) + 0.0


def _ratio(at: Parameters, history: History) -> Floats:
    """ln((α+T)/(α+t_x)), exact for a short silence."""
    _, t_x, T = history
    return np.asarray(np.log1p((T - t_x) / (at.alpha + t_x)))
