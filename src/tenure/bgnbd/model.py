"""The estimators: gaps without memory (BG, MBG) and regular gaps (BG/CNBD, MBG/CNBD)."""

from typing import Any, ClassVar, Self

from tenure.arrays import Column, Floats
from tenure.bgnbd.buyers import Buyers
from tenure.bgnbd.fitting import checked_gaps, compressed, likeliest
from tenure.bgnbd.likelihood import constant, each
from tenure.bgnbd.parameters import Kind, Parameters
from tenure.bgnbd.simulated import Drawn, DrawnRegular, drawn
from tenure.checks import checked_ages, checked_history, checked_horizon
from tenure.errors import BadInput, NotFitted
from tenure.prior import Choice


class BGNBD(Buyers):
    """Purchases without a contract: a rate that differs, and a dropout after purchases.

    While active a client buys at a rate of their own, Gamma(r, rate alpha) over clients;
    after each repeat purchase they leave with a probability of their own, Beta(a, b).
    Fader, Hardie and Lee (2005), Marketing Science 24(2), 275-284.

    Columns, one value per client: `frequency`, repeat purchases; `recency`, time from the
    first purchase to the last; `T`, time from the first purchase to now (see `Buyers`).

    Learned: `r_`, `alpha_` (in the unit of time), `a_`, `b_`, `log_likelihood_`,
    `covariance_` and `standard_errors_` (in the order r, alpha, a, b; delta method),
    `passes_`, `verdict_`.

    Parameters given as keywords (all four) make a model that predicts without `fit`.
    `prior="weak"` (or a `Prior`) adds a prior to the likelihood: see `weak`.
    `warm_start=True` lets `fit` begin at the last optimum.
    """

    m: ClassVar[int] = 0

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
        log = compressed(checked_history(frequency, recency, T), weights)
        return self._settle(log, start=log.start)

    def log_likelihood(self, frequency: Column, recency: Column, T: Column) -> Floats:
        """Return the log-likelihood of each client's history, equation (6), (clients,)."""
        return each(self.parameters_, checked_history(frequency, recency, T), self._kind)

    def simulate(self, T: Column, *, seed: int, horizon: float = 0) -> Drawn:
        """Draw one newcomer for each T: columns as `fit` takes, and `bought` after T.

        Deterministic for a seed. Raises `BadInput` for a negative T or horizon.
        """
        ages, ahead = checked_ages(T), float(checked_horizon(horizon)[0])
        x, t_x, age, _, bought = drawn(
            self.parameters_, self._kind, ages, horizon=ahead, seed=seed
        )
        return Drawn(x, t_x, age, bought)

    @property
    def _kind(self) -> Kind:
        return Kind(1, self.m)


class MBGNBD(BGNBD):
    """The BG/NBD in which the first purchase may be the last.

    A client may leave after every purchase, the first included, so that one who never came
    back need not be active. Batislam, Denizel and Filiztekin (2007), International Journal
    of Research in Marketing 24(3), 201-209. Everything else as `BGNBD`.
    """

    m = 1


class BGCNBD(Buyers):
    """The BG/NBD for those who buy regularly: gaps are Erlang-k, k stages long.

    With k = 1 a purchase is as likely on any day; the larger k, the more like clockwork.
    Rates are those of stages: purchases come k times more slowly. Platzer and Reutterer
    (2016), Ticking Away the Moments, Marketing Science 35(5), 779-799.

    Columns as `BGNBD`, and `log_gaps` for `fit`: the sum of the natural logarithms of the
    gaps between a client's purchases (0 without a repeat purchase), in the unit of T.

    `k` is given, or chosen by likelihood from 1 to `largest_k`. Learned: `k_` and what
    `BGNBD` learns; the log-likelihood is that of all purchase times, not of their number.
    """

    m: ClassVar[int] = 0
    k_: int

    def __init__(
        self,
        *,
        r: float | None = None,
        alpha: float | None = None,
        a: float | None = None,
        b: float | None = None,
        k: int | None = None,
        largest_k: int = 12,
        prior: Choice = None,
        warm_start: bool = False,
    ) -> None:
        self.k, self.largest_k = k, largest_k
        if largest_k < 1 or (k is not None and (k < 1 or k != int(k))):
            raise BadInput("k and largest_k must be whole numbers from 1 up.")
        given = {"r": r, "alpha": alpha, "a": a, "b": b}
        super().__init__(given, prior=prior, warm_start=warm_start)
        if k is not None:
            self.k_ = int(k)
        elif self._is_known:
            raise BadInput("Give k with the other parameters.")

    @classmethod
    def of(cls, parameters: Parameters, *, log_covariance: Any = None, k: int = 1) -> Self:
        """Return a model with given parameters and k, as learned before or assumed."""
        model = super().of(parameters, log_covariance=log_covariance)
        model.k_ = k
        return model

    def fit(
        self,
        frequency: Column,
        recency: Column,
        T: Column,
        log_gaps: Column,
        *,
        weights: Column | None = None,
    ) -> Self:
        """Find the parameters and k of highest likelihood, and return self.

        As `BGNBD.fit`; raises `BadInput` too where `log_gaps` cannot belong to the history.
        """
        history = checked_history(frequency, recency, T)
        log = compressed(history, weights, checked_gaps(log_gaps, history))
        start = log.start
        if self.k is None:
            kind, start = likeliest(
                log, m=self.m, most=self.largest_k, start=start, joined=self._joined
            )
            self.k_ = kind.k
        return self._settle(log, start=start)

    def log_likelihood(
        self, frequency: Column, recency: Column, T: Column, log_gaps: Column
    ) -> Floats:
        """Return the log-likelihood of each client's purchase times, (clients,)."""
        history = checked_history(frequency, recency, T)
        sums = checked_gaps(log_gaps, history)
        fixed = constant(history.frequency, sums, self._kind)
        return each(self.parameters_, history, self._kind) + fixed

    def simulate(self, T: Column, *, seed: int, horizon: float = 0) -> DrawnRegular:
        """Draw one newcomer for each T: columns as `fit` takes, and `bought` after T.

        Deterministic for a seed. Raises `BadInput` for a negative T or horizon.
        """
        ages, ahead = checked_ages(T), float(checked_horizon(horizon)[0])
        return drawn(self.parameters_, self._kind, ages, horizon=ahead, seed=seed)

    @property
    def _kind(self) -> Kind:
        if not hasattr(self, "k_"):
            raise NotFitted("Call fit before asking for predictions.")
        return Kind(self.k_, self.m)


class MBGCNBD(BGCNBD):
    """The BG/CNBD-k in which the first purchase may be the last (`MBGNBD`)."""

    m = 1
