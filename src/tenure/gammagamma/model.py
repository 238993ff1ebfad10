"""The gamma-gamma model of spend per purchase of Fader and Hardie (2013)."""

from typing import Self

import numpy as np
from scipy.special import gammaincinv

from tenure.arrays import Column, Floats, by_blocks, distinct, same_length
from tenure.checks import checked_counts, checked_level, checked_spend, checked_weights
from tenure.errors import BadInput
from tenure.estimator import Estimator
from tenure.gammagamma.likelihood import Likelihood, Parameters, Spend, density, each
from tenure.gammagamma.simulated import Drawn, drawn
from tenure.prior import Belief, Choice, Prior
from tenure.verdict import Finding, Verdict

# A spread of spend below 1/sqrt(this), of one client or between clients, is none.
ALIKE = 1e5
# From this many distinct rows on the search begins where one over a share of them ended.
MANY, SHARE = 8_000, 8


class GammaGamma(Estimator[Parameters]):
    """Spend per purchase: gamma around a client's own mean, which is inverse-gamma.

    Fader and Hardie (2013), "The gamma-gamma model of monetary value", note 025. Columns
    of shape (clients,): `frequency`, the number of purchases averaged; `monetary`, their
    mean value in any one unit of money. Clients with frequency 0 say nothing and are left
    out of the fit. The convention of the papers leaves the first purchase out of both.

    Learned: `p_`, `q_`, `gamma_` (in the unit of money), `log_likelihood_`, `covariance_`,
    `standard_errors_` (order p, q, gamma), `passes_`, `verdict_`.
    """

    parameters = Parameters
    units = (0, 0, 1)
    # In units of the mean spend.
    weak = Prior({"p": Belief(4.0, 4.0), "q": Belief(4.0, 3.0), "gamma": Belief(1.0, 10.0)})

    p_: float
    q_: float
    gamma_: float

    def __init__(
        self,
        *,
        p: float | None = None,
        q: float | None = None,
        gamma: float | None = None,
        prior: Choice = None,
        warm_start: bool = False,
    ) -> None:
        given = {"p": p, "q": q, "gamma": gamma}
        super().__init__(given, prior=prior, warm_start=warm_start)

    def fit(
        self, frequency: Column, monetary: Column, *, weights: Column | None = None
    ) -> Self:
        """Find the parameters of highest likelihood, equation (1a), and return self.

        Raises `BadInput` for values at or below 0, when nobody has spent, or when everyone
        has spent the same (then there is nothing to learn from).
        """
        rows = _rows(frequency, monetary, weights)
        unit = float(rows.weight @ rows.mean) / float(rows.weight.sum())
        rows = rows._replace(mean=rows.mean / unit)
        likelihood = Likelihood(rows)
        # A mean of one unit, and a spread of about a half of it within and between.
        start = Parameters(p=4.0, q=4.0, gamma=0.75)
        few = None
        if len(rows.x) >= MANY:
            few = Likelihood(Spend(*(values[::SHARE] for values in rows)))
        optimum = self._learn(likelihood, start=start, unit=unit, few=few)
        self.log_likelihood_ -= float(rows.weight.sum()) * np.log(unit)
        self.verdict_ = Verdict(
            _finding(self.p_, self.q_, converged=optimum.converged),
            leans_on_prior=self._prior is not None,
        )
        return self

    def log_likelihood(self, frequency: Column, monetary: Column) -> Floats:
        """Return the log-likelihood of each client's mean spend, equation (1a), (clients,).

        0 for a client without purchases, who says nothing.
        """
        return each(self.parameters_, *checked_spend(frequency, monetary))

    def log_score(
        self, purchases: Column, mean: Column, frequency: Column, monetary: Column
    ) -> Floats:
        """Return ln of the density of the `mean` of the next `purchases`, (clients,).

        The held-out score by which models are compared: given the past, ν is
        Gamma(px + q, rate γ + x m), so equation (1a) holds with these in place of q and γ.
        0 where nothing was bought.
        """
        p, q, gamma = self.parameters_
        past, later = checked_spend(frequency, monetary), checked_spend(purchases, mean)
        names = ("frequency", "monetary", "purchases", "mean")
        x, m, count, value = same_length([*past, *later], names=names)
        spent = np.where(x > 0, x * m, 0.0)
        return density(p, p * x + q, gamma + spent, count, value)

    def simulate(self, frequency: Column, *, seed: int, horizon: Column = 0) -> Drawn:
        """Draw one client for each `frequency`: columns as `fit` takes.

        `spent` is the mean value of the next `horizon` purchases, 0 where there are none.
        Deterministic for a seed.
        """
        counts = [checked_counts(v) for v in (frequency, horizon)]
        x, ahead = same_length(counts, names=("frequency", "horizon"))
        return drawn(self.parameters_, x, ahead, seed=seed)

    def expected_spend(self, frequency: Column, monetary: Column) -> Floats:
        """Return the mean value of each client's next purchases, shape (clients,).

        Equation (5): p (γ + x m) / (p x + q - 1), between the client's own mean and that of
        all. NaN for a client without purchases when q <= 1: that mean does not exist.
        """
        p, q, gamma = self.parameters_

        def forecast(x: Floats, mean: Floats) -> Floats:
            bottom = p * x + q - 1
            known = bottom > 0
            total = p * (gamma + x * np.where(x > 0, mean, 0.0))
            return np.where(known, total / np.where(known, bottom, 1.0), np.nan)

        return by_blocks(forecast, *checked_spend(frequency, monetary))

    def expected_spend_interval(
        self, frequency: Column, monetary: Column, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of `expected_spend` under uncertainty of the parameters.

        Two arrays of shape (clients,), by the delta method on the logarithm.
        """
        checked_spend(frequency, monetary)

        def score(at: Parameters) -> Floats:
            return np.log(type(self).of(at).expected_spend(frequency, monetary))

        low, high = self._ends(score, level=level)
        return np.exp(low), np.exp(high)

    def spend_interval(
        self, frequency: Column, monetary: Column, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of each client's own mean value per purchase, two arrays.

        That mean is p/ν, and ν given the purchases is Gamma(px + q, rate γ + x m)
        (section 3 of the note): its quantiles at the learned parameters.
        """
        p, q, gamma = self.parameters_
        sure = checked_level(level)
        x, mean = checked_spend(frequency, monetary)
        top = p * (gamma + x * np.where(x > 0, mean, 0.0))
        low, high = (
            top / gammaincinv(p * x + q, share)
            for share in ((1 + sure) / 2, (1 - sure) / 2)
        )
        return low, high


def _rows(frequency: Column, monetary: Column, weights: Column | None) -> Spend:
    x, mean = checked_spend(frequency, monetary)
    heavy = checked_weights(weights, size=len(x))
    kept = np.flatnonzero((x > 0) & (heavy > 0))
    if not len(kept):
        raise BadInput("Nobody has spent: there are no purchases to learn from.")
    x, mean, heavy = x[kept], mean[kept], heavy[kept]
    if np.ptp(mean) <= 1e-12 * float(mean.max()):
        raise BadInput("Spend is constant: every client spends the same per purchase.")
    groups = distinct(x, mean)
    counts, means = groups.columns
    return Spend(counts, means, groups.weigh(heavy))


def _finding(p: float, q: float, *, converged: bool) -> Finding:
    if min(p, q) > ALIKE:
        return Finding.SAME_SPEND
    if q <= 1:
        return Finding.NO_MEAN_SPEND
    return Finding.IDENTIFIED if converged else Finding.NOT_SETTLED
