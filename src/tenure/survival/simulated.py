"""Clients who leave exactly as the model says."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.survival.baseline import Baseline


class Drawn(NamedTuple):
    """What `fit` takes beside the covariates."""

    duration: Floats
    left: Floats
    entered: Floats


def drawn(base: Baseline, ratio: Floats, age: Floats, until: Floats, *, seed: int) -> Drawn:
    """Draw for each client the age at which they leave, or `until` if they stay."""
    effort = np.random.default_rng(seed).standard_exponential(len(ratio))
    total = base.sums.hazard
    # Inverted: the first age at which the cumulative hazard has passed the effort.
    goal = total[base.place(age)] + effort / ratio
    place = np.searchsorted(total[1:], goal, side="left")
    when = np.append(base.ages, np.inf)[place]
    left = when <= until
    return Drawn(np.where(left, when, until), left.astype(np.float64), age)
