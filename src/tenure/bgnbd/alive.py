"""The odds that a client is still active, in parts, and when silence will change them."""

from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit, ndtri

from tenure.arrays import Floats
from tenure.bgnbd.parameters import Parameters
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


def reasons(at: Parameters, history: History) -> Reasons:
    """Split ln P/(1-P), from Fader, Hardie and Lee (2008), P(alive) of the BG/NBD.

    The note gives P = 1 / (1 + a/(b+x-1) ((α+T)/(α+t_x))^(r+x)) for x > 0, so the log-odds
    are ln(b/a), the same for everyone, plus ln((b+x-1)/b), which the first repeat purchase
    leaves at 0 and each further one raises, less (r+x) ln((α+T)/(α+t_x)), the silence.
    With x = 0 the model lets nobody leave: the odds are infinite.
    """
    x = np.maximum(history.frequency, 1.0)
    once = history.frequency == 0
    population = np.where(once, np.inf, np.log(at.b) - np.log(at.a))
    frequency = np.where(once, 0.0, np.log1p((x - 1) / at.b))
    silence = -(at.r + history.frequency) * _ratio(at, history)
    return Reasons(population, frequency, np.where(once, 0.0, silence) + 0.0)


def interval(
    at: Parameters, covariance: Floats, history: History, *, level: float
) -> tuple[Floats, Floats]:
    """Return the ends of P(alive) that parameter uncertainty allows.

    The delta method on the log-odds, whose gradient in the logarithms of the parameters is
    exact; `covariance` is that of the logarithms.
    """
    score = reasons(at, history).score
    power = at.r + history.frequency
    behind = (history.T - history.recency) / (
        (at.alpha + history.T) * (at.alpha + history.recency)
    )
    bottom = np.maximum(at.b + history.frequency - 1, at.b)
    slopes = np.stack(
        [
            -at.r * _ratio(at, history),
            at.alpha * power * behind,
            np.full_like(score, -1.0),
            at.b / bottom,
        ]
    )
    variance = np.einsum("in,ij,jn->n", slopes, covariance, slopes)
    reach = ndtri((1 + level) / 2) * np.sqrt(np.maximum(variance, 0.0))
    return expit(score - reach), expit(score + reach)


def age_at(at: Parameters, history: History, *, threshold: float) -> Floats:
    """Return the T at which a client who stays silent falls to `threshold`.

    Solves the log-odds for T in closed form; infinite for those without a repeat purchase,
    and never before the last purchase.
    """
    x = np.maximum(history.frequency, 1.0)
    room = np.log(at.b) - np.log(at.a) + np.log1p((x - 1) / at.b) - logit(threshold)
    with np.errstate(over="ignore"):
        stretch = np.exp(np.maximum(room, 0.0) / (at.r + x))
        age = history.recency + (at.alpha + history.recency) * (stretch - 1)
    return np.where(history.frequency == 0, np.inf, age)


def _ratio(at: Parameters, history: History) -> Floats:
    """ln((α+T)/(α+t_x)), exact for a short silence."""
    _, t_x, T = history
    return np.asarray(np.log1p((T - t_x) / (at.alpha + t_x)))
