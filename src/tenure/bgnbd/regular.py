"""How many purchases to expect from one who is alive, when a gap has k > 1 stages.

The sum over n of the exact law, done in closed form over the stages and by quadrature over
p. Given p and j, N = ⌊(j+S)/k⌋ purchases would be made by one who never leaves, S negative
binomial, and E[Y | p] = E[1 - (1-p)^N]/p. With y = (1-p)^(1/k) and ω a k-th root of 1, the
remainder of j+S is picked out by Σ_l ω^(l(j+S-c))/k, and E[q^S] = ((1-z)/(1-zq))^(A+j):

    E[(1-p)^N | j] = 1/k Σ_l Σ_c (yω^l)^(j-c) ((1-z)/(1-z y ω^l))^(A+j),  c, l = 0 … k-1.

Nothing overflows: |1-z y ω^l| >= 1-z. E[Y | p] is a polynomial in p of degree N-1, for
which Gauss's quadrature with the weight Beta(a, b+x+m) is made.
"""

from typing import Any

import numpy as np

from tenure.arrays import Floats
from tenure.bgnbd.law import Law

NODES = 24
# Below this expected number 1 - E[(1-p)^N] has lost digits, and the law has few terms.
FEW = 0.05
TERMS = 12
# A chance of leaving this small, times the purchases, changes nothing and cancels less.
LEAST = 1e-6


def expected(law: Law, x: Floats) -> Floats:
    """Return E[Y | alive] of distinct rows; `x` groups those that share a law of p."""
    most = law.z / (1 - law.z) / law.kind.k
    ceiling = ((law.power + np.arange(law.kind.k)[:, None]) * law.shares).sum(axis=0) * most
    short = ceiling < FEW
    total = np.zeros_like(law.z)
    low = np.flatnonzero(short)
    for n in range(1, TERMS + 1):
        total[low] += law.reaches(np.full(len(low), float(n)), low)
    high = np.flatnonzero(~short)
    total[high] = _averaged(law, x, ceiling, high)
    # One who never leaves buys at most ⌈stages/k⌉ times.
    return np.clip(total, 0.0, ceiling + 1)


def _averaged(law: Law, x: Floats, ceiling: Floats, who: Any) -> Floats:
    counts, place = np.unique(x[who], return_inverse=True)
    if not len(counts):
        return np.zeros(0)
    stay = law.stay[who] - x[who]  # b + m, the same for all
    nodes, shares = gauss(law.leave, stay[0] + counts, NODES)
    least = LEAST / np.maximum(ceiling[who], 1.0)
    total = np.zeros(len(place))
    for node, share in zip(nodes.T, shares.T, strict=True):
        p = np.clip(node[place], least, 1 - LEAST)
        total += share[place] * (1 - _survives(law, who, p)) / p
    return total


def _survives(law: Law, who: Any, p: Floats) -> Floats:
    """Return E[(1-p)^N] of one who is alive."""
    k, z, power = law.kind.k, law.z[who], law.power[who]
    y = np.exp(np.log1p(-p) / k)
    total = np.zeros_like(p)
    for turn in range(k // 2 + 1):
        root = _root(turn, k)
        q = y * root
        rate = (1 - z) / (1 - z * q)
        both = np.zeros_like(q)
        back = np.zeros_like(q)
        for share in law.shares[::-1, who]:  # Horner, in j and in c alike
            both = both * (q * rate) + share
            back = back / q + 1
        twice = 1 if turn in (0, k / 2) else 2  # conjugate roots give conjugate terms
        total += twice * np.real(back * both * rate**power)
    return np.asarray(total / k)


def _root(turn: int, k: int) -> Any:
    if turn == 0 or 2 * turn == k:
        return -1.0 if turn else 1.0
    return np.exp(2j * np.pi * turn / k)


def gauss(a: float, b: Floats, size: int) -> tuple[Floats, Floats]:
    """Return nodes and weights for the mean over Beta(a, b), shape (len(b), size) each.

    Golub and Welsch (1969): eigenvalues of the Jacobi matrix, here moved to 0..1 without
    the differences that would lose small nodes.
    """
    n = np.arange(1.0, size)
    s = (a + b - 2)[:, None]
    matrix = np.zeros((len(b), size, size))
    i = np.arange(size)
    matrix[:, 0, 0] = a / (a + b)
    matrix[:, i[1:], i[1:]] = (2 * n * (n + 1 + s) + s * a) / (
        (2 * n + s) * (2 * n + s + 2)
    )
    top = n * (n + b[:, None] - 1) * (n + a - 1) * _ratio(n, s)
    side = np.sqrt(top / ((2 * n + s) ** 2 * (2 * n + s + 1)))
    matrix[:, i[1:], i[:-1]] = matrix[:, i[:-1], i[1:]] = side
    nodes, vectors = np.linalg.eigh(matrix)
    return nodes, vectors[:, 0, :] ** 2


def _ratio(n: Floats, s: Floats) -> Floats:
    """(n+s)/(2n+s-1): at n = 1 both are a+b-1, which may be 0, and their ratio is 1."""
    with np.errstate(invalid="ignore"):
        return np.where(n == 1, 1.0, (n + s) / (2 * n + s - 1))
