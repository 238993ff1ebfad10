"""Clients who live exactly as the model says."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.pareto.parameters import Parameters


class Drawn(NamedTuple):
    """What `fit` takes, and how often each bought in the horizon after it."""

    frequency: Floats
    recency: Floats
    T: Floats
    bought: Floats


def drawn(at: Parameters, T: Floats, *, horizon: float, seed: int) -> Drawn:
    """Draw one client for each time observed; no loop over purchases.

    Given their number, the times of a Poisson process are uniform, and the last of them
    is the largest of so many uniform numbers.
    """
    rng = np.random.default_rng(seed)
    rate = rng.gamma(at.r, 1 / at.alpha, len(T))
    leave = np.maximum(rng.gamma(at.s, 1 / at.beta, len(T)), 1e-300)
    lived = rng.standard_exponential(len(T)) / leave
    active = np.minimum(lived, T)
    frequency = rng.poisson(rate * active).astype(np.float64)
    often = np.maximum(frequency, 1.0)
    last = active * rng.random(len(T)) ** (1 / often)
    # A purchase at time 0 to the last digit would be no repeat purchase.
    recency = np.where(frequency > 0, np.maximum(last, 1e-12 * T), 0.0)
    ahead = np.clip(lived - T, 0.0, horizon)
    return Drawn(frequency, recency, T, rng.poisson(rate * ahead).astype(np.float64))
