"""Log-likelihood of the family with gradient and Hessian, in one pass.

Fader, Hardie and Lee (2005), equation (6), with the first purchase as a further chance to
leave (m = 1: Batislam, Denizel and Filiztekin 2007) and gaps of k stages (Platzer and
Reutterer 2016), in logarithms and with S as in `stages`:

    ln L = ln Γ(r+kx)/Γ(r) + ln B(a,b+x+m)/B(a,b) + r ln α - (r+kx) ln(α+T)
           + ln(S + [x+m > 0] e^s) + (k-1) Σ ln gap - x ln Γ(k),
    s    = ln a - ln(b+x+m-1) + (r+kx) ln((α+T)/(α+t_x)).

For k = 1, S = 1. The last two terms hold no parameter but choose k.

x is a whole number, so each ratio of gamma functions is a product of kx (or x+m) terms and
each sum over clients is a sum over i of (clients with kx > i): no gamma function is called,
nothing cancels, and the cost is the largest x. With homogeneous limits (r, α → ∞ or a → 0,
b → ∞) the products stay exact where differences of ln Γ lose every digit.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from tenure.arrays import BLOCK, Floats
from tenure.bgnbd.parameters import BG, Kind, Parameters
from tenure.bgnbd.stages import slopes, stages
from tenure.checks import History
from tenure.newton import Pass


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


class Likelihood:
    """The objective that `newton.maximise` climbs; a point holds ln r, ln α, ln a, ln b.

    Without the terms that hold no parameter: `constant` gives those.
    """

    def __init__(self, rows: Rows, kind: Kind = BG) -> None:
        self._all, self._kind = rows, kind
        # Where neither dropout nor a stage is possible yet, ln(S + e^s) is 0.
        silent = rows.x + kind.m > 0 if kind.k == 1 else np.ones(len(rows.x), dtype=bool)
        self._silent = Rows(*(values[silent] for values in rows))
        self._stages = _beyond(kind.k * rows.x, rows.weight)
        self._chances = _beyond(rows.x + kind.m, rows.weight)

    def __call__(self, point: Floats) -> Pass:
        """Return value, gradient and Hessian with respect to the logarithms."""
        at = Parameters.from_logs(point)
        parts = [self._counts(at)]
        parts += [self._times(at, rows) for rows in _blocks(self._all)]
        parts += [self._silence(at, rows) for rows in _blocks(self._silent)]
        gradient = sum((part.gradient for part in parts), np.zeros(4))
        hessian = sum((part.hessian for part in parts), np.zeros((4, 4)))
        # d/d ln θ = θ d/dθ, and the second derivative gains the first on its diagonal.
        scale = np.array(at)
        gradient = scale * gradient
        hessian = np.outer(scale, scale) * hessian + np.diag(gradient)
        return Pass(sum(part.value for part in parts), gradient, hessian)

    def _counts(self, at: Parameters) -> Pass:
        """Ln Γ(r+kx)/Γ(r) + ln B(a,b+x+m)/B(a,b), summed over i < kx and i < x+m."""
        n, i = self._stages, np.arange(len(self._stages))
        rate = 1 / (at.r + i)
        value = -(n @ np.log(rate))
        c, i = self._chances, np.arange(len(self._chances))
        stay, total = 1 / (at.b + i), 1 / (at.a + at.b + i)
        value -= c @ np.log1p(at.a * stay)
        gradient = np.array([n @ rate, 0.0, -(c @ total), at.a * (c @ (stay * total))])
        hessian = np.zeros((4, 4))
        hessian[0, 0] = -(n @ rate**2)
        hessian[2, 2] = hessian[2, 3] = hessian[3, 2] = c @ total**2
        # 1/total² - 1/stay² written without the difference.
        hessian[3, 3] = -at.a * (c @ (stay * total * (stay + total)))
        return Pass(float(value), gradient, hessian)

    def _times(self, at: Parameters, rows: Rows) -> Pass:
        """R ln α - (r+kx) ln(α+T), with r ln(α/(α+T)) kept together."""
        x, _, T, w = rows
        bought = self._kind.k * x
        inverse = 1 / (at.alpha + T)
        growth = np.log1p(T / at.alpha)
        value = -(w @ (at.r * growth + bought * np.log(at.alpha + T)))
        # r/α - (r+kx)/(α+T) = (rT/α - kx)/(α+T)
        gradient = np.zeros(4)
        gradient[0] = -(w @ growth)
        gradient[1] = w @ ((at.r * T / at.alpha - bought) * inverse)
        hessian = np.zeros((4, 4))
        hessian[0, 1] = hessian[1, 0] = w @ (T / at.alpha * inverse)
        hessian[1, 1] = w @ (
            bought * inverse**2 - at.r * T / at.alpha * (1 / at.alpha + inverse) * inverse
        )
        return Pass(float(value), gradient, hessian)

    def _silence(self, at: Parameters, rows: Rows) -> Pass:
        """ln(S + e^s) over clients who may have left or be amid a gap.

        Seen as ln S + ln(1 + e^(s - ln S)): the slopes are those of s less those of ln S.
        """
        x, t_x, T, w = rows
        k, m = self._kind
        power, chances = at.r + k * x, x + m
        early, late = 1 / (at.alpha + t_x), 1 / (at.alpha + T)
        ratio = np.log1p((T - t_x) * early)
        lag = -(T - t_x) * early * late
        bottom = 1 / (at.b + np.maximum(chances, 1.0) - 1)
        s = np.log(at.a) + np.log(bottom) + power * ratio
        if k > 1:
            s[chances == 0] = -np.inf
        bends = np.empty((4, len(s)))
        bends[0], bends[1], bends[2], bends[3] = ratio, power * lag, 1 / at.a, -bottom
        value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
        gap, square = None, (slice(2), slice(2))
        if k > 1:
            alive = stages(power, (T - t_x) * late, k)
            gap = slopes(power, late, alive.shares)
            value, s = float(w @ alive.log_total), s - alive.log_total
            gradient[:2] = gap.first @ w
            bends[:2] -= gap.first
        soft, gone = _soft(s)
        lost = w * gone
        if gap is not None:
            rr, ra, aa = gap.second @ (w - lost)
            hessian[square] += np.array([[rr, ra], [ra, aa]])
        hessian += (bends * (lost * (1 - gone))) @ bends.T
        bend, fall = lost @ lag, lost @ (power * lag * (early + late))
        hessian[square] += np.array([[0.0, bend], [bend, -fall]])
        hessian[2, 2] -= lost.sum() / at.a**2
        hessian[3, 3] += lost @ bottom**2
        return Pass(value + float(w @ soft), gradient + bends @ lost, hessian)


def constant(bought: Floats, log_gaps: Floats, kind: Kind) -> Floats:
    """Return (k-1) Σ ln gap - x ln Γ(k), of each client or of all together."""
    return np.asarray((kind.k - 1) * log_gaps - bought * gammaln(kind.k))


def each(at: Parameters, history: History, kind: Kind = BG) -> Floats:
    """Return the log-likelihood of each client, (clients,), without `constant`."""
    x, t_x, T = history
    power, chances = at.r + kind.k * x, x + kind.m
    rates = _sums(np.log(at.r + np.arange(kind.k * x.max(initial=0.0))))
    i = np.arange(chances.max(initial=0.0))
    stays = _sums(-np.log1p(at.a / (at.b + i)))
    counts = rates[(kind.k * x).astype(np.intp)] + stays[chances.astype(np.intp)]
    times = -at.r * np.log1p(T / at.alpha) - kind.k * x * np.log(at.alpha + T)
    ratio = np.log1p((T - t_x) / (at.alpha + t_x))
    bottom = at.b + np.maximum(chances, 1.0) - 1
    s = np.log(at.a) - np.log(bottom) + power * ratio
    total = stages(power, (T - t_x) / (at.alpha + T), kind.k).log_total
    gone = np.where(chances > 0, s, -np.inf)
    return np.asarray(counts + times + np.logaddexp(total, gone))


def _blocks(rows: Rows) -> Iterator[Rows]:
    """Give some rows at a time: what is made of them stays in the processor's cache."""
    for start in range(0, len(rows.x), BLOCK):
        yield Rows(*(values[start : start + BLOCK] for values in rows))


def _beyond(counts: Floats, weight: Floats) -> Floats:
    """Return the weight of the clients whose count is above i, for i from 0 up."""
    per_count = np.bincount(counts.astype(np.intp), weights=weight)
    return np.asarray(np.cumsum(per_count[::-1])[::-1][1:])


def _sums(terms: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(terms)])


def _soft(s: Floats) -> tuple[Floats, Floats]:
    """Return ln(1 + e^s) and its slope with one exponential, safe for any s."""
    small = np.exp(-np.abs(s))
    slope = np.where(s > 0, 1.0, small) / (1 + small)
    return np.maximum(s, 0.0) + np.log1p(small), slope
