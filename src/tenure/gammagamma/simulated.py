"""Clients who spend exactly as the model says."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.gammagamma.likelihood import Parameters


class Drawn(NamedTuple):
    """What `fit` takes, and the mean value of the purchases after that."""

    frequency: Floats
    monetary: Floats
    spent: Floats


def drawn(at: Parameters, x: Floats, ahead: Floats, *, seed: int) -> Drawn:
    """Draw one client for each x: the sum of x purchases is gamma with shape px."""
    rng = np.random.default_rng(seed)
    scale = at.gamma / np.maximum(rng.gamma(at.q, 1.0, len(x)), 1e-300)
    means = [
        rng.gamma(at.p * np.maximum(n, 1.0), 1.0) * scale / np.maximum(n, 1.0)
        for n in (x, ahead)
    ]
    spent = (np.where(n > 0, mean, 0.0) for n, mean in zip((x, ahead), means, strict=True))
    return Drawn(x, *spent)
