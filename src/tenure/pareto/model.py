"""The estimator: fit a purchase log's summary, then ask it about clients."""

from typing import Any, Self

import numpy as np
from scipy.special import expit

from tenure.arrays import Column, Floats, distinct, same_length
from tenure.bgnbd.fitting import compressed
from tenure.checks import (
    History,
    checked_ages,
    checked_ahead,
    checked_counts,
    checked_history,
    checked_horizon,
    checked_level,
)
from tenure.contracts.history import checked_periods
from tenure.counts import between
from tenure.errors import BadInput
from tenure.estimator import Estimator
from tenure.pareto import alive, doubt, purchases, residual
from tenure.pareto.likelihood import Likelihood, Rows, each
from tenure.pareto.parameters import Parameters
from tenure.pareto.simulated import Drawn, drawn
from tenure.prior import Belief, Choice, Prior
from tenure.verdict import Finding, Verdict


class ParetoNBD(Estimator[Parameters]):
    """Purchases without a contract, and leaving at any time, whether one has bought or not.

    While active a client buys at a rate of their own, Gamma(r, rate alpha) over clients;
    they leave at a rate of their own, Gamma(s, rate beta). Schmittlein, Morrison and
    Colombo (1987), Counting your customers, Management Science 33(1), 1-24, in the forms
    of Fader and Hardie (2005), A note on deriving the Pareto/NBD model.

    Columns of shape (clients,): `frequency`, the number of repeat purchases (same-day
    orders count as one, the first is not counted); `recency`, the time from the first
    purchase to the last; `T`, the time from the first purchase to now. `recency`, `T` and
    every horizon share one unit of time, which is yours to choose.

    Learned: `r_`, `alpha_`, `s_`, `beta_` (alpha and beta in the unit of time) and what
    every estimator learns. Parameters given as keywords (all four) make a model that
    predicts without `fit`; `prior="weak"` adds a prior to the likelihood: see `weak`.
    """

    parameters = Parameters
    units = (0, 1, 0, 1)
    # In units of the mean T: about one client in seven lies a factor beyond the median.
    weak = Prior(
        {
            "r": Belief(1.0, 4.0),
            "alpha": Belief(1.0, 10.0),
            "s": Belief(0.7, 4.0),
            "beta": Belief(1.0, 10.0),
        }
    )

    r_: float
    alpha_: float
    s_: float
    beta_: float

    def __init__(
        self,
        *,
        r: float | None = None,
        alpha: float | None = None,
        s: float | None = None,
        beta: float | None = None,
        prior: Choice = None,
        warm_start: bool = False,
    ) -> None:
        given = {"r": r, "alpha": alpha, "s": s, "beta": beta}
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
        """Find the parameters of highest likelihood, equation (17), and return self.

        `weights` says how many clients each row stands for. A boundary optimum is not an
        error: read `verdict_`. Raises `BadInput` for impossible histories, or when nobody
        has bought twice.
        """
        log = compressed(checked_history(frequency, recency, T), weights)
        rows, unit = Rows(*log.rows), log.unit
        likelihood = Likelihood(rows)
        few = None if log.few is None else Likelihood(Rows(*log.few))
        start = Parameters(log.start.r, log.start.alpha, s=1.0, beta=1.0)
        optimum = self._learn(likelihood, start=start, unit=unit, few=few)
        self.log_likelihood_ -= log.bought * np.log(unit)
        by_prior = self._prior is not None
        found = doubt.verdict(likelihood, rows, optimum, by_prior=by_prior)
        later = None if found.earliest is None else found.earliest * unit
        self.verdict_ = Verdict(found.finding, earliest=later, leans_on_prior=by_prior)
        self._most_dropout = None
        if found.finding is Finding.NO_DROPOUT_YET and not by_prior:
            most = doubt.most_dropout(likelihood, optimum)
            longer = {"alpha": most.alpha * unit, "beta": most.beta * unit}
            self._most_dropout = most._replace(**longer)
        return self

    def log_likelihood(self, frequency: Column, recency: Column, T: Column) -> Floats:
        """Return the log-likelihood of each client's history, equation (17), (clients,)."""
        return each(self.parameters_, checked_history(frequency, recency, T))

    def reasons(self, frequency: Column, recency: Column, T: Column) -> alive.Reasons:
        """Return why: the log-odds of being active in three parts that sum to the score.

        Arrays of shape (clients,): `population`, `frequency`, `silence`, and `.score`.
        Infinite for a client who bought only now.
        """
        return alive.reasons(self.parameters_, checked_history(frequency, recency, T))

    def probability_alive(self, frequency: Column, recency: Column, T: Column) -> Floats:
        """Return the probability that each client is still active, shape (clients,)."""
        history = checked_history(frequency, recency, T)
        return np.asarray(expit(alive.score(self.parameters_, history)))

    def probability_alive_interval(
        self, frequency: Column, recency: Column, T: Column, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of `probability_alive` under uncertainty of the parameters.

        Two arrays of shape (clients,). The delta method on the log-odds. Where no dropout
        is identified yet the lower end is instead that of the most dropout which the data
        do not refute (at 5 %, whatever the level).
        """
        history = checked_history(frequency, recency, T)
        sure = checked_level(level)
        if self._most_dropout is not None:
            low = alive.score(self._most_dropout, history)
            high = alive.score(self.parameters_, history)
            return expit(np.minimum(low, high)), expit(high)
        rows = distinct(*history)
        past = History(*rows.columns)
        now = past.recency == past.T  # certain, and nothing to differentiate

        def score(at: Parameters) -> Floats:
            return np.where(now, 0.0, alive.score(at, past))

        low, high = (np.where(now, 1.0, expit(e)) for e in self._ends(score, level=sure))
        return low[rows.place], high[rows.place]

    def act_by(
        self, frequency: Column, recency: Column, T: Column, *, threshold: float = 0.5
    ) -> Floats:
        """Return how long from now until a client who stays silent falls to `threshold`.

        Shape (clients,), in the unit of T; negative if that time has passed.
        """
        history = checked_history(frequency, recency, T)
        at, least = self.parameters_, checked_level(threshold)
        return alive.age_at(at, history, threshold=least) - history.T

    def expected_purchases(
        self, horizon: Column, frequency: Column, recency: Column, T: Column
    ) -> Floats:
        """Return the purchases to expect in the next `horizon`, equation (41)."""
        ahead, history = checked_ahead(horizon, frequency, recency, T)
        at = self.parameters_
        if_alive = purchases.expected(at, history.frequency, history.T, ahead)
        return if_alive * self.probability_alive(*history)

    def probability_of_purchase(
        self, horizon: Column, frequency: Column, recency: Column, T: Column
    ) -> Floats:
        """Return the chance of at least one purchase in the next `horizon`, (clients,)."""
        ahead, history = checked_ahead(horizon, frequency, recency, T)
        rows = distinct(history.frequency, history.T, ahead)
        x, age, ahead = rows.columns
        none = purchases.log_chance_of_none(self.parameters_, x, age, ahead)
        return self.probability_alive(*history) * -np.expm1(none)[rows.place]

    def expected_purchases_interval(
        self,
        horizon: Column,
        frequency: Column,
        recency: Column,
        T: Column,
        *,
        level: float = 0.9,
    ) -> tuple[Floats, Floats]:
        """Return the ends of `expected_purchases` under uncertainty of the parameters.

        Two arrays of shape (clients,), by the delta method on the logarithm. How many they
        will in fact buy is far less sure: see `purchases_interval`.
        """
        ahead, history = checked_ahead(horizon, frequency, recency, T)
        rows = distinct(ahead, *history)
        ahead, *past = rows.columns

        def score(at: Parameters) -> Floats:
            x, t_x, age = past
            lives = expit(alive.score(at, History(x, t_x, age)))
            mean = lives * purchases.expected(at, x, age, ahead)
            return np.asarray(np.log(np.maximum(mean, 1e-300)))

        low, high = self._ends(score, level=level)
        if self._most_dropout is not None:
            low = np.minimum(low, score(self._most_dropout))
        none = ahead == 0
        low, high = (np.where(none, 0.0, np.exp(end)) for end in (low, high))
        return low[rows.place], high[rows.place]

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

        From the exact predictive law at the learned parameters (a client's own chance
        dwarfs the uncertainty of the parameters). At least `level` lies within, and what
        may be missed lies above where nothing can lie below.
        """
        ahead, history = checked_ahead(horizon, frequency, recency, T)
        sure = checked_level(level)
        lives = self.probability_alive(*history)
        rows = distinct(lives, history.frequency, history.T, ahead)
        lives, x, age, horizons = rows.columns
        at = self.parameters_

        def beyond(y: Floats, who: Any) -> Floats:
            log = purchases.log_chance_of(at, x[who], age[who], horizons[who], y + 1)
            return np.asarray(lives[who] * np.exp(log))

        low, high = between(beyond, size=len(lives), level=sure)
        return low[rows.place], high[rows.place]

    def probability_beyond(
        self,
        count: Column,
        horizon: Column,
        frequency: Column,
        recency: Column,
        T: Column,
    ) -> Floats:
        """Return the chance of more than `count` purchases in `horizon`, (clients,)."""
        ahead, history = checked_ahead(horizon, frequency, recency, T)
        names = ("count", "horizon", *History._fields)
        counts, ahead, *past = same_length(
            [checked_counts(count), ahead, *history], names=names
        )
        x, t_x, age = past
        rows = distinct(x, age, ahead, counts)
        x_, age_, ahead_, counts_ = rows.columns
        log = purchases.log_chance_of(self.parameters_, x_, age_, ahead_, counts_ + 1)
        return np.exp(log)[rows.place] * self.probability_alive(x, t_x, age)

    def log_score(
        self,
        horizon: Column,
        bought: Column,
        frequency: Column,
        recency: Column,
        T: Column,
    ) -> Floats:
        """Return ln P(exactly `bought` purchases in the next `horizon`), (clients,).

        Fader and Hardie (2014), Deriving the conditional PMF of the Pareto/NBD model, in
        the form of `purchases`.
        """
        ahead, history = checked_ahead(horizon, frequency, recency, T)
        times = checked_periods(bought, name="bought")
        names = ("bought", "horizon", *History._fields)
        columns = same_length([times, ahead, *history], names=names)
        rows = distinct(*columns)
        times, ahead, x, t_x, age = rows.columns
        odds = alive.score(self.parameters_, History(x, t_x, age))
        log_alive, log_gone = -np.logaddexp(0.0, -odds), -np.logaddexp(0.0, odds)
        score = log_alive + purchases.log_chance(self.parameters_, x, age, ahead, times)
        none = np.logaddexp(score, log_gone)
        return np.asarray(np.where(times == 0, none, score)[rows.place])

    def residual_purchases(
        self, frequency: Column, recency: Column, T: Column, *, discount: float = 0.0
    ) -> Floats:
        """Return the discounted purchases still to come from each client, (clients,).

        Fader, Hardie and Lee (2005b), equation (4). `discount` is the effective rate per
        unit of time (0.1 with years: a purchase a year away counts 1/1.1). Infinite without
        a discount where lifetimes have no mean (s <= 1).
        """
        if not 0 <= discount < np.inf:
            raise BadInput("discount must be at or above 0.")
        history = checked_history(frequency, recency, T)
        rows = distinct(history.frequency, history.T)
        to_come = residual.if_alive(
            self.parameters_, *rows.columns, force=float(np.log1p(discount))
        )
        return to_come[rows.place] * self.probability_alive(*history)

    def simulate(self, T: Column, *, seed: int, horizon: float = 0.0) -> Drawn:
        """Draw one newcomer for each time observed; columns as `fit` takes.

        `bought` is how often they buy in the `horizon` after it.
        """
        age = checked_ages(T)
        ahead = float(checked_horizon(horizon)[0])
        return drawn(self.parameters_, age, horizon=ahead, seed=seed)
