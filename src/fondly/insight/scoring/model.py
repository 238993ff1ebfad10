"""The model of a run: fitted on all clients, or a prior where a fit cannot be supported."""

from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from fondly.insight.scoring.columns import Floats
from fondly.insight.scoring.history import WEEK, History
from fondly.insight.scoring.prior import prior
from fondly.insight.scoring.taught import Taught
from tenure import (
    BGCNBD,
    MBGCNBD,
    BadInput,
    GammaGamma,
    Parameters,
    ShiftedBetaGeometric,
)

FEWEST_REPEATERS = 100
FEWEST_SPENDERS = 100
ENOUGH = 10_000  # clients, to tell how regularly all of them buy
Law = BGCNBD
LAWS: dict[str, type[Law]] = {"bg": BGCNBD, "mbg": MBGCNBD}


@dataclass(frozen=True, kw_only=True)
class Model:
    """What was learned from everybody; kept with the run, so that a few can be rescored.

    `kind` is “bgnbd”, “rhythm” (a prior stands in) or “none” (nobody has come back).
    `finding` names why a fit was not used. Times in weeks, `usual_gap` in days.
    """

    kind: str
    clients: int = 0
    repeaters: int = 0
    history_days: int = 0
    usual_gap: float | None = None
    finding: str = ""
    spend_finding: str = ""
    orders: list[float] | None = None  # r, alpha, a, b
    k: int = 1  # stages of a gap: the more, the more like clockwork clients buy
    log_covariance: list[list[float]] | None = None
    standard_errors: list[float] | None = None
    log_likelihood: float | None = None
    spend: list[float] | None = None  # p, q, gamma
    # By what answers are corrected, as `Taught` keeps it; older months have `level` alone.
    taught: dict[str, Any] = field(default_factory=dict)
    level: float = 1.0
    contracts: int = 0
    contracts_left: int = 0
    renewals: list[float] | None = None  # alpha, beta
    renewals_covariance: list[list[float]] | None = None
    renewals_finding: str = ""
    unknown_currencies: list[str] = field(default_factory=list)
    ties: dict[str, Any] | None = None  # of clients who never bought; see `scoring.ties`

    @property
    def parameters(self) -> Parameters | None:
        """Return r, alpha, a, b, fitted or assumed."""
        return Parameters(*self.orders) if self.orders else None

    @property
    def corrected(self) -> Taught:
        """Return by what the answers are corrected; an assumed law by nothing."""
        if self.kind != "bgnbd":
            return Taught()
        return Taught.from_json({"level": self.level} | self.taught)

    @property
    def of_orders(self) -> Law:
        """Return the model of orders with these parameters."""
        assert self.parameters is not None
        law = LAWS[self.corrected.family]
        return law.of(self.parameters, log_covariance=self.log_covariance, k=self.k)

    @property
    def of_spend(self) -> GammaGamma | None:
        """Return the model of spend, if there is one."""
        if not self.spend:
            return None
        p, q, gamma = self.spend
        return GammaGamma(p=p, q=q, gamma=gamma)

    @property
    def of_renewals(self) -> ShiftedBetaGeometric | None:
        """Return the model of renewals, if there is one."""
        if not self.renewals:
            return None
        at = ShiftedBetaGeometric.parameters(*self.renewals)
        return ShiftedBetaGeometric.of(at, log_covariance=self.renewals_covariance)

    def supports(self, days: int) -> bool:
        """Tell whether one may look that far ahead: at most twice what was seen."""
        return self.kind == "bgnbd" and days <= 2 * self.history_days

    def to_json(self) -> dict[str, Any]:
        """Return everything by name, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "Model":
        """Return the model that `to_json` wrote."""
        return cls(**row)


def learn(history: History, **more: Any) -> Model:
    """Fit what can be fitted on all who have bought, and say what cannot.

    `more` is what was learned elsewhere, by the names of the model.
    """
    sizes: dict[str, Any] = {
        "clients": len(history.x),
        "repeaters": int((history.x > 0).sum()),
        "history_days": int(max(history.age * WEEK, default=0)),
        "usual_gap": history.usual_gap,
        **more,
    }
    if sizes["repeaters"] < FEWEST_REPEATERS:
        return _assumed(sizes, finding="too few")
    try:
        law = LAWS[(more.get("taught") or {}).get("family", "bg")]
        fitted = _fitted(history.x, history.recency, history.age, history.log_gaps, law=law)
    except BadInput as error:
        return _assumed(sizes, finding=str(error))
    if not fitted.verdict_.is_usable:
        return _assumed(sizes, finding=fitted.verdict_.finding.value)
    return Model(
        kind="bgnbd",
        orders=list(fitted.parameters_),
        k=fitted.k_,
        log_covariance=_finite(fitted.log_covariance_),
        standard_errors=_finite(fitted.standard_errors_),
        log_likelihood=float(fitted.log_likelihood_),
        **_spend(history),
        **sizes,
    )


def _fitted(*columns: Floats, law: type[Law] = BGCNBD) -> Law:
    """Fit on everybody. How regularly they buy is found on about as many of them as tell
    it: each number of stages tried is a fit of its own."""
    apart = len(columns[0]) // ENOUGH
    if apart > 1:
        # Of the few nobody may have bought twice.
        with suppress(BadInput):
            few = law().fit(*(values[::apart] for values in columns))
            return law(k=few.k_).fit(*columns)
    return law().fit(*columns)


def _assumed(sizes: dict[str, Any], *, finding: str) -> Model:
    if sizes["usual_gap"] is None:
        return Model(kind="none", finding=finding, **sizes)
    at = prior(sizes["usual_gap"] / WEEK)
    return Model(kind="rhythm", finding=finding, orders=list(at), **sizes)


def _finite(values: Floats) -> Any:
    """Return plain lists; None where a flat likelihood leaves a number unknown."""
    return values.tolist() if np.isfinite(values).all() else None


def _spend(history: History) -> dict[str, Any]:
    known = ~np.isnan(history.spend)
    if known.sum() < FEWEST_SPENDERS:
        return {"spend_finding": "too few"}
    try:
        spent = history.x[known], history.spend[known]
        fitted = GammaGamma().fit(*spent)
    except BadInput as error:
        return {"spend_finding": str(error)}
    if not fitted.verdict_.is_usable:
        return {"spend_finding": fitted.verdict_.finding.value}
    return {"spend": [fitted.p_, fitted.q_, fitted.gamma_]}
