"""What every model shares: its parameters, how they were learned, and how sure they are."""

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
from scipy.special import ndtri

from tenure.arrays import Column, Floats, column, distinct, same_length
from tenure.checks import checked_level
from tenure.errors import BadInput, NotFitted
from tenure.newton import Objective, Optimum, covariance, maximise
from tenure.prior import Choice, Prior, chosen
from tenure.verdict import Verdict

P = TypeVar("P", bound=tuple[float, ...])
# Half the width of a central difference in logarithms: the cube root of the precision.
NUDGE = 6e-6
# An optimum of a few that lies beyond this, in logarithms, may be a boundary of few only.
FAR = 7.0


class Estimator(Generic[P]):
    """The base of all models; a model adds `fit`, its likelihood and its predictions.

    A model names its parameters once, in a NamedTuple `parameters`, and says in `units` to
    which power of the unit (of time or money) each is proportional. All of them are
    positive and searched in logarithms. `weak` is its documented weak prior.
    """

    parameters: ClassVar[Any]  # a NamedTuple class of floats, whose instances are P
    units: ClassVar[tuple[int, ...]]
    weak: ClassVar[Prior]

    log_likelihood_: float
    passes_: int
    verdict_: Verdict

    def __init__(
        self,
        given: Mapping[str, float | None] | None = None,
        *,
        prior: Choice = None,
        warm_start: bool = False,
    ) -> None:
        self.prior = prior
        self.warm_start = warm_start
        self._prior = chosen(prior, weak=self.weak)
        known = {n: float(v) for n, v in (given or {}).items() if v is not None}
        if known:
            self._assume(known)

    @classmethod
    def of(cls, parameters: P, *, log_covariance: Any = None) -> Self:
        """Return a model with given parameters, as learned before or assumed.

        `log_covariance` is that of the logarithms, as in `log_covariance_`; without it
        intervals that rest on the doubt about parameters have no width.
        """
        model = cls()
        model._assume(dict(zip(cls.parameters._fields, parameters, strict=True)))
        if log_covariance is not None:
            model._log_covariance = np.asarray(log_covariance, dtype=np.float64)
        return model

    def __repr__(self) -> str:
        if not self._is_known:
            return f"{type(self).__name__}()"
        pairs = self.parameters_._asdict().items()  # type: ignore[attr-defined]
        return f"{type(self).__name__}({', '.join(f'{n}={v:.4g}' for n, v in pairs)})"

    @property
    def parameters_(self) -> P:
        """The numbers learned or given, in the caller's units; `NotFitted` without any."""
        if not self._is_known:
            raise NotFitted("Call fit before asking for predictions.")
        learned = (getattr(self, f"{name}_") for name in self.parameters._fields)
        return self.parameters(*learned)  # type: ignore[no-any-return]

    @property
    def log_covariance_(self) -> Floats:
        """Covariance of the logarithms of the parameters: 0 where they were given."""
        if hasattr(self, "_log_covariance"):
            return self._log_covariance
        size = len(self.parameters_)
        return np.zeros((size, size))

    @property
    def covariance_(self) -> Floats:
        """Covariance of the parameters: the inverse observed information, delta method."""
        scale = np.array(self.parameters_)
        return np.outer(scale, scale) * self.log_covariance_

    @property
    def standard_errors_(self) -> Floats:
        """Standard errors of the parameters, in their order."""
        return np.sqrt(np.diag(self.covariance_))

    def parameters_interval(self, *, level: float = 0.95) -> tuple[P, P]:
        """Return the ends of Wald's interval in logarithms, two tuples of parameters."""
        reach = ndtri((1 + checked_level(level)) / 2) * np.sqrt(
            np.diag(self.log_covariance_)
        )
        middle = np.array(self.parameters_)
        low, high = (self.parameters(*(middle * np.exp(s * reach))) for s in (-1, 1))
        return low, high

    def posterior(self, draws: int, *, seed: int) -> list[Self]:
        """Return models at parameters drawn from what is known of them.

        Normal in the logarithms around the optimum (Laplace's approximation), which is what
        a large log and a weak prior leave. Deterministic for a seed. Ask each of them to
        see how far an answer rests on the parameters.
        """
        if draws < 1:
            raise BadInput("draws must be 1 or more.")
        rng = np.random.default_rng(seed)
        middle = np.log(np.array(self.parameters_))
        points = rng.multivariate_normal(middle, self.log_covariance_, size=draws)
        found = []
        for point in points:
            model = copy(self)
            for name, value in zip(self.parameters._fields, np.exp(point), strict=True):
                setattr(model, f"{name}_", float(value))
            found.append(model)
        return found

    def over_posterior(
        self, ask: Callable[..., Floats], *columns: Column, draws: int, seed: int
    ) -> Iterator[Floats]:
        """Yield `ask(model, *columns)` of each model of `posterior`, one array at a time.

        `ask` must answer client by client, from these columns alone: it is given the
        distinct rows, found once for all draws. Memory is that of one answer.
        """
        names = [f"column {place}" for place, _ in enumerate(columns, 1)]
        arrays = [column(v, name=n) for v, n in zip(columns, names, strict=True)]
        rows = distinct(*same_length(arrays, names=names))
        for model in self.posterior(draws, seed=seed):
            yield ask(model, *rows.columns)[rows.place]

    @property
    def _is_known(self) -> bool:
        return all(hasattr(self, f"{name}_") for name in self.parameters._fields)

    def _assume(self, known: Mapping[str, float]) -> None:
        if missing := [n for n in self.parameters._fields if n not in known]:
            raise BadInput(f"Give all parameters or none: {', '.join(missing)} missing.")
        for name, value in known.items():
            if not 0 < value < np.inf:
                raise BadInput(f"{name} must be above 0 and finite.")
            setattr(self, f"{name}_", float(value))

    def _learn(
        self,
        likelihood: Objective,
        *,
        start: P,
        unit: float = 1.0,
        few: Objective | None = None,
        **search: Any,
    ) -> Optimum:
        """Climb `likelihood` (with the prior, if any) and keep what was learned.

        `start` and the likelihood's points are free of units; `unit` takes them back to the
        caller's. `few` is the likelihood of a sample, on whose optimum the search begins
        unless that lies far out. Returns the optimum with the value of the likelihood
        alone, as `log_likelihood_`, to which the model adds what its change of units took.
        """
        names, powers = self.parameters._fields, unit ** np.array(self.units, dtype=float)
        begin = np.log(np.array(start))
        if self.warm_start and self._is_known:
            begin = np.log(np.array(self.parameters_) / powers)
        elif few is not None:
            some = maximise(self._joined(few), begin, **search)
            begin = some.point if np.abs(some.point).max() < FAR else begin
        optimum = maximise(self._joined(likelihood), begin, **search)
        value = optimum.at.value
        if self._prior:
            value -= self._prior.at(optimum.point, names).value
        for name, learned in zip(names, np.exp(optimum.point) * powers, strict=True):
            setattr(self, f"{name}_", float(learned))
        self.log_likelihood_ = float(value)
        self.passes_ = optimum.passes
        self._log_covariance = covariance(optimum.at.hessian)
        return optimum._replace(at=optimum.at._replace(value=float(value)))

    def _joined(self, likelihood: Objective) -> Objective:
        """Return the likelihood with the prior, if there is one."""
        if self._prior is None:
            return likelihood
        return self._prior.joined(likelihood, self.parameters._fields)

    def _ends(self, score: Callable[[P], Floats], *, level: float) -> tuple[Floats, Floats]:
        """Return the ends of `score` that the doubt about the parameters allows.

        The delta method, for a score on an unbounded scale (log, log-odds); its slopes in
        the logarithms of the parameters by central differences. Two arrays, as `score`
        gives one.
        """
        sure, middle = checked_level(level), np.array(self.parameters_)
        slopes = []
        for nudge in np.eye(len(middle)) * NUDGE:
            up, down = (
                score(self.parameters(*(middle * np.exp(s * nudge)))) for s in (1, -1)
            )
            # What is sure whatever the parameters (an infinite score) has no slope.
            with np.errstate(invalid="ignore"):
                apart = up - down
            slopes.append(np.where(np.isfinite(apart), apart, 0.0) / (2 * NUDGE))
        bend = np.stack(slopes)
        variance = np.einsum("in,ij,jn->n", bend, self.log_covariance_, bend)
        reach = ndtri((1 + sure) / 2) * np.sqrt(np.maximum(variance, 0.0))
        here = score(self.parameters_)
        return here - reach, here + reach
