"""Log-likelihood of the BG/NBD model with gradient and Hessian, in one pass.

Fader, Hardie and Lee (2005), equation (6), in logarithms:

    ln L = ln Γ(r+x)/Γ(r) + ln B(a,b+x)/B(a,b) + r ln α - (r+x) ln(α+T)
           + [x > 0] ln(1 + e^s),
    s    = ln a - ln(b+x-1) + (r+x) ln((α+T)/(α+t_x)).

x is a whole number, so each ratio of gamma functions is a product of x terms and each sum
over clients is a sum over k of (clients with x > k): no gamma function is called, nothing
cancels, and the cost is the largest x. With homogeneous limits (r, α → ∞ or a → 0, b → ∞)
the products stay exact where differences of ln Γ lose every digit.
"""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.bgnbd.parameters import Parameters
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
    """The objective that `newton.maximise` climbs; a point holds ln r, ln α, ln a, ln b."""

    def __init__(self, rows: Rows) -> None:
        self._all = rows
        again = rows.x > 0
        self._repeat = Rows(*(values[again] for values in rows))
        per_count = np.bincount(rows.x.astype(np.intp), weights=rows.weight)
        # Weight of the clients with more than k repeat purchases, k = 0, 1, 2, …
        self._beyond = np.cumsum(per_count[::-1])[::-1][1:]
        self._k = np.arange(len(self._beyond), dtype=np.float64)

    def __call__(self, point: Floats) -> Pass:
        """Return value, gradient and Hessian with respect to the logarithms."""
        at = Parameters.from_logs(point)
        parts = (self._counts(at), self._times(at), self._silence(at))
        gradient = sum((part.gradient for part in parts), np.zeros(4))
        hessian = sum((part.hessian for part in parts), np.zeros((4, 4)))
        # d/d ln θ = θ d/dθ, and the second derivative gains the first on its diagonal.
        scale = np.array(at)
        gradient = scale * gradient
        hessian = np.outer(scale, scale) * hessian + np.diag(gradient)
        return Pass(sum(part.value for part in parts), gradient, hessian)

    def _counts(self, at: Parameters) -> Pass:
        """Ln Γ(r+x)/Γ(r) + ln B(a,b+x)/B(a,b), summed over k < x."""
        n, k = self._beyond, self._k
        rate, stay, total = 1 / (at.r + k), 1 / (at.b + k), 1 / (at.a + at.b + k)
        value = n @ (np.log(at.r + k) - np.log1p(at.a * stay))
        gradient = np.array([n @ rate, 0.0, -(n @ total), at.a * (n @ (stay * total))])
        hessian = np.zeros((4, 4))
        hessian[0, 0] = -(n @ rate**2)
        hessian[2, 2] = hessian[2, 3] = hessian[3, 2] = n @ total**2
        # 1/total² - 1/stay² written without the difference.
        hessian[3, 3] = -at.a * (n @ (stay * total * (stay + total)))
        return Pass(float(value), gradient, hessian)

    def _times(self, at: Parameters) -> Pass:
        """R ln α - (r+x) ln(α+T), with r ln(α/(α+T)) kept together."""
        x, _, T, w = self._all
        inverse = 1 / (at.alpha + T)
        growth = np.log1p(T / at.alpha)
        value = -(w @ (at.r * growth + x * np.log(at.alpha + T)))
        # r/α - (r+x)/(α+T) = (rT/α - x)/(α+T)
        gradient = np.zeros(4)
        gradient[0] = -(w @ growth)
        gradient[1] = w @ ((at.r * T / at.alpha - x) * inverse)
        hessian = np.zeros((4, 4))
        hessian[0, 1] = hessian[1, 0] = w @ (T / at.alpha * inverse)
        hessian[1, 1] = w @ (
            x * inverse**2 - at.r * T / at.alpha * (1 / at.alpha + inverse) * inverse
        )
        return Pass(float(value), gradient, hessian)

    def _silence(self, at: Parameters) -> Pass:
        """ln(1 + e^s) over clients with a repeat purchase."""
        x, t_x, T, w = self._repeat
        power = at.r + x
        early, late = 1 / (at.alpha + t_x), 1 / (at.alpha + T)
        ratio = np.log1p((T - t_x) * early)
        lag = -(T - t_x) * early * late
        bottom = 1 / (at.b + x - 1)
        s = np.log(at.a) + np.log(bottom) + power * ratio
        gone = _expit(s)
        slopes = np.stack([ratio, power * lag, np.full_like(s, 1 / at.a), -bottom])
        hessian = (slopes * (w * gone * (1 - gone))) @ slopes.T
        lost = w * gone
        bend = lost @ lag
        hessian[0, 1] += bend
        hessian[1, 0] += bend
        hessian[1, 1] -= lost @ (power * lag * (early + late))
        hessian[2, 2] -= lost.sum() / at.a**2
        hessian[3, 3] += lost @ bottom**2
        return Pass(float(w @ np.logaddexp(0.0, s)), slopes @ lost, hessian)


def each(at: Parameters, history: History) -> Floats:
    """Return equation (6) of each client, (clients,), in the unit of time given."""
    x, t_x, T = history
    k = np.arange(x.max(initial=0.0))
    terms = np.log(at.r + k) - np.log1p(at.a / (at.b + k))
    counts = np.concatenate([[0.0], np.cumsum(terms)])[x.astype(np.intp)]
    times = -at.r * np.log1p(T / at.alpha) - x * np.log(at.alpha + T)
    ratio = np.log1p((T - t_x) / (at.alpha + t_x))
    s = np.log(at.a) - np.log(np.maximum(at.b + x - 1, at.b)) + (at.r + x) * ratio
    return np.asarray(counts + times + np.where(x > 0, np.logaddexp(0.0, s), 0.0))


def _expit(s: Floats) -> Floats:
    # e^-s overflows to infinity for s below -709, where the answer is 0 all the same.
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-s)))
