"""Probability still active where there is too little to fit: the same law, with a prior.

For businesses with few clients who came back, and for those whose history does not yet
show that anybody leaves. Rates and chances of leaving differ between clients as in Fader,
Hardie and Lee (2005), but r, a and b are assumed and alpha follows from the usual gap of
all clients together.
"""

import numpy as np
from scipy.special import betaincinv, expit, gammaincinv

from fondly.insight.scoring.columns import Floats
from tenure import Parameters

FEWEST_OWN_GAPS = 2  # one gap alone says nothing of a client's own pace
FEWEST_GAPS = 10  # over all clients, before anything is said of any of them
# A rate known as if from two orders, one client in five leaving after an order.
R, A, B = 2.0, 1.0, 4.0
NODES = 12
CHUNK = 20_000


def prior(usual_gap: float) -> Parameters:
    """Return the assumed parameters; `usual_gap` and alpha in the same unit of time."""
    return Parameters(r=R, alpha=R * usual_gap, a=A, b=B)


def interval(
    at: Parameters, x: Floats, recency: Floats, age: Floats, *, level: float
) -> tuple[Floats, Floats]:
    """Return where a client's own probability of being active lies, two arrays.

    Quantiles over a fixed grid of the client's rate, Gamma(r + x, alpha + recency), and
    chance of leaving, Beta(a, b + x - 1), given what they bought: deterministic.
    """
    ends = [
        _ends(at, x[n : n + CHUNK], recency[n : n + CHUNK], age[n : n + CHUNK], level)
        for n in range(0, len(x), CHUNK)
    ]
    low, high = np.concatenate(ends, axis=1) if ends else np.empty((2, 0))
    return low, high


def _ends(at: Parameters, x: Floats, recency: Floats, age: Floats, level: float) -> Floats:
    share = (np.arange(NODES) + 0.5) / NODES
    rate = gammaincinv(at.r + x[:, None], share) / (at.alpha + recency)[:, None]
    leaves = betaincinv(at.a, np.maximum(at.b + x - 1, at.b)[:, None], share)
    odds = np.log1p(-leaves) - np.log(leaves)
    silence = rate * (age - recency)[:, None]
    each = (odds[:, :, None] - silence[:, None, :]).reshape(len(x), -1)
    tail = (1 - level) / 2
    return np.asarray(expit(np.quantile(each, [tail, 1 - tail], axis=1)))
