"""How much reciprocity, answer times and meetings called off say: a small logistic part.

Its weights are learned from who came back within 91 days, by what was known before, with a
prior that the data must outweigh; where there are too few to learn from, the prior stands.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from fondly.insight.scoring.columns import Flags, Floats
from fondly.insight.scoring.history import WEEK
from fondly.insight.scoring.ties.known import Earlier
from fondly.insight.signals.horizon import HORIZON
from tenure import BGCNBD

# In log-odds: for all alike, for reciprocity from -1 to 1, for answers e times as slow
# (theirs, ours), for the logarithm of 1 + meetings called off.
ASSUMED = (0.0, 0.6, -0.3, -0.15, -0.5)
DOUBT = (0.5, 0.4, 0.3, 0.3, 0.3)  # one standard deviation of each
FEWEST, FEWEST_EACH = 100, 20  # clients; who came back, and who did not
STEPS = 25


class Weights(NamedTuple):
    """The weights in the order of `MOVERS`, their covariance, and on whom they rest."""

    values: list[float]
    covariance: list[list[float]]
    clients: int = 0
    returned: int = 0

    @property
    def is_learned(self) -> bool:
        """Tell whether they were learned here, not assumed."""
        return self.clients > 0


def assumed() -> Weights:
    """Return what is assumed where there is too little to learn from."""
    return Weights(list(ASSUMED), np.diag(np.square(DOUBT)).tolist())


def learn_weights(law: BGCNBD | None, earlier: Earlier) -> Weights:
    """Return the weights that earlier months teach, by the law as it was known then."""
    returned = int(earlier.returned.sum())
    stayed_away = len(earlier.returned) - returned
    if law is None or returned + stayed_away < FEWEST:
        return assumed()
    if min(returned, stayed_away) < FEWEST_EACH:
        return assumed()
    history = earlier.history
    base = law.reasons(history.x, history.recency, history.age).score
    chance = _chance(law, history.x, history.age)
    values, covariance = _fitted(base, chance, earlier.movers, earlier.returned)
    return Weights(values.tolist(), covariance.tolist(), returned + stayed_away, returned)


def _chance(law: BGCNBD, x: Floats, age: Floats) -> Floats:
    """Return the chance that one who is active speaks within the horizon: the rate is
    Gamma(r + x, alpha + age)."""
    at = law.parameters_
    ahead = HORIZON / WEEK
    return np.asarray(-np.expm1(-(at.r + x) * np.log1p(ahead / (at.alpha + age))))


def _fitted(
    base: Floats, chance: Floats, movers: Floats, returned: Flags
) -> tuple[Floats, Floats]:
    """Return the weights of the greatest posterior, and their covariance there.

    P(spoke) = expit(base + movers·w) · chance. Fisher scoring, each step halved until the
    posterior does not fall: it is as exact as Newton here, and never leaves the prior far.
    """
    prior, precision = np.array(ASSUMED), np.diag(1 / np.square(DOUBT))
    at, best = prior, -np.inf
    step = np.zeros_like(prior)
    information = precision
    for _ in range(STEPS):
        for _halving in range(STEPS):
            odds = base + movers @ (at + step)
            p = np.clip(expit(odds) * chance, 1e-12, 1 - 1e-12)
            apart = at + step - prior
            height = float(np.log(np.where(returned, p, 1 - p)).sum())
            height -= float(apart @ precision @ apart) / 2
            if height >= best:
                break
            step = step / 2
        is_done = height - best < 1e-10
        at, best = at + step, max(height, best)
        slope = chance * expit(odds) * expit(-odds)
        pull = slope * (returned - p) / (p * (1 - p))
        information = (movers.T * (slope**2 / (p * (1 - p)))) @ movers + precision
        step = np.linalg.solve(information, movers.T @ pull - precision @ (at - prior))
        if is_done:
            break
    return np.asarray(at), np.linalg.inv(information).astype(np.float64)
