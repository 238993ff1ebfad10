"""The estimator of purchases at fixed occasions."""

from typing import Any, Self

import numpy as np
from scipy.special import expit

from tenure.arrays import Column, Floats, distinct, same_length
from tenure.bgbb import alive, doubt, purchases
from tenure.bgbb.history import Chances, checked_chances, compressed
from tenure.bgbb.likelihood import Likelihood, Parameters, parts
from tenure.bgbb.simulated import Drawn, drawn
from tenure.checks import checked_level
from tenure.contracts import lifetime
from tenure.contracts.history import checked_periods
from tenure.contracts.survival import Parameters as Stay
from tenure.counts import between
from tenure.errors import BadInput
from tenure.estimator import Estimator
from tenure.prior import Belief, Choice, Prior
from tenure.verdict import Finding, Verdict


class BGBB(Estimator[Parameters]):
    """Purchases that can only happen at fixed occasions: a yearly gift, a weekly market.

    At each chance an active client buys with a probability of their own, Beta(alpha, beta)
    over clients; before each chance they leave for good with a probability of their own,
    Beta(gamma, delta). Fader, Hardie and Shang (2010), Customer-base analysis in a
    discrete-time noncontractual setting, Marketing Science 29(6), 1086-1108.

    Columns of shape (clients,), whole numbers: `frequency`, how many chances were taken
    after the first purchase; `recency`, which chance was the last taken (0 if none);
    `periods`, how many chances there were. Horizons count chances.

    Learned: `alpha_`, `beta_`, `gamma_`, `delta_` and what every estimator learns.
    """

    parameters = Parameters
    units = (0, 0, 0, 0)
    # Half of the chances taken, one in eleven leaving before each; clients differ.
    weak = Prior(
        {
            "alpha": Belief(1.0, 3.0),
            "beta": Belief(1.0, 3.0),
            "gamma": Belief(0.5, 3.0),
            "delta": Belief(5.0, 4.0),
        }
    )

    alpha_: float
    beta_: float
    gamma_: float
    delta_: float

    def __init__(
        self,
        *,
        alpha: float | None = None,
        beta: float | None = None,
        gamma: float | None = None,
        delta: float | None = None,
        prior: Choice = None,
        warm_start: bool = False,
    ) -> None:
        given = {"alpha": alpha, "beta": beta, "gamma": gamma, "delta": delta}
        super().__init__(given, prior=prior, warm_start=warm_start)
        self._most_dropout: Parameters | None = None

    def fit(
        self,
        frequency: Column,
        recency: Column,
        periods: Column,
        *,
        weights: Column | None = None,
    ) -> Self:
        """Find the parameters of highest likelihood, equation (7), and return self.

        `weights` says how many clients each row stands for. A boundary optimum is not an
        error: read `verdict_`. Raises `BadInput` for impossible records, or when nobody
        has taken a chance.
        """
        rows = compressed(checked_chances(frequency, recency, periods), weights)
        likelihood = Likelihood(rows)
        optimum = self._learn(likelihood, start=Parameters(1.0, 1.0, 0.5, 2.0))
        by_prior = self._prior is not None
        found = doubt.finding(likelihood, rows, optimum, by_prior=by_prior)
        unseen = found is Finding.NO_DROPOUT_YET
        later = doubt.earliest(self.parameters_, rows) if unseen else None
        self.verdict_ = Verdict(found, earliest=later, leans_on_prior=by_prior)
        self._most_dropout = None
        if unseen and not by_prior:
            self._most_dropout = doubt.most_dropout(likelihood, optimum)
        return self

    def log_likelihood(self, frequency: Column, recency: Column, periods: Column) -> Floats:
        """Return the log-likelihood of each client's record, equation (7), (clients,)."""
        both = parts(self.parameters_, checked_chances(frequency, recency, periods))
        return np.logaddexp(both.active, both.gone)

    def probability_alive(
        self, frequency: Column, recency: Column, periods: Column
    ) -> Floats:
        """Return the probability that each is active at the next chance, equation (11)."""
        history = checked_chances(frequency, recency, periods)
        return np.asarray(expit(alive.score(self.parameters_, history)))

    def probability_alive_interval(
        self, frequency: Column, recency: Column, periods: Column, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of `probability_alive` under uncertainty of the parameters.

        Two arrays of shape (clients,): the delta method on the log-odds. Where no dropout
        is identified yet the lower end is instead that of the most dropout which the data
        do not refute (at 5 %, whatever the level).
        """
        history = checked_chances(frequency, recency, periods)
        sure = checked_level(level)
        if self._most_dropout is not None:
            low = alive.score(self._most_dropout, history)
            high = alive.score(self.parameters_, history)
            return expit(np.minimum(low, high)), expit(high)
        low, high = self._ends(lambda at: alive.score(at, history), level=sure)
        return expit(low), expit(high)

    def act_by(
        self,
        frequency: Column,
        recency: Column,
        periods: Column,
        *,
        threshold: float = 0.5,
    ) -> Floats:
        """Return after how many more missed chances a client falls to `threshold`.

        Shape (clients,); 0 where they have already.
        """
        history = checked_chances(frequency, recency, periods)
        at, least = self.parameters_, checked_level(threshold)
        return alive.missed_until(at, history, threshold=least)

    def expected_purchases(
        self, horizon: Column, frequency: Column, recency: Column, periods: Column
    ) -> Floats:
        """Return how many of the next `horizon` chances to expect taken, equation (13)."""
        ahead, history = _ahead(horizon, frequency, recency, periods)
        if_active = purchases.expected(
            self.parameters_, history.frequency, history.periods, ahead
        )
        return if_active * self._active(history)

    def expected_purchases_interval(
        self,
        horizon: Column,
        frequency: Column,
        recency: Column,
        periods: Column,
        *,
        level: float = 0.9,
    ) -> tuple[Floats, Floats]:
        """Return the ends of `expected_purchases` under uncertainty of the parameters.

        Two arrays of shape (clients,), by the delta method on the logarithm.
        """
        ahead, history = _ahead(horizon, frequency, recency, periods)

        def score(at: Parameters) -> Floats:
            both = parts(at, history)
            x, n = history.frequency, history.periods
            mean = expit(both.active - both.gone) * purchases.expected(at, x, n, ahead)
            return np.asarray(np.log(np.maximum(mean, 1e-300)))

        low, high = self._ends(score, level=level)
        if self._most_dropout is not None:
            low = np.minimum(low, score(self._most_dropout))
        none = ahead == 0
        return np.where(none, 0.0, np.exp(low)), np.where(none, 0.0, np.exp(high))

    def probability_of_purchase(
        self, horizon: Column, frequency: Column, recency: Column, periods: Column
    ) -> Floats:
        """Return the chance that at least one of the next `horizon` chances is taken."""
        ahead, history = _ahead(horizon, frequency, recency, periods)
        none = self._log_chances(history, ahead, np.zeros_like(ahead))
        return np.asarray(-np.expm1(np.minimum(none, 0.0)))

    def purchases_interval(
        self,
        horizon: Column,
        frequency: Column,
        recency: Column,
        periods: Column,
        *,
        level: float = 0.9,
    ) -> tuple[Floats, Floats]:
        """Return the ends between which the purchases in `horizon` will lie, two arrays.

        From the exact predictive law at the learned parameters; at least `level` lies
        within, and what may be missed lies above where nothing can lie below.
        """
        ahead, history = _ahead(horizon, frequency, recency, periods)
        sure = checked_level(level)
        low, high = np.zeros_like(ahead), np.zeros_like(ahead)
        for chances in np.unique(ahead):
            who = np.flatnonzero(ahead == chances)
            past = Chances(*(values[who] for values in history))
            law, place = self._beyond(past, horizon=int(chances))

            def beyond(y: Floats, rows: Any, law: Floats = law) -> Floats:
                last = np.minimum(y, law.shape[1] - 1).astype(np.intp)
                return np.asarray(law[rows, last])

            low_, high_ = between(beyond, size=len(law), level=sure)
            low[who], high[who] = low_[place], high_[place]
        return low, high

    def probability_beyond(
        self,
        count: Column,
        horizon: Column,
        frequency: Column,
        recency: Column,
        periods: Column,
    ) -> Floats:
        """Return the chance that more than `count` of `horizon` chances are taken."""
        ahead, history = _ahead(horizon, frequency, recency, periods)
        names = ("count", "horizon", *Chances._fields)
        counts, ahead, *rest = same_length(
            [checked_periods(count, name="count"), ahead, *history], names=names
        )
        found = np.zeros_like(ahead)
        for chances in np.unique(ahead):
            who = np.flatnonzero(ahead == chances)
            past = Chances(*(values[who] for values in rest))
            law, place = self._beyond(past, horizon=int(chances))
            found[who] = law[place, np.minimum(counts[who], chances).astype(np.intp)]
        return found

    def log_score(
        self,
        horizon: Column,
        bought: Column,
        frequency: Column,
        recency: Column,
        periods: Column,
    ) -> Floats:
        """Return ln P(exactly `bought` of the next `horizon` chances taken), (clients,)."""
        ahead, history = _ahead(horizon, frequency, recency, periods)
        times = checked_periods(bought, name="bought")
        ahead, times, *columns = np.broadcast_arrays(ahead, times, *history)
        if (times > ahead).any():
            raise BadInput("bought is more than horizon.")
        return self._log_chances(Chances(*columns), ahead, times)

    def residual_purchases(
        self,
        frequency: Column,
        recency: Column,
        periods: Column,
        *,
        discount: float = 0.0,
    ) -> Floats:
        """Return the discounted purchases still to come from each client, equation (14).

        `discount` is the rate per chance, and the next chance is one period away. Infinite
        without a discount where lifetimes have no mean (gamma <= 1).
        """
        if not 0 <= discount < np.inf:
            raise BadInput("discount must be at or above 0.")
        history = checked_chances(frequency, recency, periods)
        at, n = self.parameters_, history.periods
        take = (at.alpha + history.frequency) / (at.alpha + at.beta + n)
        stay = lifetime.residual(Stay(at.gamma, at.delta), n, discount=discount)
        return self._active(history) * take * stay / (1 + discount)

    def simulate(self, periods: Column, *, seed: int, horizon: float = 0) -> Drawn:
        """Draw one newcomer for each number of chances; columns as `fit` takes.

        `bought` is how many of the next `horizon` chances they take.
        """
        ahead = float(checked_periods(horizon, name="horizon")[0])
        return drawn(self.parameters_, checked_periods(periods), horizon=ahead, seed=seed)

    def _active(self, history: Chances) -> Floats:
        """Return the chance to be active after the last chance, not yet at the next."""
        both = parts(self.parameters_, history)
        return np.asarray(expit(both.active - both.gone))

    def _log_chances(self, history: Chances, ahead: Floats, times: Floats) -> Floats:
        rows = distinct(ahead, times, *history)
        ahead, times, *columns = rows.columns
        past = Chances(*columns)
        both = parts(self.parameters_, past)
        whole = np.logaddexp(both.active, both.gone)
        alive = both.active - whole
        score = alive + purchases.log_chances(
            self.parameters_, past.frequency, past.periods, ahead, times
        )
        none = np.logaddexp(score, both.gone - whole)
        return np.asarray(np.where(times == 0, none, score)[rows.place])

    def _beyond(self, history: Chances, *, horizon: int) -> tuple[Floats, Any]:
        """Return P(Y > y), y = 0 … horizon, per distinct client, and which is whose."""
        rows = distinct(history.frequency, history.periods, self._active(history))
        x, n, active = rows.columns
        law = purchases.table(self.parameters_, x, n, horizon) * active[:, None]
        upto = np.cumsum(law[:, ::-1], axis=1)[:, ::-1]
        # What is above y, summed from the far end; above the horizon there is nothing.
        return np.append(upto[:, 1:], np.zeros((len(x), 1)), axis=1), rows.place


def _ahead(
    horizon: Column, frequency: Column, recency: Column, periods: Column
) -> tuple[Floats, Chances]:
    """Give every client a horizon of whole chances, and every horizon a client."""
    names = ("horizon", *Chances._fields)
    ahead, *rest = same_length(
        [
            checked_periods(horizon, name="horizon"),
            *checked_chances(frequency, recency, periods),
        ],
        names=names,
    )
    return ahead, Chances(*rest)
