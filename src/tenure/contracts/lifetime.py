"""How many renewals are still to come, in all, discounted if asked."""

import numpy as np

from tenure.arrays import Floats, distinct
from tenure.contracts.survival import Parameters, log_survival

# Terms summed one by one; the rest is an integral with the correction of Euler-Maclaurin.
TERMS = 200
NODES, SHARES = np.polynomial.legendre.leggauss(96)
# What has fallen by e^-40 is nothing beside 64-bit floats.
NOTHING = 40.0


def residual(at: Parameters, periods: Floats, *, discount: float) -> Floats:
    """Return Σ_{k>=1} S(n+k)/S(n) / (1+d)^(k-1) for n = `periods`.

    Fader and Hardie (2010), "Customer-base valuation in a contractual setting", equation
    (6) for c = 1, where it is a ₂F₁; summed here, as it holds for any c and any size.
    Infinite without a discount when c α <= 1: such lifetimes have no mean.
    """
    if discount == 0 and at.c * at.alpha <= 1:
        return np.full(len(periods), np.inf)
    if discount == 0 and at.c == 1:
        return (at.beta + periods) / (at.alpha - 1)
    rows = distinct(periods)
    (n,) = rows.columns
    near = _terms(at, n, np.arange(1.0, TERMS), discount).sum(axis=1)
    return np.asarray((near + _rest(at, n, discount))[rows.place])


def _terms(at: Parameters, n: Floats, k: Floats, discount: float) -> Floats:
    """Return S(n+k)/S(n) / (1+d)^(k-1), shape (len(n), len(k))."""
    kept = log_survival(at, n[:, None] + k) - log_survival(at, n)[:, None]
    return np.asarray(np.exp(kept - (k - 1) * np.log1p(discount)))


def _rest(at: Parameters, n: Floats, discount: float) -> Floats:
    """Return the sum from TERMS on: ∫ f + f/2 - f'/12, in v = ln(k / TERMS)."""
    if discount:
        longest = np.log1p(NOTHING / (TERMS * np.log1p(discount)))
    else:
        longest = min(NOTHING / (at.c * at.alpha - 1), 300.0)
    v = longest * (NODES + 1) / 2
    k = TERMS * np.exp(v)
    whole = _terms(at, n, k, discount) @ (SHARES / 2 * longest * k)
    ends = _terms(at, n, TERMS + np.array([-0.5, 0.0, 0.5]), discount)
    return np.asarray(whole + ends[:, 1] / 2 - (ends[:, 2] - ends[:, 0]) / 12)
