"""The exact law of the purchases to come, for every member of the family.

Given alive at T with j stages of the current gap done, stages come as a Poisson process of
rate λ ~ Gamma(A+j, α+T), A = r+kx, so that their number in a horizon t is negative binomial
with z = t/(α+T+t). The n-th purchase needs nk-j of them, and that nobody left after the
n-1 before it, p ~ Beta(a, b+x+m) independently of λ:

    P(Y >= n | alive) = E[(1-p)^(n-1)] · Σ_j w_j · I_z(nk-j, A+j).
"""

from typing import Any, NamedTuple, Self

import numpy as np
from scipy.special import betainc, gammaln, log_expit, logsumexp

from tenure.arrays import Floats, distinct
from tenure.bgnbd import alive
from tenure.bgnbd.parameters import Kind, Parameters
from tenure.bgnbd.stages import stages
from tenure.checks import History
from tenure.counts import between
from tenure.gamma import log_rising


class Law:
    """What clients who are alive at T will buy in `horizon`; rows as given."""

    def __init__(
        self, at: Parameters, kind: Kind, history: History, horizon: Floats
    ) -> None:
        x, t_x, T = history
        self.kind, self.power = kind, at.r + kind.k * x
        self.shares = stages(self.power, (T - t_x) / (at.alpha + T), kind.k).shares
        self.z = horizon / (at.alpha + T + horizon)
        self.leave, self.stay = at.a, at.b + x + kind.m

    def reaches(self, n: Floats, who: Any = slice(None)) -> Floats:
        """Return P(Y >= n | alive) for n >= 1; n as long as the rows `who`."""
        tail = np.zeros(len(n))
        for j, share in enumerate(self.shares[:, who]):
            power = self.power[who] + j
            tail += share * betainc(self.kind.k * n - j, power, self.z[who])
        return np.asarray(np.minimum(tail, 1.0) * np.exp(self._log_stay(n - 1, who)))

    def log_none(self, score: Floats) -> Floats:
        """Return ln P(Y = 0), gone or alive; `score` is the log-odds of being alive.

        1 - I_z(p, q) = I_(1-z)(q, p): a sure purchase leaves a small chance its digits.
        """
        none = np.zeros_like(score)
        for j, share in enumerate(self.shares):
            rest = np.full_like(score, float(self.kind.k - j))
            none += share * betainc(self.power + j, rest, 1 - self.z)
        with np.errstate(divide="ignore"):
            waits = log_expit(score) + np.log(np.minimum(none, 1.0))
        return np.asarray(np.minimum(np.logaddexp(log_expit(-score), waits), 0.0))

    def log_exactly(self, n: Floats) -> Floats:
        """Return ln P(Y = n | alive) for n >= 1, never a difference of tails.

        P(N = n) E[(1-p)^n] + P(N >= n) E[p (1-p)^(n-1)], with N the purchases of one who
        never leaves and the last factor E[(1-p)^(n-1)] a/(a+b+x+m+n-1).
        """
        ways = []
        before = self._log_stay(n - 1)
        last = before + np.log(self.leave) - np.log(self.leave + self.stay + n - 1)
        with np.errstate(divide="ignore"):
            for j, share in enumerate(self.shares):
                power, held = self.power + j, np.log(share)
                tail = np.log(betainc(self.kind.k * n - j, power, self.z))
                ways.append(held + tail + last)
                for done in range(self.kind.k):
                    count = self._log_stages(self.kind.k * n - j + done, power)
                    ways.append(held + count + self._log_stay(n))
        return np.asarray(np.minimum(logsumexp(ways, axis=0), 0.0))

    def _log_stages(self, s: Floats, power: Floats) -> Floats:
        """Negative binomial: ln of Γ(A+s)/(Γ(A) s!) (1-z)^A z^s."""
        ways = log_rising(power, s) - gammaln(s + 1)
        return np.asarray(ways + power * np.log1p(-self.z) + s * np.log(self.z))

    def _log_stay(self, n: Floats, who: Any = slice(None)) -> Floats:
        """Ln E[(1-p)^n], a ratio of rising factorials."""
        stay = self.stay[who]
        both = log_rising(stay, n) - log_rising(self.leave + stay, n)
        return np.minimum(both, 0.0)


class Ahead(NamedTuple):
    """Distinct histories with horizons, and where each client's is."""

    history: History
    horizon: Floats
    place: Any

    @classmethod
    def of(cls, kind: Kind, history: History, horizon: Floats) -> Self:
        """Compress; when a gap is one stage, recency says nothing of one who is alive."""
        x, t_x, T = history
        if kind.k == 1:
            rows = distinct(x, T, horizon)
            x, T, horizon = rows.columns
            return cls(History(x, T, T), horizon, rows.place)
        rows = distinct(x, t_x, T, horizon)
        x, t_x, T, horizon = rows.columns
        return cls(History(x, t_x, T), horizon, rows.place)


def chance(at: Parameters, kind: Kind, history: History, horizon: Floats) -> Floats:
    """Return P(Y >= 1 | alive), once per distinct row."""
    rows = Ahead.of(kind, history, horizon)
    law = Law(at, kind, rows.history, rows.horizon)
    return np.asarray(law.reaches(np.ones_like(rows.horizon))[rows.place])


def interval(
    at: Parameters, kind: Kind, history: History, horizon: Floats, *, level: float
) -> tuple[Floats, Floats]:
    """Return the ends between which Y lies with at least `level`, from the exact law."""
    rows = distinct(*history, horizon)
    *columns, horizon = rows.columns
    past = History(*columns)
    law = Law(at, kind, past, horizon)
    log_alive = log_expit(alive.reasons(at, past, kind).score)

    def beyond(y: Floats, who: Any) -> Floats:
        return np.asarray(np.exp(log_alive[who]) * law.reaches(y + 1, who))

    low, high = between(beyond, size=len(horizon), level=level)
    return low[rows.place], high[rows.place]


def beyond(
    at: Parameters, kind: Kind, history: History, horizon: Floats, count: Floats
) -> Floats:
    """Return P(Y > count), gone or alive, once per distinct row."""
    rows = distinct(*history, horizon, count)
    *columns, horizon, count = rows.columns
    past = History(*columns)
    lives = np.exp(log_expit(alive.reasons(at, past, kind).score))
    more = lives * Law(at, kind, past, horizon).reaches(count + 1)
    return np.asarray(more[rows.place])


def log_score(
    at: Parameters, kind: Kind, history: History, horizon: Floats, bought: Floats
) -> Floats:
    """Return ln P(Y = bought), once per distinct row."""
    rows = distinct(*history, horizon, bought)
    *columns, horizon, bought = rows.columns
    past = History(*columns)
    law, score = Law(at, kind, past, horizon), alive.reasons(at, past, kind).score
    some = law.log_exactly(np.maximum(bought, 1.0)) + log_expit(score)
    return np.asarray(np.where(bought > 0, some, law.log_none(score))[rows.place])
