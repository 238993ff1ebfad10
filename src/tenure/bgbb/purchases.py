"""How many of the next chances a client who is active now will take."""

import numpy as np
from scipy.special import betaln, gammaln

from tenure.arrays import Floats
from tenure.bgbb.likelihood import Parameters
from tenure.contracts.survival import Parameters as Stay
from tenure.contracts.survival import log_survival
from tenure.gamma import log_rising

# Closer to γ = 1 than this the closed form is 0/0.
NEAR_ONE = 1e-3
# Cells of the table of chances evaluated at once.
BLOCK = 2_000_000


def expected(at: Parameters, x: Floats, n: Floats, horizon: Floats) -> Floats:
    """Return E[X(n, n+h) | active after n chances], equation (13) without its 1/L.

    Mean chance taken, (α+x)/(α+β+n), times the chances still lived through, Σ S(k), where
    S is the survival of Beta(γ, δ+n): (δ+n)/(γ-1) · [1 - Γ(1+δ+n+h)Γ(γ+δ+n) /
    (Γ(1+δ+n)Γ(γ+δ+n+h))].
    """
    take = (at.alpha + x) / (at.alpha + at.beta + n)
    return np.asarray(take * _lived(at, n, horizon))


def _lived(at: Parameters, n: Floats, horizon: Floats) -> Floats:
    if abs(at.gamma - 1) > NEAR_ONE:
        stay = at.delta + n
        ratio = log_rising(stay + 1, horizon) - log_rising(at.gamma + stay, horizon)
        return np.asarray(-np.expm1(ratio) * stay / (at.gamma - 1))
    # Smooth in γ: a cubic through four points outside (Lagrange) is exact to about 1e-12.
    nodes, here = np.array([-2.0, -1.0, 1.0, 2.0]), (at.gamma - 1) / NEAR_ONE
    total = np.zeros_like(n)
    for node in nodes:
        others = nodes[nodes != node]
        share = np.prod((here - others) / (node - others))
        # A hair further out than NEAR_ONE, so that the closed form answers.
        moved = at._replace(gamma=1 + node * NEAR_ONE * (1 + 1e-9))
        total += share * _lived(moved, n, horizon)
    return total


def log_chances(at: Parameters, x: Floats, n: Floats, horizon: Floats, y: Floats) -> Floats:
    """Return ln P(X(n, n+h) = y | active after n chances), -inf for y above h.

    Equation (12): they leave after i more chances, or live through all h, and take y of
    those beta-binomially. One pass over i, not over clients.
    """
    total = np.full(len(y), -np.inf)
    for lived in range(int(horizon.max(initial=0)) + 1):
        who = (lived <= horizon) & (y <= lived)
        take = _log_take(at, x[who], n[who], lived, y[who])
        total[who] = np.logaddexp(
            total[who], take + _log_lived(at, n[who], lived, horizon[who])
        )
    return total


def table(at: Parameters, x: Floats, n: Floats, horizon: int) -> Floats:
    """Return P(X = y | active) for y = 0 … horizon, shape (clients, horizon + 1)."""
    y = np.arange(horizon + 1.0)
    wide = (len(x), len(y))
    columns = (np.broadcast_to(v, wide).ravel() for v in (x[:, None], n[:, None], y))
    who, when, times = columns
    ahead = np.full(len(who), float(horizon))
    return np.exp(log_chances(at, who, when, ahead, times)).reshape(wide)


def _log_lived(at: Parameters, n: Floats, lived: int, horizon: Floats) -> Floats:
    """Ln of the chance to leave just after `lived` more chances, or never within h."""
    stay = Stay(at.gamma, at.delta)
    kept = log_survival(stay, n + lived) - log_survival(stay, n)
    leave = np.log(at.gamma) - np.log(at.gamma + at.delta + n + lived)
    return np.where(lived < horizon, kept + leave, kept)


def _log_take(at: Parameters, x: Floats, n: Floats, lived: int, y: Floats) -> Floats:
    choose = gammaln(lived + 1) - gammaln(y + 1) - gammaln(lived - y + 1)
    a, b = at.alpha + x, at.beta + n - x
    return np.asarray(choose + betaln(a + y, b + lived - y) - betaln(a, b))
