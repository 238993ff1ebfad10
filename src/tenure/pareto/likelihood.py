"""Log-likelihood of the Pareto/NBD model with gradient and Hessian, in one pass.

Fader and Hardie (2005), A note on deriving the Pareto/NBD model, equation (17):

    L = Γ(r+x)/Γ(r) α^r (α+T)^-(r+x) (β/(β+T))^s · (1 + odds gone),

whose last factor is the integral of `silence`. It is differentiated under the integral:
slopes of ln(odds) are averages of the integrand's slopes over the time of leaving, and
bends are averages of its bends plus the covariance of its slopes. All averages come from
the same nodes as the value.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from tenure.arrays import Floats, distinct
from tenure.checks import History
from tenure.gamma import log_rising
from tenure.newton import Pass
from tenure.pareto.parameters import Parameters
from tenure.pareto.silence import log_odds_gone, moments


class Rows(NamedTuple):
    """Distinct histories and how many clients each stands for."""

    x: Floats
    t_x: Floats
    T: Floats
    weight: Floats

    @property
    def clients(self) -> float:
        """How many clients there are in all."""
        return float(self.weight.sum())


def each(at: Parameters, history: History) -> Floats:
    """Return the log-likelihood of each client's history, shape (clients,)."""
    rows = distinct(*history)
    x, t_x, T = rows.columns
    counts = log_rising(np.array(at.r), x) - x * np.log(at.alpha + T)
    active = counts - at.r * np.log1p(T / at.alpha) - at.s * np.log1p(T / at.beta)
    gone = np.logaddexp(0.0, log_odds_gone(at, x, t_x, T))
    return np.asarray((active + gone)[rows.place])


class Likelihood:
    """The objective of `newton.maximise`; a point holds ln r, ln α, ln s, ln β."""

    def __init__(self, rows: Rows) -> None:
        self._all = rows
        silent = rows.t_x < rows.T
        self._silent = Rows(*(values[silent] for values in rows))
        per_count = np.bincount(rows.x.astype(np.intp), weights=rows.weight)
        # Weight of the clients with more than k repeat purchases, k = 0, 1, 2, …
        self._beyond = np.cumsum(per_count[::-1])[::-1][1:]
        self._k = np.arange(len(self._beyond), dtype=np.float64)

    def __call__(self, point: Floats) -> Pass:
        """Return value, gradient and Hessian with respect to the logarithms."""
        at = Parameters.from_logs(point)
        parts = (self._purchases(at), self._lifetimes(at), self._silence(at))
        scale = np.array(at)
        gradient = scale * sum((part.gradient for part in parts), np.zeros(4))
        hessian = sum((part.hessian for part in parts), np.zeros((4, 4)))
        hessian = np.outer(scale, scale) * hessian + np.diag(gradient)
        return Pass(sum(part.value for part in parts), gradient, hessian)

    def _purchases(self, at: Parameters) -> Pass:
        """Ln Γ(r+x)/Γ(r) + r ln(α/(α+T)) - x ln(α+T): those of a client who lives."""
        n, (x, _, T, w) = self._beyond, self._all
        rate, inverse = 1 / (at.r + self._k), 1 / (at.alpha + T)
        growth = np.log1p(T / at.alpha)
        value = n @ np.log(at.r + self._k) - w @ (at.r * growth + x * np.log(at.alpha + T))
        gradient, hessian = np.zeros(4), np.zeros((4, 4))
        gradient[0] = n @ rate - w @ growth
        # r/α - (r+x)/(α+T) = (rT/α - x)/(α+T)
        gradient[1] = w @ ((at.r * T / at.alpha - x) * inverse)
        hessian[0, 0] = -(n @ rate**2)
        hessian[0, 1] = hessian[1, 0] = w @ (T / at.alpha * inverse)
        hessian[1, 1] = w @ (
            x * inverse**2 - at.r * T / at.alpha * (1 / at.alpha + inverse) * inverse
        )
        return Pass(float(value), gradient, hessian)

    def _lifetimes(self, at: Parameters) -> Pass:
        """S ln(β/(β+T)): having lived to the end."""
        _, _, T, w = self._all
        growth, slope = np.log1p(T / at.beta), T / at.beta / (at.beta + T)
        gradient, hessian = np.zeros(4), np.zeros((4, 4))
        gradient[2], gradient[3] = -(w @ growth), at.s * (w @ slope)
        hessian[2, 3] = hessian[3, 2] = w @ slope
        hessian[3, 3] = -at.s * (w @ (slope * (1 / at.beta + 1 / (at.beta + T))))
        return Pass(-at.s * float(w @ growth), gradient, hessian)

    def _silence(self, at: Parameters) -> Pass:
        """ln(1 + odds gone), over the clients who have been silent at all."""
        w = self._silent.weight
        odds, slopes, bends = log_odds(at, self._silent)
        gone = expit(odds)
        lost = w * gone
        hessian = (slopes * (lost * (1 - gone))) @ slopes.T + bends @ lost
        return Pass(float(w @ np.logaddexp(0.0, odds)), slopes @ lost, hessian)


def log_odds(at: Parameters, rows: Rows) -> tuple[Floats, Floats, Floats]:
    """Return the log-odds of having left, their slopes (4, n) and bends (4, 4, n)."""
    x, t_x, T, _ = rows
    found = moments(at, x, t_x, T)
    power = at.r + x
    alpha, beta = 1 / (at.alpha + t_x), 1 / (at.beta + t_x)
    mean, last = found.mean, _last(at, rows)
    odds = np.log(at.s) + power * last[0] + at.s * last[2] + found.log_integral
    # The slope of the integrand's logarithm is this times its four numbers, plus what
    # is the same at every node; the sign of the logarithms is that of (α+u)^-(r+x).
    times = np.stack([-np.ones_like(x), power * alpha, -np.ones_like(x), (at.s + 1) * beta])
    slopes = times * (mean - last)
    slopes[2] += 1 / at.s
    # β also stands in the density of leaving at u, 1/(β+u), which T does not cancel.
    slopes[3] -= beta * (1 - last[3])
    spread = found.square - mean[:, None] * mean[None]
    bends = times[:, None] * times[None] * spread
    bends[0, 1] += alpha * (mean[1] - last[1])
    bends[1, 0] = bends[0, 1]
    bends[1, 1] += power * alpha**2 * _bent(mean[1], found.square[1, 1], last[1])
    bends[2, 2] -= 1 / at.s**2
    bends[2, 3] += beta * (mean[3] - last[3])
    bends[3, 2] = bends[2, 3]
    bends[3, 3] += (at.s + 1) * beta**2 * _bent(mean[3], found.square[3, 3], last[3])
    bends[3, 3] += (beta * (1 - last[3])) ** 2
    return odds, slopes, bends


def _last(at: Parameters, rows: Rows) -> Floats:
    """Return the four numbers of `Moments` at u = T, where the living are."""
    silence = rows.T - rows.t_x
    return np.stack(
        [
            np.log1p(silence / (at.alpha + rows.t_x)),
            silence / (at.alpha + rows.T),
            np.log1p(silence / (at.beta + rows.t_x)),
            silence / (at.beta + rows.T),
        ]
    )


def _bent(mean: Floats, square: Floats, last: Floats) -> Floats:
    """E[(1-w)²] - (1-l)², without the difference of numbers near 1."""
    return np.asarray(square - last**2 - 2 * (mean - last))
