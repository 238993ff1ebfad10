"""Log-likelihood of the gamma-gamma model with gradient and Hessian, in one pass."""

from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from tenure.arrays import Floats
from tenure.gamma import log_rising
from tenure.newton import Pass


class Parameters(NamedTuple):
    """A purchase is Gamma(p, rate ν); ν differs between clients as Gamma(q, rate gamma)."""

    p: float
    q: float
    gamma: float


class Spend(NamedTuple):
    """Distinct spends: purchases averaged, their mean, how many clients each stands for."""

    x: Floats
    mean: Floats
    weight: Floats


class Likelihood:
    """Equation (1a) in logarithms; gamma functions on the different values of x only.

    ln L = ln Γ(px+q)/(Γ(px) Γ(q)) + q ln γ + (px-1) ln m + px ln x - (px+q) ln(γ + x m)
    """

    def __init__(self, rows: Spend) -> None:
        self._rows = rows
        self._sum = rows.x * rows.mean
        self._log_sum = np.log(self._sum)
        self._x, place = np.unique(rows.x, return_inverse=True)
        self._n = np.bincount(place, weights=rows.weight)

    def __call__(self, point: Floats) -> Pass:
        """Return value, gradient and Hessian with respect to ln p, ln q, ln gamma."""
        p, q, gamma = (float(v) for v in np.exp(point))
        shapes, sums = self._shapes(p, q), self._sums(p, q, gamma)
        scale = np.exp(point)
        gradient = scale * (shapes.gradient + sums.gradient)
        hessian = np.outer(scale, scale) * (shapes.hessian + sums.hessian)
        return Pass(shapes.value + sums.value, gradient, hessian + np.diag(gradient))

    def _shapes(self, p: float, q: float) -> Pass:
        x, n = self._x, self._n
        px, u = p * x, p * x + q
        value = n @ (gammaln(u) - gammaln(px) - gammaln(q))
        first, second = digamma(u), polygamma(1, u)
        gradient = np.array([n @ (x * (first - digamma(px))), n @ (first - digamma(q)), 0])
        hessian = np.zeros((3, 3))
        hessian[0, 0] = n @ (x**2 * (second - polygamma(1, px)))
        hessian[0, 1] = hessian[1, 0] = n @ (x * second)
        hessian[1, 1] = n @ (second - polygamma(1, q))
        return Pass(float(value), gradient, hessian)

    def _sums(self, p: float, q: float, gamma: float) -> Pass:
        x, mean, w = self._rows
        inverse, u = 1 / (gamma + self._sum), p * x + q
        # ln γ - ln(γ+S) and ln S - ln(γ+S), each without a difference of large numbers.
        below = -np.log1p(self._sum / gamma)
        above = -np.log1p(gamma / self._sum)
        value = w @ (p * x * above + q * below - np.log(mean))
        gradient = np.array([w @ (x * above), w @ below, w @ (q / gamma - u * inverse)])
        hessian = np.zeros((3, 3))
        hessian[0, 2] = hessian[2, 0] = -(w @ (x * inverse))
        hessian[1, 2] = hessian[2, 1] = w @ (1 / gamma - inverse)
        hessian[2, 2] = w @ (u * inverse**2 - q / gamma**2)
        return Pass(float(value), gradient, hessian)


def each(at: Parameters, x: Floats, mean: Floats) -> Floats:
    """Return equation (1a) of each client, (clients,); 0 for those without purchases."""
    same = np.ones_like(x)
    return density(at.p, at.q * same, at.gamma * same, x, mean)


def density(p: float, q: Floats, gamma: Floats, x: Floats, mean: Floats) -> Floats:
    """Return ln of the density of the `mean` of x purchases, ν ~ Gamma(q, rate gamma).

    ln Γ(px+q)/(Γ(px) Γ(q)) is written so that neither a large px nor a large q cancels.
    """
    bought = x > 0
    count, m = np.where(bought, x, 1.0), np.where(bought, mean, 1.0)
    px, total = p * count, count * m
    small, large = np.minimum(px, q), np.maximum(px, q)
    shapes = log_rising(large, small) - gammaln(small)
    above, below = -np.log1p(gamma / total), -np.log1p(total / gamma)
    return np.where(bought, shapes + px * above + q * below - np.log(m), 0.0)
