"""The two estimators of renewals; one shares all that the other does."""

from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar

import numpy as np
from scipy.special import expit, logit

from tenure.arrays import Column, Floats, distinct, same_length
from tenure.checks import checked_level
from tenure.contracts import doubt, lifetime
from tenure.contracts.history import (
    Contracts,
    checked_contracts,
    checked_periods,
    life_table,
)
from tenure.contracts.likelihood import Likelihood, log_likelihood
from tenure.contracts.simulated import Drawn, drawn
from tenure.contracts.survival import Parameters, log_survival
from tenure.counts import between
from tenure.errors import BadInput
from tenure.estimator import Estimator
from tenure.newton import Pass
from tenure.prior import Belief, Choice, Prior
from tenure.verdict import Verdict

P = TypeVar("P", bound=tuple[float, ...])
# Where the search ends: beyond c = 20 clients leave all at once, and t^c overflows.
FURTHEST = np.array([12.0, 12.0, 3.0])


class GeometricParameters(NamedTuple):
    """Dropout at each chance is Beta(alpha, beta) over clients."""

    alpha: float
    beta: float


class Renewals(Estimator[P], Generic[P]):
    """What both models of renewals can do, given the law of survival.

    Columns of shape (clients,): `periods`, how many chances to leave a client has had (the
    current period not counted before it ends); `left`, 1 where they took the last of those
    chances, 0 where they renewed every time. Predictions about a client who left are 0.
    Every answer counts in periods of the contract.
    """

    def fit(self, periods: Column, left: Column, *, weights: Column | None = None) -> Self:
        """Find the parameters of highest likelihood, and return self.

        `weights` says how many clients each row stands for. A boundary optimum is not an
        error: read `verdict_`. Raises `BadInput` for impossible records, or when nobody
        has had a chance to leave.
        """
        rows = life_table(checked_contracts(periods, left), weights)
        likelihood, size = Likelihood(rows), len(self.parameters._fields)

        def searched(point: Floats) -> Pass:
            here = likelihood(np.append(point, np.zeros(3 - size)))
            return Pass(here.value, here.gradient[:size], here.hessian[:size, :size])

        start = self.parameters(*[1.0, 2.0, 1.0][:size])
        optimum = self._learn(searched, start=start, low=-14.0, high=FURTHEST[:size])
        finding = doubt.finding(self._law(), rows, sizes=size, converged=optimum.converged)
        self.verdict_ = Verdict(finding, leans_on_prior=self._prior is not None)
        return self

    def log_likelihood(self, periods: Column, left: Column) -> Floats:
        """Return the log-likelihood of each client's record, shape (clients,)."""
        return log_likelihood(self._law(), *checked_contracts(periods, left))

    def survival(self, periods: Column) -> Floats:
        """Return the share of newcomers still there after `periods` chances to leave."""
        return np.asarray(np.exp(log_survival(self._law(), checked_periods(periods))))

    def survival_interval(
        self, periods: Column, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of `survival` under uncertainty of the parameters."""
        n = checked_periods(periods)
        return self._chance_ends(np.zeros_like(n), n, level=level)

    def retention(self, period: Column) -> Floats:
        """Return the share of those there at the start of a period who renew at its end.

        Fader and Hardie (2007), equation (8); `period` counts from 1.
        """
        t = _from_one(period)
        at = self._law()
        return np.asarray(np.exp(log_survival(at, t) - log_survival(at, t - 1)))

    def retention_interval(
        self, period: Column, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of `retention` under uncertainty of the parameters."""
        t = _from_one(period)
        return self._chance_ends(t - 1, t, level=level)

    def probability_of_renewal(
        self, horizon: Column, periods: Column, left: Column = 0
    ) -> Floats:
        """Return the chance that a client renews at each of the next `horizon` chances."""
        ahead, n, gone = _ahead(horizon, periods, left)
        return np.asarray(np.exp(self._log_kept(n, ahead)) * (1 - gone))

    def probability_of_renewal_interval(
        self, horizon: Column, periods: Column, left: Column = 0, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of that chance under uncertainty of the parameters."""
        ahead, n, gone = _ahead(horizon, periods, left)
        low, high = self._chance_ends(n, n + ahead, level=level)
        return low * (1 - gone), high * (1 - gone)

    def expected_renewals(
        self, horizon: Column, periods: Column, left: Column = 0
    ) -> Floats:
        """Return how many of the next `horizon` renewals to expect, shape (clients,)."""
        ahead, n, gone = _ahead(horizon, periods, left)
        rows = distinct(ahead, n)
        total = _expected(self._law(), *rows.columns)
        return np.asarray(total[rows.place] * (1 - gone))

    def expected_renewals_interval(
        self, horizon: Column, periods: Column, left: Column = 0, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of `expected_renewals` under uncertainty of the parameters."""
        ahead, n, gone = _ahead(horizon, periods, left)
        rows = distinct(ahead, n)
        most, n = rows.columns

        def score(at: Any) -> Floats:  # log-odds of the share of the horizon
            share = _expected(Parameters(*at), most, n) / np.maximum(most, 1)
            return np.asarray(logit(np.clip(share, 1e-300, 1 - 1e-15)))

        ends = self._ends(score, level=level)
        low, high = ((expit(end) * most)[rows.place] * (1 - gone) for end in ends)
        return low, high

    def renewals_interval(
        self, horizon: Column, periods: Column, left: Column = 0, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends between which renewals in `horizon` will lie, two arrays.

        From the predictive law at the learned parameters; at least `level` lies within, and
        what may be missed lies above where nothing can lie below.
        """
        ahead, n, gone = _ahead(horizon, periods, left)
        return self._lifetime_ends(n, gone, ahead, level=level)

    def residual_lifetime(
        self, periods: Column, left: Column = 0, *, discount: float = 0.0
    ) -> Floats:
        """Return the renewals still to come from each client, discounted, (clients,).

        The next renewal counts in full, each later one 1/(1 + `discount`) of the one
        before: DERL of Fader and Hardie (2010), as seen just before a renewal. Infinite
        without a discount where the law has no mean (c alpha <= 1).
        """
        if not 0 <= discount < np.inf:
            raise BadInput("discount must be at or above 0.")
        n, gone = checked_contracts(periods, left)
        there = lifetime.residual(self._law(), n, discount=discount)
        return np.where(gone > 0, 0.0, there)

    def residual_lifetime_interval(
        self, periods: Column, left: Column = 0, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends between which a client's renewals to come will lie.

        Quantiles at the learned parameters; at least `level` lies within.
        """
        n, gone = checked_contracts(periods, left)
        return self._lifetime_ends(n, gone, np.full_like(n, np.inf), level=level)

    def log_score(
        self, horizon: Column, renewed: Column, periods: Column, left: Column = 0
    ) -> Floats:
        """Return the log-probability of what then happened, shape (clients,).

        `renewed` counts renewals at the next `horizon` chances: fewer means that the client
        left at the one after, equal means that they are still there.
        """
        ahead, n, gone = _ahead(horizon, periods, left)
        times, ahead, n, gone = np.broadcast_arrays(
            checked_periods(renewed, name="renewed"), ahead, n, gone
        )
        if (times > ahead).any():
            raise BadInput("renewed is more than horizon.")
        ended = (times < ahead).astype(np.float64)
        at = self._law()
        score = log_likelihood(at, n + times + ended, ended) - log_survival(at, n)
        return np.where(gone > 0, np.where(times > 0, -np.inf, 0.0), score)

    def simulate(self, periods: Column, *, seed: int, horizon: float = 0) -> Drawn:
        """Draw one newcomer for each number of chances to leave; columns as `fit` takes.

        `renewed` is how often those who stayed renew at the next `horizon` chances.
        """
        ahead = float(checked_periods(horizon, name="horizon")[0])
        return drawn(self._law(), checked_periods(periods), horizon=ahead, seed=seed)

    def _law(self) -> Parameters:
        return Parameters(*self.parameters_)

    def _log_kept(self, n: Floats, ahead: Floats) -> Floats:
        at = self._law()
        return np.minimum(log_survival(at, n + ahead) - log_survival(at, n), 0.0)

    def _chance_ends(
        self, start: Floats, end: Floats, *, level: float
    ) -> tuple[Floats, Floats]:
        """Return the ends of S(end)/S(start): the delta method on its log-odds."""

        def score(at: Any) -> Floats:
            law = Parameters(*at)
            kept = log_survival(law, end) - log_survival(law, start)
            # ln p - ln(1-p), with both ends of the scale kept finite.
            kept = np.clip(kept, -700.0, -1e-15)
            return np.asarray(kept - np.log(-np.expm1(kept)))

        low, high = self._ends(score, level=level)
        sure = end == start
        return np.where(sure, 1.0, expit(low)), np.where(sure, 1.0, expit(high))

    def _lifetime_ends(
        self, n: Floats, gone: Floats, ahead: Floats, *, level: float
    ) -> tuple[Floats, Floats]:
        sure = checked_level(level)
        rows = distinct(n, gone, ahead)
        n, gone, ahead = rows.columns

        def beyond(renewals: Floats, who: Any) -> Floats:
            kept = np.exp(self._log_kept(n[who], renewals + 1))
            return np.where(renewals < ahead[who], (1 - gone[who]) * kept, 0.0)

        low, high = between(beyond, size=len(n), level=sure)
        return low[rows.place], high[rows.place]


class ShiftedBetaGeometric(Renewals[GeometricParameters]):
    """Renewals by clients who each leave with a probability of their own, always the same.

    Beta(alpha, beta) over clients. Retention rises with time although nobody changes: the
    likeliest to leave have gone. Fader and Hardie (2007), "How to project customer
    retention", Journal of Interactive Marketing 21(1), 76-90.

    Learned: `alpha_`, `beta_` and what every estimator learns. See `Renewals` for columns.
    """

    parameters: ClassVar[Any] = GeometricParameters
    units = (0, 0)
    # A quarter leaves at the first chance, give or take; clients differ.
    weak = Prior({"alpha": Belief(1.0, 3.0), "beta": Belief(3.0, 4.0)})

    def __init__(
        self,
        *,
        alpha: float | None = None,
        beta: float | None = None,
        prior: Choice = None,
        warm_start: bool = False,
    ) -> None:
        given = {"alpha": alpha, "beta": beta}
        super().__init__(given, prior=prior, warm_start=warm_start)


class BetaDiscreteWeibull(Renewals[Parameters]):
    """Renewals by clients whose own dropout also changes with the time they have stayed.

    Survival of a client is (1-θ)^(t^c), θ is Beta(alpha, beta) over clients; c > 1 when
    clients tire, c < 1 when they settle, and c = 1 is the shifted beta-geometric. Fader,
    Hardie, Liu, Davin and Steenburgh (2018), "How to project customer retention"
    revisited, Journal of Interactive Marketing 43, 1-16.

    Learned: `alpha_`, `beta_`, `c_` and what every estimator learns; needs three periods.
    """

    parameters: ClassVar[Any] = Parameters
    units = (0, 0, 0)
    weak = Prior(
        {"alpha": Belief(1.0, 3.0), "beta": Belief(3.0, 4.0), "c": Belief(1.0, 1.5)}
    )

    def __init__(
        self,
        *,
        alpha: float | None = None,
        beta: float | None = None,
        c: float | None = None,
        prior: Choice = None,
        warm_start: bool = False,
    ) -> None:
        given = {"alpha": alpha, "beta": beta, "c": c}
        super().__init__(given, prior=prior, warm_start=warm_start)


def _expected(at: Parameters, ahead: Floats, n: Floats) -> Floats:
    """Return Σ S(n+k)/S(n) over k = 1 … ahead: one pass over chances, not clients."""
    total, start = np.zeros_like(n), log_survival(at, n)
    for step in np.arange(1.0, ahead.max(initial=0.0) + 1):
        open_ = ahead >= step
        total[open_] += np.exp(log_survival(at, n[open_] + step) - start[open_])
    return np.asarray(np.minimum(total, ahead))


def _from_one(period: Column) -> Floats:
    t = checked_periods(period, name="period")
    if (t < 1).any():
        raise BadInput("period counts from 1.")
    return t


def _ahead(horizon: Column, periods: Column, left: Column) -> tuple[Floats, Floats, Floats]:
    """Give every client a horizon of whole periods, and every horizon a client."""
    names = ("horizon", *Contracts._fields)
    columns = [checked_periods(horizon, name="horizon"), *checked_contracts(periods, left)]
    ahead, n, gone = same_length(columns, names=names)
    return ahead, n, gone
