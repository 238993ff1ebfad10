"""The time a client is still to stay within a horizon, and how sure that is.

∫ S over the horizon, S a staircase. It falls by e^{xb} A with each h, A being what is left
of the integral after that age, so that its variance is e^{2xb} (Σ A² v + qVq) with
q = x ΣAh - ΣAa (see `baseline`).
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from tenure.arrays import Floats
from tenure.survival.baseline import Baseline

# Closer to all or none of the horizon than this is all or none of it.
NEAR = 1e-9
# Numbers held at once for a block of clients.
HELD = 2_000_000


class Mean(NamedTuple):
    """The expected time and its variance, one value per client."""

    value: Floats
    variance: Floats


def expected(
    base: Baseline,
    age: Floats,
    until: Floats,
    matrix: Floats,
    logs: Floats,
    covariance: Floats,
) -> Mean:
    """Return the mean time from `age` until leaving, or `until` if that is earlier."""
    found = Mean(np.empty(len(age)), np.empty(len(age)))
    size = max(1, HELD // (len(base.ages) + 1))
    for start in range(0, len(age), size):
        rows = slice(start, start + size)
        part = _block(base, age[rows], until[rows], matrix[rows], logs, covariance)
        found.value[rows], found.variance[rows] = part
    return found


def ends(mean: Floats, whole: Floats, reach: Floats) -> tuple[Floats, Floats]:
    """Return the ends of a mean between 0 and `whole`: delta method, in log-odds."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(np.where(whole > 0, mean / whole, 0.5), NEAR, 1 - NEAR)
        apart = np.where(whole > 0, reach / (whole * share * (1 - share)), 0.0)
    low, high = (expit(logit(share) + sign * apart) * whole for sign in (-1, 1))
    return np.minimum(low, mean), np.maximum(high, mean)


def _block(
    base: Baseline,
    age: Floats,
    until: Floats,
    matrix: Floats,
    logs: Floats,
    covariance: Floats,
) -> Mean:
    ratio = np.exp(np.clip(matrix @ logs, -300.0, 300.0))
    steps = np.clip(base.ages, age[:, None], until[:, None])
    edges = np.concatenate([age[:, None], steps, until[:, None]], axis=1)
    total = base.sums.hazard
    gone = np.maximum(total - total[base.place(age)][:, None], 0.0)
    stair = np.exp(-ratio[:, None] * gone) * np.diff(edges, axis=1)
    after = np.cumsum(stair[:, ::-1], axis=1)[:, ::-1]
    inside = (base.ages > age[:, None]) & (base.ages <= until[:, None])
    lost = after[:, 1:] * inside
    q = matrix * (lost @ base.hazard)[:, None] - lost @ base.pull
    spread = np.einsum("np,pq,nq->n", q, covariance, q)
    return Mean(after[:, 0], ratio**2 * (lost**2 @ base.noise + spread))
