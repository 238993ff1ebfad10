"""Clients who take their chances exactly as the model says."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.bgbb.likelihood import Parameters


class Drawn(NamedTuple):
    """What `fit` takes, and how many of the chances after it each client took."""

    frequency: Floats
    recency: Floats
    periods: Floats
    bought: Floats


def drawn(at: Parameters, periods: Floats, *, horizon: float, seed: int) -> Drawn:
    """Draw one client for each number of chances observed; no loop over chances."""
    rng = np.random.default_rng(seed)
    size = len(periods)
    take, leave = rng.beta(at.alpha, at.beta, size), rng.beta(at.gamma, at.delta, size)
    lived = _failures(rng, leave)
    active = np.minimum(lived, periods)
    # Counted backwards, the chances missed since the last one taken are geometric too.
    recency = np.maximum(active - _failures(rng, take), 0.0)
    before = rng.binomial(np.maximum(recency - 1, 0).astype(np.int64), take)
    frequency = np.where(recency > 0, before + 1.0, 0.0)
    ahead = np.clip(lived - periods, 0.0, horizon).astype(np.int64)
    return Drawn(frequency, recency, periods, rng.binomial(ahead, take).astype(np.float64))


def _failures(rng: np.random.Generator, chance: Floats) -> Floats:
    """Return how often each event fails before it first happens; held finite."""
    with np.errstate(divide="ignore"):
        waits = rng.standard_exponential(len(chance)) / -np.log1p(-chance)
    return np.minimum(np.floor(waits), 1e15)
