"""Who leaves when, given what is known of them: Cox's model in the manner of the rest."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np
from scipy.special import ndtri

from tenure.arrays import Column, Floats, column, same_length
from tenure.checks import checked_level
from tenure.errors import BadInput, NotFitted
from tenure.newton import Objective, Optimum, Pass, covariance, maximise
from tenure.prior import Belief, Choice, Prior, chosen
from tenure.survival import concordance as pairs
from tenure.survival import doubt, lifetime
from tenure.survival.baseline import Baseline, baseline
from tenure.survival.columns import Followed, checked_followed, checked_times
from tenure.survival.covariates import Covariates, Design, designed
from tenure.survival.partial import PartialLikelihood, Ties
from tenure.survival.proportional import Proportionality, tested
from tenure.survival.simulated import Drawn, drawn
from tenure.verdict import Verdict

# Where the search ends, in logarithms by unit: a ratio of 160,000, which no data show.
FURTHEST = 12.0
# The weak prior: a ratio by unit between a quarter and four is within one deviation.
WEAK = Belief(1.0, 4.0)
EXTREME = 300.0


class Reasons(NamedTuple):
    """Why a client's hazard differs from that of the average client, in logarithms.

    `parts` has one array of shape (clients,) per covariate; `score` is their sum.
    """

    parts: dict[str, Floats]
    score: Floats


class ProportionalHazards:
    """Time under contract, by what is known of a client: plan, price, channel, tier.

    At every age a client's hazard of leaving is that of the average client times a hazard
    ratio, e to the sum of logarithm times covariate; how the hazard changes with age is
    left open. Cox (1972), "Regression models and life-tables", JRSS B 34, 187-220.

    `reference` names the level against which the others of a covariate of text are told;
    without it the one that most clients have. `prior` is None, "weak" (each hazard ratio
    between a quarter and four, by a standard deviation for numbers) or a `Prior` on hazard
    ratios by their names and that unit. `period` is the length of one period in the unit of
    durations. `ties` says how clients who leave at one age are counted.

    Learned: `hazard_ratios_` by name, `log_hazard_ratios_`, `log_covariance_`,
    `log_likelihood_` (partial) and `null_log_likelihood_` without covariates,
    `proportionality_`, `leavers_`, `references_`, `youngest_` and `oldest_` (the ages
    between which anybody was followed), `passes_`, `verdict_`.
    """

    def __init__(
        self,
        *,
        reference: Mapping[str, str] | None = None,
        prior: Choice = None,
        period: float = 1.0,
        ties: Ties = "efron",
    ) -> None:
        if ties not in ("efron", "breslow"):
            raise BadInput('ties must be "efron" or "breslow".')
        if not 0 < period < np.inf:
            raise BadInput("period must be above 0.")
        self.reference = dict(reference or {})
        self.prior = prior
        self.period = period
        self.ties = ties
        chosen(prior, weak=Prior({}))

    def fit(
        self,
        duration: Column,
        left: Column,
        covariates: Covariates,
        *,
        entered: Column = 0,
        weights: Column | None = None,
    ) -> Self:
        """Find the hazard ratios of highest likelihood, and return self.

        `duration` is the age at which a client left or was last seen, `left` whether they
        left, `entered` the age at which they were first seen (those who left before are
        not among the rows: left truncation). `covariates` map names to columns of numbers
        or text, or are an Arrow, pandas or Polars table. `weights` says how many clients
        each row stands for. Raises `BadInput` for impossible records; what the data cannot
        tell is no error: read `verdict_`.
        """
        rows = checked_followed(duration, left, entered, weights)
        kept = (rows.weight > 0) & (rows.duration > rows.entered)
        if not kept.any():
            raise BadInput("Nobody was followed for any time: there is nothing to learn.")
        design, matrix = designed(covariates, rows.weight, kept, self.reference)
        rows = rows.taken(kept)
        if self.prior is None:
            _check_apart(design, matrix, rows.weight)
        optimum = self._learn(rows, matrix, design)
        self._conclude(rows, matrix, optimum)
        return self

    def _learn(self, rows: Followed, matrix: Floats, design: Design) -> Optimum:
        likelihood: Objective = _flat
        self.leavers_ = float(rows.weight @ rows.left)
        if self.leavers_:
            likelihood = PartialLikelihood(rows, matrix, ties=self.ties)
        names = tuple(one.name for one in design.coefficients)
        prior = chosen(self.prior, weak=Prior(dict.fromkeys(names, WEAK)))
        start = np.zeros(len(names))
        self.null_log_likelihood_ = likelihood(start).value
        objective = likelihood if prior is None else prior.joined(likelihood, names)
        optimum = maximise(objective, start, low=-FURTHEST, high=FURTHEST)
        lost = prior.at(optimum.point, names).value if prior else 0.0
        self._design, self._logs = design, optimum.point
        self._covariance = covariance(optimum.at.hessian)
        self.names_ = names
        self.references_ = {name: levels[0] for name, levels in design.levels.items()}
        self.log_likelihood_ = optimum.at.value - lost
        self.passes_ = optimum.passes
        return optimum

    def _conclude(self, rows: Followed, matrix: Floats, optimum: Optimum) -> None:
        self._base = baseline(rows, matrix, self._logs, ties=self.ties)
        self.youngest_, self.oldest_ = self._base.first, self._base.last
        test = tested(self._base, rows, matrix, self._covariance)
        spread = np.sqrt(rows.weight @ matrix**2 / rows.weight.sum())
        found = doubt.finding(
            optimum, furthest=FURTHEST, leavers=self.leavers_, test=test, spread=spread
        )
        self.verdict_ = Verdict(found, leans_on_prior=self.prior is not None)
        self.proportionality_: Proportionality | None = test and test._replace(
            slopes=test.slopes / self._design.unit
        )

    @property
    def log_hazard_ratios_(self) -> Floats:
        """Logarithms of the hazard ratios, in the order of `names_`."""
        return np.asarray(self._known._logs / self._design.unit)

    @property
    def log_covariance_(self) -> Floats:
        """Their covariance: the inverse observed information."""
        return self._known._covariance / np.outer(self._design.unit, self._design.unit)

    @property
    def log_standard_errors_(self) -> Floats:
        """Standard errors of the logarithms, which tables print beside them."""
        return np.sqrt(np.diag(self.log_covariance_))

    @property
    def hazard_ratios_(self) -> dict[str, float]:
        """By name, what one unit more of a covariate, or this level, multiplies by."""
        ratios = np.exp(np.clip(self.log_hazard_ratios_, -EXTREME, EXTREME))
        return dict(zip(self.names_, ratios.tolist(), strict=True))

    @property
    def standard_errors_(self) -> Floats:
        """Standard errors of the hazard ratios, in the order of `names_`: delta method."""
        return np.array(list(self.hazard_ratios_.values())) * self.log_standard_errors_

    def hazard_ratios_interval(
        self, *, level: float = 0.95
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Return the ends of the hazard ratios by name: Wald's, in logarithms."""
        reach = ndtri((1 + checked_level(level)) / 2) * self.log_standard_errors_
        middle = self.log_hazard_ratios_
        ends = (np.exp(np.clip(middle + s * reach, -EXTREME, EXTREME)) for s in (-1, 1))
        low, high = (dict(zip(self.names_, e.tolist(), strict=True)) for e in ends)
        return low, high

    def reasons(self, covariates: Covariates) -> Reasons:
        """Return why: parts that sum to the logarithm of the ratio to the average client.

        The average client has the mean of every number and the share of every level.
        """
        each = self._matrix(covariates) * self._logs
        parts = {name: np.zeros(len(each)) for name in self._design.names}
        for place, one in enumerate(self._design.coefficients):
            parts[one.covariate] = parts[one.covariate] + each[:, place]
        return Reasons(parts, sum(parts.values(), np.zeros(len(each))))

    def hazard_ratio(self, covariates: Covariates) -> Floats:
        """Return each client's hazard over that of the average client, (clients,)."""
        return self._ratio(self._matrix(covariates))

    def hazard_ratio_interval(
        self, covariates: Covariates, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of `hazard_ratio` under uncertainty of the hazard ratios."""
        matrix = self._matrix(covariates)
        variance = np.einsum("np,pq,nq->n", matrix, self._covariance, matrix)
        reach = ndtri((1 + checked_level(level)) / 2) * np.sqrt(variance)
        middle = matrix @ self._logs
        low, high = (
            np.exp(np.clip(middle + s * reach, -EXTREME, EXTREME)) for s in (-1, 1)
        )
        return low, high

    def survival(self, time: Column, covariates: Covariates, *, age: Column = 0) -> Floats:
        """Return the chance of being there at the age `time`, for clients there at `age`.

        Shape (clients,). Raises `BadInput` outside the ages at which anybody was followed.
        """
        start, end, matrix = self._span(age, checked_times(time, name="time"), covariates)
        return self._kept(start, end, matrix)

    def survival_interval(
        self, time: Column, covariates: Covariates, *, age: Column = 0, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of `survival` under uncertainty of all that was learned.

        Delta method on ln(-ln S). Where nobody was seen to leave there is no width.
        """
        span = self._span(age, checked_times(time, name="time"), covariates)
        return self._kept_ends(*span, level=level)

    def retention(self, age: Column, covariates: Covariates) -> Floats:
        """Return the chance that a client of that age is there one `period` later."""
        return self._kept(*self._ahead(self.period, age, covariates))

    def retention_interval(
        self, age: Column, covariates: Covariates, *, level: float = 0.9
    ) -> tuple[Floats, Floats]:
        """Return the ends of `retention` under uncertainty of all that was learned."""
        return self._kept_ends(*self._ahead(self.period, age, covariates), level=level)

    def expected_lifetime(
        self, horizon: Column, covariates: Covariates, *, age: Column = 0
    ) -> Floats:
        """Return the time a client of that age is expected to stay within `horizon`."""
        return self._lifetime(*self._ahead(horizon, age, covariates)).value

    def expected_lifetime_interval(
        self,
        horizon: Column,
        covariates: Covariates,
        *,
        age: Column = 0,
        level: float = 0.9,
    ) -> tuple[Floats, Floats]:
        """Return the ends of that mean under uncertainty: delta method, in log-odds."""
        start, end, matrix = self._ahead(horizon, age, covariates)
        mean, whole = self._lifetime(start, end, matrix), end - start
        reach = ndtri((1 + checked_level(level)) / 2) * np.sqrt(mean.variance)
        return lifetime.ends(mean.value, whole, reach)

    def log_score(
        self, kept: Column, left: Column, covariates: Covariates, *, age: Column = 0
    ) -> Floats:
        """Return the log-probability of what then happened, shape (clients,).

        Clients were there at `age`; `kept` is how much longer, and `left` whether they then
        left. Leaving is told to the period in which it fell, staying to the time.
        """
        names = ("kept", "left")
        time, gone = same_length(
            [checked_times(kept, name=names[0]), column(left, name=names[1])], names=names
        )
        if ((gone != 0) & (gone != 1)).any() or (gone * (time == 0)).any():
            raise BadInput("left must be true or false, and whoever left stayed a while.")
        whole = np.ceil(time / self.period * (1 - 1e-12)) * self.period
        start, end, matrix = self._ahead(np.where(gone > 0, whole, time), age, covariates)
        gone = np.broadcast_to(gone, start.shape)
        before = np.where(gone > 0, end - self.period, end)
        hazard = self._base.stretch(start, before).hazard * self._ratio(matrix)
        last = self._base.stretch(before, end).hazard * self._ratio(matrix)
        with np.errstate(divide="ignore"):
            then = np.where(gone > 0, np.log(-np.expm1(-last)), 0.0)
        return np.asarray(then - hazard)

    def concordance(
        self,
        duration: Column,
        left: Column,
        covariates: Covariates,
        *,
        entered: Column = 0,
        weights: Column | None = None,
    ) -> float:
        """Return the share of pairs of clients whose order of leaving is told right."""
        rows = checked_followed(duration, left, entered, weights)
        score = self._matrix(covariates) @ self._logs
        if len(score) != len(rows.duration):
            words = f"covariates have {len(score)} rows, duration has {len(rows.duration)}."
            raise BadInput(words)
        return pairs.concordance(rows, score)

    def simulate(
        self, until: Column, covariates: Covariates, *, seed: int, entered: Column = 0
    ) -> Drawn:
        """Draw when each client leaves, followed from `entered` until that age."""
        end = checked_times(until, name="until")
        start, end, matrix = self._span(entered, end, covariates)
        return drawn(self._base, self._ratio(matrix), start, end, seed=seed)

    @property
    def _known(self) -> Self:
        if not hasattr(self, "_design"):
            raise NotFitted("Call fit before asking for predictions.")
        return self

    def _matrix(self, covariates: Covariates) -> Floats:
        return self._known._design.matrix(covariates)

    def _ratio(self, matrix: Floats) -> Floats:
        return np.exp(np.clip(matrix @ self._logs, -EXTREME, EXTREME))

    def _ahead(
        self, horizon: Any, age: Column, covariates: Covariates
    ) -> tuple[Floats, Floats, Floats]:
        first, ahead = same_length(
            [checked_times(age, name="age"), checked_times(horizon, name="horizon")],
            names=("age", "horizon"),
        )
        return self._span(first, first + ahead, covariates)

    def _span(
        self, age: Column, until: Floats, covariates: Covariates
    ) -> tuple[Floats, Floats, Floats]:
        """Give every client a stretch of ages that somebody was followed through."""
        matrix = self._matrix(covariates)
        rows = np.arange(float(len(matrix)))
        columns = [checked_times(age, name="age"), until, rows]
        start, end, place = same_length(columns, names=("age", "time", "covariates"))
        if (end < start).any():
            raise BadInput("time is before age.")
        youngest, oldest = self._base.first, self._base.last
        if (start < youngest).any() or (end > oldest * (1 + 1e-12)).any():
            words = f"Clients were followed from age {youngest:.6g} to {oldest:.6g} only"
            raise BadInput(f"{words}: nothing is known before or beyond.")
        return start, end, matrix[place.astype(np.intp)]

    def _kept(self, start: Floats, end: Floats, matrix: Floats) -> Floats:
        hazard = self._base.stretch(start, end).hazard
        return np.asarray(np.exp(-hazard * self._ratio(matrix)))

    def _kept_ends(
        self, start: Floats, end: Floats, matrix: Floats, *, level: float
    ) -> tuple[Floats, Floats]:
        over = self._base.stretch(start, end)
        q = matrix * over.hazard[:, None] - over.pull
        variance = over.noise + np.einsum("np,pq,nq->n", q, self._covariance, q)
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.where(over.hazard > 0, np.sqrt(variance) / over.hazard, 0.0)
        reach = ndtri((1 + checked_level(level)) / 2) * error
        hazard = over.hazard * self._ratio(matrix)
        with np.errstate(over="ignore"):
            low, high = (np.exp(-hazard * np.exp(s * reach)) for s in (1, -1))
        return low, high

    def _lifetime(self, start: Floats, end: Floats, matrix: Floats) -> lifetime.Mean:
        base: Baseline = self._base
        return lifetime.expected(base, start, end, matrix, self._logs, self._covariance)


def _flat(point: Floats) -> Pass:
    """Return the likelihood where nobody left: it tells nothing."""
    size = len(point)
    return Pass(0.0, np.zeros(size), np.zeros((size, size)))


def _check_apart(design: Design, matrix: Floats, weight: Floats) -> None:
    """Refuse covariates that say the same as others together."""
    inner = (weight[:, None] * matrix).T @ matrix
    scale = np.sqrt(np.diag(inner))
    values, vectors = np.linalg.eigh(inner / np.outer(scale, scale))
    if values[0] < 1e-10:
        parts = np.flatnonzero(np.abs(vectors[:, 0]) > 1e-3)
        names = ", ".join(design.coefficients[place].name for place in parts)
        raise BadInput(f"One of these tells what the others do: {names}.")
