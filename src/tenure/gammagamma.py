"""The gamma-gamma model of spend per purchase of Fader and Hardie (2013)."""

from typing import NamedTuple, Self

import numpy as np
from scipy.special import digamma, gammaincinv, gammaln, polygamma

from tenure.arrays import Column, Floats, distinct
from tenure.checks import checked_level, checked_spend, checked_weights
from tenure.errors import BadInput, NotFitted
from tenure.newton import Pass, covariance, maximise
from tenure.verdict import Finding, Verdict

# A spread of spend below 1/sqrt(this), of one client or between clients, is none.
ALIKE = 1e5


class _Spend(NamedTuple):
    x: Floats
    mean: Floats
    weight: Floats


class _Likelihood:
    """Equation (1a) in logarithms; gamma functions on the different values of x only.

    ln L = ln Γ(px+q)/(Γ(px) Γ(q)) + q ln γ + (px-1) ln m + px ln x - (px+q) ln(γ + x m)
    """

    def __init__(self, rows: _Spend) -> None:
        self._rows = rows
        self._sum = rows.x * rows.mean
        self._log_sum = np.log(self._sum)
        self._x, place = np.unique(rows.x, return_inverse=True)
        self._n = np.bincount(place, weights=rows.weight)

    def __call__(self, point: Floats) -> Pass:
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


class GammaGamma:
    """Spend per purchase: gamma around a client's own mean, which is inverse-gamma.

    Fader and Hardie (2013), "The gamma-gamma model of monetary value", note 025. Columns
    of shape (clients,): `frequency`, the number of purchases averaged; `monetary`, their
    mean value in any one unit of money. Clients with frequency 0 say nothing and are left
    out of the fit. The convention of the papers leaves the first purchase out of both.

    Learned: `p_`, `q_`, `gamma_` (in the unit of money), `log_likelihood_`, `covariance_`,
    `standard_errors_` (order p, q, gamma), `passes_`, `verdict_`.
    """

    def __init__(self, *, warm_start: bool = False) -> None:
        self.warm_start = warm_start

    def fit(
        self, frequency: Column, monetary: Column, *, weights: Column | None = None
    ) -> Self:
        """Find the parameters of highest likelihood, equation (1a), and return self.

        Raises `BadInput` for values at or below 0, when nobody has spent, or when everyone
        has spent the same (then there is nothing to learn from).
        """
        rows = _rows(frequency, monetary, weights)
        unit = float(rows.weight @ rows.mean) / float(rows.weight.sum())
        likelihood = _Likelihood(rows._replace(mean=rows.mean / unit))
        optimum = maximise(likelihood, self._start(unit))
        self.p_, self.q_, gamma = (float(v) for v in np.exp(optimum.point))
        self.gamma_ = gamma * unit
        loss = float(rows.weight.sum()) * np.log(unit)
        self.log_likelihood_ = optimum.at.value - loss
        self.passes_ = optimum.passes
        self._log_covariance = covariance(optimum.at.hessian)
        self.verdict_ = Verdict(_finding(self.p_, self.q_, converged=optimum.converged))
        return self

    @classmethod
    def of(cls, *, p: float, q: float, gamma: float) -> Self:
        """Return a model with given parameters, as learned before or assumed."""
        model = cls()
        model.p_, model.q_, model.gamma_ = p, q, gamma
        return model

    @property
    def covariance_(self) -> Floats:
        """Covariance of p, q, gamma, shape (3, 3): the inverse observed information."""
        scale = np.array(self._parameters())
        return np.outer(scale, scale) * self._log_covariance

    @property
    def standard_errors_(self) -> Floats:
        """Standard errors of p, q, gamma, shape (3,)."""
        return np.sqrt(np.diag(self.covariance_))

    def expected_spend(self, frequency: Column, monetary: Column) -> Floats:
        """Return the mean value of each client's next purchases, shape (clients,).

        Equation (5): p (γ + x m) / (p x + q - 1), between the client's own mean and that of
        all. NaN for a client without purchases when q <= 1: that mean does not exist.
        """
        p, q, gamma = self._parameters()
        x, mean = checked_spend(frequency, monetary)
        bottom = p * x + q - 1
        known = bottom > 0
        total = p * (gamma + x * np.where(x > 0, mean, 0.0))
        return np.where(known, total / np.where(known, bottom, 1.0), np.nan)

    def spend_interval(
        self, frequency: Column, monetary: Column, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of each client's own mean value per purchase, two arrays.

        That mean is p/ν, and ν given the purchases is Gamma(px + q, rate γ + x m)
        (section 3 of the note): its quantiles at the learned parameters.
        """
        p, q, gamma = self._parameters()
        sure = checked_level(level)
        x, mean = checked_spend(frequency, monetary)
        top = p * (gamma + x * np.where(x > 0, mean, 0.0))
        low, high = (
            top / gammaincinv(p * x + q, share)
            for share in ((1 + sure) / 2, (1 - sure) / 2)
        )
        return low, high

    def _parameters(self) -> tuple[float, float, float]:
        if not hasattr(self, "p_"):
            raise NotFitted("Call fit before asking for predictions.")
        return self.p_, self.q_, self.gamma_

    def _start(self, unit: float) -> Floats:
        if self.warm_start and hasattr(self, "p_"):
            point = [self.p_, self.q_, self.gamma_ / unit]
            return np.asarray(np.log(point))
        # A mean of one unit, and a spread of about a half of it within and between.
        return np.asarray(np.log([4.0, 4.0, 0.75]))


def _rows(frequency: Column, monetary: Column, weights: Column | None) -> _Spend:
    x, mean = checked_spend(frequency, monetary)
    heavy = checked_weights(weights, size=len(x))
    kept = (x > 0) & (heavy > 0)
    if not kept.any():
        raise BadInput("Nobody has spent: there are no purchases to learn from.")
    if np.ptp(mean[kept]) <= 1e-12 * float(mean[kept].max()):
        raise BadInput("Spend is constant: every client spends the same per purchase.")
    groups = distinct(x[kept], mean[kept])
    counts, means = groups.columns
    return _Spend(counts, means, groups.weigh(heavy[kept]))


def _finding(p: float, q: float, *, converged: bool) -> Finding:
    if min(p, q) > ALIKE:
        return Finding.SAME_SPEND
    if q <= 1:
        return Finding.NO_MEAN_SPEND
    return Finding.IDENTIFIED if converged else Finding.NOT_SETTLED
