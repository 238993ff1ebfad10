"""How many purchases to expect in a horizon from one who is alive, when a gap is one stage.

With m = 1 the law is that of m = 0 with b + 1 for b: p ~ Beta(a, b+x+m) either way.
"""

import numpy as np
from scipy.special import betaincinv, hyp2f1

from tenure.arrays import Floats, distinct
from tenure.bgnbd.parameters import Parameters

# Closer to a = 1 than this the printed form is 0/0; a cubic through four points outside
# is exact to about 1e-12 there.
NEAR_ONE = 1e-3
# Beyond this (1-z)^(a-1) vanishes while its factor overflows.
LARGE = 200.0


def expected(at: Parameters, x: Floats, T: Floats, horizon: Floats) -> Floats:
    """Return E[Y(t) | alive], t = `horizon`, evaluated once per distinct row.

    See `if_alive`.
    """
    if horizon.strides == (0,):  # one number for all
        rows = distinct(x, T)
        x, T = rows.columns
        return if_alive(at, x, T, np.broadcast_to(horizon[:1], x.shape))[rows.place]
    rows = distinct(x, T, horizon)
    return if_alive(at, *rows.columns)[rows.place]


def combined(
    at: Parameters, x: Floats, T: Floats, horizons: Floats, weights: Floats
) -> Floats:
    """Return Σ w E[Y(t) | alive] for each row of weights, shape (sums, clients).

    All horizons are evaluated on the few distinct (x, T).
    """
    rows = distinct(x, T)
    few, age = rows.columns
    sums = np.zeros((len(weights), len(few)))
    for t, shares in zip(horizons, weights.T, strict=True):
        sums += shares[:, None] * if_alive(at, few, age, np.full_like(few, t))
    return np.stack([total[rows.place] for total in sums])


def if_alive(at: Parameters, x: Floats, T: Floats, horizon: Floats) -> Floats:
    """Return E[Y(t) | alive], t = `horizon`, row by row.

    Fader, Hardie and Lee (2005), equation (10), without its last factor P(alive), after
    Euler's transformation: with z = t/(α+T+t)

        (a+b+x-1)/(a-1) · [1 - (1-z)^(a-1) · ₂F₁(a+b-1-r, a-1; a+b+x-1; z)].

    As printed, ₂F₁(r+x, b+x; …) overflows from about x = 3,000.
    """
    z = horizon / (at.alpha + T + horizon)
    y = horizon / (at.alpha + T)
    short, small = _short(at, x, y)
    with np.errstate(all="ignore"):
        whole = _euler(at, x, z) if abs(at.a - 1) > NEAR_ONE else _near_one(at, x, z)
    lost = ~np.isfinite(whole) | (at.a > LARGE)
    if lost.any():
        whole[lost] = _averaged(at, x[lost], y[lost])
    # Rounding must not leave what is possible: 0 to the purchases of one who never leaves.
    return np.clip(np.where(small < 1e-4, short, whole), 0.0, (at.r + x) * y)


def _short(at: Parameters, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return three terms of the expectation for a short horizon or rare dropout.

    E is the mean over p ~ Beta(a, b+x) of (1 - (1+py)^-(r+x))/p, a power series in py. The
    second answer, cubed, is the relative error; there the closed form would cancel.
    """
    power, total = at.r + x, at.a + at.b + x
    first = at.a / total * y * (power + 1)
    second = (at.a + 1) / (total + 1) * y * (power + 2)
    third = (at.a + 2) / (total + 2) * y * (power + 3)
    return power * y * (1 - first / 2 * (1 - second / 3)), third


def _euler(at: Parameters, x: Floats, z: Floats) -> Floats:
    top = at.a + at.b + x - 1
    series = hyp2f1(at.a + at.b - 1 - at.r, at.a - 1, top, z)
    log_rest = (at.a - 1) * np.log1p(-z)
    return np.asarray(top / (at.a - 1) * (1 - np.exp(log_rest) * series))


def _averaged(at: Parameters, x: Floats, y: Floats) -> Floats:
    """Average (1 - (1+py)^-(r+x))/p over the quantiles of p, for the far boundary only."""
    nodes, shares = np.polynomial.legendre.leggauss(64)
    total = np.zeros_like(y)
    # The law of p depends on x only, which takes few values; its quantiles are dear.
    counts, place = np.unique(x, return_inverse=True)
    for node, share in zip((nodes + 1) / 2, shares / 2, strict=True):
        # Below this p the quotient is its limit, (r+x) y, to the last digit.
        p = np.maximum(betaincinv(at.a, at.b + counts, node), 1e-12)[place]
        total -= share * np.expm1(-(at.r + x) * np.log1p(p * y)) / p
    return total


def _near_one(at: Parameters, x: Floats, z: Floats) -> Floats:
    """Interpolate in a through 1 ± h and 1 ± 2h (Lagrange)."""
    nodes = np.array([-2.0, -1.0, 1.0, 2.0])
    here = (at.a - 1) / NEAR_ONE
    total = np.zeros_like(z)
    for node in nodes:
        others = nodes[nodes != node]
        share = np.prod((here - others) / (node - others))
        total += share * _euler(at._replace(a=1 + node * NEAR_ONE), x, z)
    return total
