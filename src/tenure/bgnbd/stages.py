"""Where a client is in the current gap, when a gap takes k stages.

Platzer and Reutterer (2016) let the gaps between purchases be Erlang-k: k stages, each
exponential at the client's rate λ. Whoever is alive has finished j < k of them since the
last purchase. Given that, λ | j ~ Gamma(r+kx+j, α+T), and j has weight c_j below, exactly:

    c_j = (A)_j/j! u^j,  A = r+kx,  u = (T-t_x)/(α+T),  S = c_0 + … + c_(k-1).

S (1-u)^A is the chance that a silence this long holds fewer than k stages.
"""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats


class Stages(NamedTuple):
    """Ln S, shape (rows,), and the probability of each j given alive, shape (k, rows)."""

    log_total: Floats
    shares: Floats


class Slopes(NamedTuple):
    """Derivatives of ln S: in r and α, shape (2, rows); in rr, rα, αα, shape (3, rows)."""

    first: Floats
    second: Floats


def stages(power: Floats, u: Floats, k: int) -> Stages:
    """Return ln S and the law of j; `power` is A."""
    terms = np.ones((k, len(u)))
    for j in range(1, k):
        terms[j] = terms[j - 1] * u * (power + j - 1) / j
    rest = terms[1:].sum(axis=0)
    return Stages(np.log1p(rest), terms / (1 + rest))


def slopes(power: Floats, late: Floats, shares: Floats) -> Slopes:
    """Differentiate ln S; `late` is 1/(α+T).

    ln c_j has the slopes Σ_(i<j) 1/(A+i) in r and -j/(α+T) in α, and S adds them up.
    """
    k, size = shares.shape
    first, second = np.zeros((2, size)), np.zeros((3, size))
    rise, fall = np.zeros(size), np.zeros(size)
    for j in range(1, k):
        step = 1 / (power + j - 1)
        rise, fall, away = rise + step, fall + step**2, j * late
        first += shares[j] * np.stack([rise, -away])
        second += shares[j] * np.stack(
            [rise**2 - fall, -rise * away, away**2 + away * late]
        )
    second -= np.stack([first[0] ** 2, first[0] * first[1], first[1] ** 2])
    return Slopes(first, second)
