"""Clients who renew exactly as the law says."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.contracts.survival import Parameters


class Drawn(NamedTuple):
    """What `fit` takes, and how often each renewed in the horizon after it."""

    periods: Floats
    left: Floats
    renewed: Floats


def drawn(at: Parameters, chances: Floats, *, horizon: float, seed: int) -> Drawn:
    """Draw one client for each number of chances to leave, observed and ahead."""
    rng = np.random.default_rng(seed)
    theta = rng.beta(at.alpha, at.beta, len(chances))
    with np.errstate(divide="ignore", over="ignore"):
        # S(t | θ) = (1-θ)^(t^c) is inverted at a uniform number.
        effort = rng.standard_exponential(len(chances)) / -np.log1p(-theta)
        last = np.maximum(np.ceil(effort ** (1 / at.c)), 1.0)
    left = last <= chances
    renewed = np.where(left, 0.0, np.minimum(last - 1 - chances, horizon))
    return Drawn(np.where(left, last, chances), left.astype(np.float64), renewed)
