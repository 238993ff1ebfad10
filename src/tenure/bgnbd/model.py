"""The estimator: fit a purchase log's summary, then ask it about clients."""

from typing import Self

import numpy as np
from scipy.special import expit

from tenure.arrays import Column, Floats, distinct, same_length
from tenure.bgnbd import alive, doubt, purchases
from tenure.bgnbd.likelihood import Likelihood, Rows, each
from tenure.bgnbd.parameters import Parameters
from tenure.checks import (
    History,
    checked_history,
    checked_horizon,
    checked_level,
    checked_weights,
)
from tenure.errors import BadInput
from tenure.estimator import Estimator
from tenure.prior import Belief, Choice, Prior
from tenure.verdict import Finding, Verdict


class BGNBD(Estimator[Parameters]):
    """Purchases without a contract: a rate that differs, and a dropout after purchases.

    While active a client buys at a rate of their own, Gamma(r, rate alpha) over clients;
    after each repeat purchase they leave with a probability of their own, Beta(a, b).
    Fader, Hardie and Lee (2005), Marketing Science 24(2), 275-284.

    All columns hold one value per client: `frequency`, the number of repeat purchases
    (same-day orders count as one, the first is not counted); `recency`, the time from the
    first purchase to the last; `T`, the time from the first purchase to now. `recency`, `T`
    and every horizon share one unit of time, which is yours to choose. Columns may be
    lists, NumPy arrays or pandas, Polars and Arrow series; a column of one value, or a
    number, is repeated for every client.

    Learned: `r_`, `alpha_` (in the unit of time), `a_`, `b_`, `log_likelihood_`,
    `covariance_` and `standard_errors_` (in the order r, alpha, a, b; delta method),
    `passes_`, `verdict_`.

    Parameters given as keywords (all four) make a model that predicts without `fit`.
    `prior="weak"` (or a `Prior`) adds a prior to the likelihood: see `weak`.
    `warm_start=True` lets `fit` begin at the last optimum.
    """

    parameters = Parameters
    units = (0, 1, 0, 0)
    # In units of the mean T: about one client in seven lies a factor beyond the median.
    weak = Prior(
        {
            "r": Belief(1.0, 4.0),
            "alpha": Belief(1.0, 10.0),
            "a": Belief(0.7, 4.0),
            "b": Belief(2.5, 4.0),
        }
    )

    r_: float
    alpha_: float
    a_: float
    b_: float

    def __init__(
        self,
        *,
        r: float | None = None,
        alpha: float | None = None,
        a: float | None = None,
        b: float | None = None,
        prior: Choice = None,
        warm_start: bool = False,
    ) -> None:
        given = {"r": r, "alpha": alpha, "a": a, "b": b}
        super().__init__(given, prior=prior, warm_start=warm_start)
        self._most_dropout: Parameters | None = None

    def fit(
        self,
        frequency: Column,
        recency: Column,
        T: Column,
        *,
        weights: Column | None = None,
    ) -> Self:
        """Find the parameters of highest likelihood, equation (6), and return self.

        `weights` says how many clients each row stands for. Always the same answer for the
        same rows in any order. A boundary optimum is not an error: read `verdict_`. Raises
        `BadInput` for impossible histories, or when nobody has bought twice.
        """
        rows = _rows(checked_history(frequency, recency, T), weights)
        # Time in units of the mean T: the search is the same in days and in years.
        unit = float(rows.weight @ rows.T) / rows.clients
        scaled = rows._replace(t_x=rows.t_x / unit, T=rows.T / unit)
        likelihood = Likelihood(scaled)
        optimum = self._learn(likelihood, start=_start(scaled), unit=unit)
        self.log_likelihood_ -= float(rows.weight @ rows.x) * np.log(unit)
        found = doubt.verdict(likelihood, scaled, optimum, by_prior=self._prior is not None)
        later = None if found.earliest is None else found.earliest * unit
        by_prior = self._prior is not None
        self.verdict_ = Verdict(found.finding, earliest=later, leans_on_prior=by_prior)
        self._most_dropout = None
        if found.finding is Finding.NO_DROPOUT_YET and not by_prior:
            most = doubt.most_dropout(likelihood, optimum)
            self._most_dropout = most._replace(alpha=most.alpha * unit)
        return self

    def log_likelihood(self, frequency: Column, recency: Column, T: Column) -> Floats:
        """Return the log-likelihood of each client's history, equation (6), (clients,)."""
        return each(self.parameters_, checked_history(frequency, recency, T))

    def reasons(self, frequency: Column, recency: Column, T: Column) -> alive.Reasons:
        """Return why: the log-odds of being active in three parts that sum to the score.

        Arrays of shape (clients,): `population`, `frequency`, `silence`, and `.score`.
        A client without a repeat purchase has an infinite population part: in this model
        one leaves only after a repeat purchase.
        """
        return alive.reasons(self.parameters_, checked_history(frequency, recency, T))

    def probability_alive(self, frequency: Column, recency: Column, T: Column) -> Floats:
        """Return the probability that each client is still active, shape (clients,).

        Fader, Hardie and Lee (2008), "Computing P(alive) using the BG/NBD model".
        """
        return np.asarray(expit(self.reasons(frequency, recency, T).score))

    def probability_alive_interval(
        self, frequency: Column, recency: Column, T: Column, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of `probability_alive` under uncertainty of the parameters.

        Two arrays of shape (clients,). The delta method on the log-odds: no draws. Where
        no dropout is identified yet the lower end is instead that of the most dropout
        which the data do not refute (at 5 %, whatever the level).
        """
        history = checked_history(frequency, recency, T)
        at, sure = self.parameters_, checked_level(level)
        if self._most_dropout is not None:
            low = alive.reasons(self._most_dropout, history).score
            high = alive.reasons(at, history).score
            return expit(np.minimum(low, high)), expit(high)
        return alive.interval(at, self.log_covariance_, history, level=sure)

    def act_by(
        self, frequency: Column, recency: Column, T: Column, *, threshold: float = 0.5
    ) -> Floats:
        """Return how long from now until a client who stays silent falls to `threshold`.

        Shape (clients,), in the unit of T; negative if that time has passed, infinite
        without a repeat purchase.
        """
        history = checked_history(frequency, recency, T)
        at, least = self.parameters_, checked_level(threshold)
        return alive.age_at(at, history, threshold=least) - history.T

    def expected_purchases(
        self, horizon: Column, frequency: Column, recency: Column, T: Column
    ) -> Floats:
        """Return the purchases to expect in the next `horizon`, shape (clients,).

        Equation (10) of Fader, Hardie and Lee (2005), in a form that does not overflow.
        """
        ahead, history = _ahead(horizon, checked_history(frequency, recency, T))
        if_alive = purchases.expected(self.parameters_, history.frequency, history.T, ahead)
        return if_alive * self.probability_alive(*history)

    def purchases_interval(
        self,
        horizon: Column,
        frequency: Column,
        recency: Column,
        T: Column,
        *,
        level: float = 0.9,
    ) -> tuple[Floats, Floats]:
        """Return the ends between which the purchases in `horizon` will lie, two arrays.

        Quantiles of the exact predictive law at the learned parameters (a client's own
        chance dwarfs the uncertainty of the parameters); at least `level` lies within.
        """
        ahead, history = _ahead(horizon, checked_history(frequency, recency, T))
        at, sure = self.parameters_, checked_level(level)
        lives = self.probability_alive(*history)
        low, high = (
            purchases.quantile(at, lives, history.frequency, history.T, ahead, share=share)
            for share in ((1 - sure) / 2, (1 + sure) / 2)
        )
        return low, high

    def probability_of_purchase(
        self, horizon: Column, frequency: Column, recency: Column, T: Column
    ) -> Floats:
        """Return the chance of at least one purchase in the next `horizon`, (clients,)."""
        ahead, history = _ahead(horizon, checked_history(frequency, recency, T))
        x, once = history.frequency, np.ones_like(ahead)
        chance = purchases.chance_of(self.parameters_, x, history.T, ahead, once)
        return chance * self.probability_alive(*history)


def _start(rows: Rows) -> Parameters:
    rate = float(rows.weight @ rows.x) / float(rows.weight @ rows.T)
    return Parameters(r=1.0, alpha=1 / rate, a=1.0, b=2.0)


def _rows(history: History, weights: Column | None) -> Rows:
    """Compress to distinct histories; refuse what cannot be fitted at all."""
    heavy = checked_weights(weights, size=len(history.frequency))
    kept = heavy > 0
    if not (history.frequency[kept] > 0).any():
        raise BadInput("Nobody has bought twice: there are no repeat buyers to learn from.")
    groups = distinct(*(values[kept] for values in history))
    x, t_x, age = groups.columns
    return Rows(x, t_x, age, groups.weigh(heavy[kept]))


def _ahead(horizon: Column, history: History) -> tuple[Floats, History]:
    """Give every client a horizon, and every horizon a client."""
    names = ("horizon", *History._fields)
    ahead, *rest = same_length([checked_horizon(horizon), *history], names=names)
    return ahead, History(*rest)
