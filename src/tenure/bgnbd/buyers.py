"""What every model of the family can say of a client."""

from typing import NamedTuple, Self

import numpy as np
from scipy.special import expit

from tenure.arrays import Column, Floats, by_blocks, same_length
from tenure.bgnbd import alive, doubt, law, purchases, regular
from tenure.bgnbd.fitting import Log
from tenure.bgnbd.likelihood import Likelihood, constant
from tenure.bgnbd.parameters import Kind, Parameters
from tenure.checks import (
    History,
    checked_ahead,
    checked_counts,
    checked_history,
    checked_level,
)
from tenure.contracts.history import checked_periods
from tenure.estimator import Estimator
from tenure.prior import Belief, Prior
from tenure.verdict import Finding, Verdict


class Combined(NamedTuple):
    """P(active), shape (clients,), and weighted sums of purchases to come: one array, or
    one a row, each of that shape."""

    probability_alive: Floats
    purchases: Floats


class Buyers(Estimator[Parameters]):
    """Purchases without a contract: a rate that differs, and a dropout after purchases.

    All columns hold one value per client: `frequency`, the number of repeat purchases
    (same-day orders count as one, the first is not counted); `recency`, the time from the
    first purchase to the last; `T`, the time from the first purchase to now. `recency`, `T`
    and every horizon share one unit of time, which is yours to choose. Columns may be
    lists, NumPy arrays or pandas, Polars and Arrow series; a column of one value, or a
    number, is repeated for every client.
    """

    parameters = Parameters
    units = (0, 1, 0, 0)
    # In units of the mean T. A standard deviation up or down is a factor of 4 (10 for the
    # time scale): from 1 in 35 to 3 in 4 leaving after a purchase is within one of each.
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
    _most_dropout: Parameters | None = None

    @property
    def _kind(self) -> Kind:
        raise NotImplementedError

    def reasons(self, frequency: Column, recency: Column, T: Column) -> alive.Reasons:
        """Return why: the log-odds of being active in three parts that sum to the score.

        Arrays of shape (clients,): `population`, `frequency`, `silence`, and `.score`.
        Where the model lets nobody leave before a repeat purchase, a client without one
        has an infinite population part.
        """
        history = checked_history(frequency, recency, T)
        return alive.reasons(self.parameters_, history, self._kind)

    def probability_alive(self, frequency: Column, recency: Column, T: Column) -> Floats:
        """Return the probability that each client is still active, shape (clients,).

        Fader, Hardie and Lee (2008), "Computing P(alive) using the BG/NBD model", and its
        like for the rest of the family.
        """
        history = checked_history(frequency, recency, T)
        return self._alive(self.parameters_, history)

    def probability_alive_interval(
        self, frequency: Column, recency: Column, T: Column, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of `probability_alive` under uncertainty of the parameters.

        Two arrays of shape (clients,). The delta method on the log-odds: no draws. Where
        no dropout is identified yet the lower end is instead that of the most dropout
        which the data do not refute (at 5 %, whatever the level).
        """
        history = checked_history(frequency, recency, T)
        at, sure, kind = self.parameters_, checked_level(level), self._kind
        if self._most_dropout is not None:
            low = alive.reasons(self._most_dropout, history, kind).score
            high = alive.reasons(at, history, kind).score
            return expit(np.minimum(low, high)), expit(high)
        return alive.interval(at, self.log_covariance_, history, level=sure, kind=kind)

    def act_by(
        self, frequency: Column, recency: Column, T: Column, *, threshold: float = 0.5
    ) -> Floats:
        """Return how long from now until a client who stays silent falls to `threshold`.

        Shape (clients,), in the unit of T; negative if that time has passed, infinite for
        those who cannot have left.
        """
        history = checked_history(frequency, recency, T)
        at, least = self.parameters_, checked_level(threshold)
        return alive.age_at(at, history, threshold=least, kind=self._kind) - history.T

    def expected_purchases(
        self, horizon: Column, frequency: Column, recency: Column, T: Column
    ) -> Floats:
        """Return the purchases to expect in the next `horizon`, shape (clients,).

        Equation (10) of Fader, Hardie and Lee (2005), in a form that does not overflow; the
        exact mean for gaps of k stages as well.
        """
        ahead, history = checked_ahead(horizon, frequency, recency, T)
        return self._expected(self.parameters_, history, ahead)

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

        def score(at: Parameters) -> Floats:
            return np.log(np.maximum(self._expected(at, history, ahead), 1e-300))

        low, high = self._ends(score, level=level)
        if self._most_dropout is not None:
            low = np.minimum(low, score(self._most_dropout))
        none = ahead == 0
        return np.where(none, 0.0, np.exp(low)), np.where(none, 0.0, np.exp(high))

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
        return law.interval(self.parameters_, self._kind, history, ahead, level=sure)

    def probability_of_purchase(
        self, horizon: Column, frequency: Column, recency: Column, T: Column
    ) -> Floats:
        """Return the chance of at least one purchase in the next `horizon`, (clients,)."""
        ahead, history = checked_ahead(horizon, frequency, recency, T)
        chance = law.chance(self.parameters_, self._kind, history, ahead)
        return np.asarray(chance * self.probability_alive(*history))

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
        counts, ahead, *rest = same_length(
            [checked_counts(count), ahead, *history], names=names
        )
        return law.beyond(self.parameters_, self._kind, History(*rest), ahead, counts)

    def log_score(
        self,
        horizon: Column,
        bought: Column,
        frequency: Column,
        recency: Column,
        T: Column,
    ) -> Floats:
        """Return ln P(exactly `bought` purchases in the next `horizon`), (clients,).

        The held-out score by which models are compared. -inf for what cannot happen: a
        purchase in no time.
        """
        ahead, history = checked_ahead(horizon, frequency, recency, T)
        times = checked_periods(bought, name="bought")
        names = ("bought", "horizon", *History._fields)
        times, ahead, *rest = same_length([times, ahead, *history], names=names)
        past = History(*rest)
        return law.log_score(self.parameters_, self._kind, past, ahead, times)

    def combined_purchases(
        self,
        horizons: Floats,
        weights: Floats,
        frequency: Column,
        recency: Column,
        T: Column,
    ) -> Combined:
        """Return the chance of being active and Σ w E[Y(t)] over horizons t, weights w.

        What a discounted sum needs: for gaps of one stage all horizons are evaluated on the
        few distinct (frequency, T), so that many cost little more than one. `weights` holds
        a sum in each row, shape (sums, horizons), or one, shape (horizons,).
        """
        history = checked_history(frequency, recency, T)
        at, kind, rows = self.parameters_, self._kind, np.atleast_2d(weights)
        lives = self._alive(at, history)
        if kind.k == 1:
            shifted, (x, _, age) = at._replace(b=at.b + kind.m), history
            found = lives * purchases.combined(shifted, x, age, horizons, rows)
        else:
            found = np.zeros((len(rows), len(lives)))
            for t, shares in zip(horizons, rows.T, strict=True):
                ahead = np.full_like(lives, t)
                found += shares[:, None] * self._expected(at, history, ahead)
        return Combined(lives, found[0] if weights.ndim == 1 else found)

    def _alive(self, at: Parameters, history: History) -> Floats:
        kind = self._kind

        def chance(*columns: Floats) -> Floats:
            # expit, by NumPy's faster exponential; beyond e^709 the chance is 0.
            score = alive.reasons(at, History(*columns), kind).score
            return np.asarray(1 / (1 + np.exp(-score)))

        with np.errstate(over="ignore"):
            return by_blocks(chance, *history)

    def _expected(self, at: Parameters, history: History, ahead: Floats) -> Floats:
        """Return the mean, gone or alive, once per distinct history of those alive."""
        kind, (x, _, T) = self._kind, history
        lives = self._alive(at, history)
        if kind.k == 1:
            shifted = at._replace(b=at.b + kind.m)
            return np.asarray(lives * purchases.expected(shifted, x, T, ahead))
        rows = law.Ahead.of(kind, history, ahead)
        exact = law.Law(at, kind, rows.history, rows.horizon)
        if_alive = regular.expected(exact, rows.history.frequency)[rows.place]
        return np.asarray(lives * if_alive)

    def _settle(self, log: Log, *, start: Parameters) -> Self:
        """Fit the rows at the kind already chosen, and keep what was found."""
        kind, by_prior = self._kind, self._prior is not None
        likelihood = Likelihood(log.rows, kind)
        few = None if log.few is None else Likelihood(log.few, kind)
        optimum = self._learn(likelihood, start=start, unit=log.unit, few=few)
        # What the search left out: terms without parameters, and the change of units.
        apart = constant(np.array(log.bought), np.array(log.log_gaps), kind)
        self.log_likelihood_ += float(apart) - log.bought * np.log(log.unit)
        found = doubt.verdict(likelihood, log.rows, optimum, kind=kind, by_prior=by_prior)
        later = None if found.earliest is None else found.earliest * log.unit
        self.verdict_ = Verdict(found.finding, earliest=later, leans_on_prior=by_prior)
        self._most_dropout = None
        if found.finding is Finding.NO_DROPOUT_YET and not by_prior:
            most = doubt.most_dropout(likelihood, optimum)
            self._most_dropout = most._replace(alpha=most.alpha * log.unit)
        return self
