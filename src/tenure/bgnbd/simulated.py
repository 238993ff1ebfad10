"""Clients who live exactly as the models say, drawn purchase by purchase."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.bgnbd.parameters import Kind, Parameters


class Drawn(NamedTuple):
    """What `fit` takes, and what each client bought in the horizon after T."""

    frequency: Floats
    recency: Floats
    T: Floats
    bought: Floats


class DrawnRegular(NamedTuple):
    """The same with the sum of the logarithms of each client's gaps."""

    frequency: Floats
    recency: Floats
    T: Floats
    log_gaps: Floats
    bought: Floats


def drawn(
    at: Parameters, kind: Kind, T: Floats, *, horizon: float, seed: int
) -> DrawnRegular:
    """Draw one newcomer for each T; one step of all who are active per purchase."""
    rng, size = np.random.default_rng(seed), len(T)
    scale = at.alpha / np.maximum(rng.gamma(at.r, 1.0, size), 1e-300)
    leave = rng.beta(at.a, at.b, size)
    x, t_x, log_gaps, bought, now = np.zeros((5, size))
    active = np.arange(size)
    if kind.m:
        active = active[rng.random(size) >= leave]
    while len(active):
        gap = rng.gamma(kind.k, 1.0, len(active)) * scale[active]
        now[active] += gap
        seen = now[active] <= T[active]
        before = active[seen]
        x[before] += 1
        t_x[before] = now[before]
        log_gaps[before] += np.log(gap[seen])
        bought[active] += ~seen & (now[active] <= T[active] + horizon)
        active = active[now[active] <= T[active] + horizon]
        active = active[rng.random(len(active)) >= leave[active]]
    return DrawnRegular(x, t_x, T, log_gaps, bought)
