"""Probability still active, rhythm and act-by day of clients who never bought."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from scipy.special import expit, logit, ndtri

from fondly.insight.scoring.columns import Floats
from fondly.insight.scoring.forecast import LEVEL, Found
from fondly.insight.scoring.history import WEEK, History
from fondly.insight.scoring.model import FEWEST_REPEATERS, Model
from fondly.insight.scoring.prior import interval, prior
from fondly.insight.scoring.ties.known import Earlier, Known
from fondly.insight.scoring.ties.weights import Weights, assumed, learn_weights
from tenure import BGCNBD, BadInput

EDGE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Ties:
    """What was learned from all who never bought; kept with the run, as the model is.

    `model` is that of days on which they spoke, as `Model` is that of orders.
    """

    model: Model
    weights: Weights

    @property
    def law(self) -> BGCNBD | None:
        """Return the law of coming back; None where nothing can be said."""
        return self.model.of_orders if self.model.parameters else None

    def to_json(self) -> dict[str, Any]:
        """Return everything by name, ready for JSON."""
        return {"model": asdict(self.model), "weights": self.weights._asdict()}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """Return the ties that `to_json` wrote."""
        return cls(model=Model.from_json(row["model"]), weights=Weights(**row["weights"]))

    @classmethod
    def of(cls, model: Model) -> Self:
        """Return the ties kept with a model; a model of before there were any has none."""
        if model.ties:
            return cls.from_json(model.ties)
        return cls(model=Model(kind="none"), weights=assumed())


class Parts(NamedTuple):
    """Log-odds of still being active; the score is their sum."""

    population: Floats
    frequency: Floats
    silence: Floats
    reciprocity: Floats
    answers: Floats
    called_off: Floats

    @property
    def score(self) -> Floats:
        """The log-odds themselves."""
        return np.asarray(sum(self))

    @property
    def rest(self) -> Floats:
        """Return what does not change while a client stays silent, but for the law."""
        return self.reciprocity + self.answers + self.called_off


def learn_ties(known: Known, earlier: Earlier) -> Ties:
    """Fit the law of coming back on all, and the weights on what came since 91 days ago."""
    then = _law(earlier.history)
    law = then.of_orders if then.parameters else None
    return Ties(model=_law(known.history), weights=learn_weights(law, earlier))


def _law(history: History) -> Model:
    """Fit the law of coming back by gaps as of chance, or assume one, or say nothing."""
    x = history.x
    sizes: dict[str, Any] = {
        "clients": len(x),
        "repeaters": int((x > 0).sum()),
        "history_days": int(max(history.age * WEEK, default=0)),
        "usual_gap": history.usual_gap,
    }
    finding = "too few"
    if sizes["repeaters"] >= FEWEST_REPEATERS:
        try:
            fitted = BGCNBD(k=1).fit(x, history.recency, history.age, history.log_gaps)
        except BadInput as error:
            finding = str(error)
        else:
            if fitted.verdict_.is_usable:
                return Model(kind="bgnbd", orders=list(fitted.parameters_), **sizes)
            finding = fitted.verdict_.finding.value
    if history.usual_gap is None:
        return Model(kind="none", finding=finding, **sizes)
    at = list(prior(history.usual_gap / WEEK))
    return Model(kind="rhythm", finding=finding, orders=at, **sizes)


def parts(ties: Ties, history: Any, movers: Floats) -> Parts:
    """Split the log-odds; `history` is (x, recency, age) in weeks, with x at least 1."""
    law, weights = ties.law, np.array(ties.weights.values)
    assert law is not None
    base = law.reasons(*history)
    moved = movers * weights
    return Parts(
        population=base.population + moved[:, 0],
        frequency=base.frequency,
        silence=base.silence,
        reciprocity=moved[:, 1],
        answers=moved[:, 2] + moved[:, 3],
        called_off=moved[:, 4],
    )


def act_by(ties: Ties, history: Any, movers: Floats) -> Floats:
    """Return the days until one who stays silent falls below one half; may be negative."""
    law = ties.law
    assert law is not None
    found = parts(ties, history, movers)
    x, recency, age = (np.asarray(column, dtype=np.float64) for column in history)
    # What is left for silence to take; less than nothing: it was so at the last word.
    room = np.maximum(found.score - found.silence, 0.0)
    at = law.parameters_
    further = np.expm1(np.minimum(room / (at.r + x), 50.0))
    return np.asarray((recency + (at.alpha + recency) * further - age) * WEEK)


def chances(ties: Ties, known: Known) -> Found:
    """Return p_active with its 80 % interval, and the days until it falls below one half.

    NaN of who spoke on one day only. The interval joins the client's own doubt (rate and
    chance of leaving, given what they did) and that of the weights.
    """
    empty = np.full(len(known.client_ids), np.nan)
    names = ("p_active", "p_active_low", "p_active_high", "act_by")
    found = {name: empty.copy() for name in names}
    again = known.history.x > 0
    if ties.law is None or not again.any():
        return found
    held = known.history.kept(again)
    history, movers = (held.x, held.recency, held.age), known.measures.movers[again]
    score = parts(ties, history, movers).score
    low, high = _ends(ties, history, movers, score)
    found["p_active"][again] = expit(score)
    found["p_active_low"][again], found["p_active_high"][again] = low, high
    found["act_by"][again] = act_by(ties, history, movers)
    return found


def _ends(ties: Ties, history: Any, movers: Floats, score: Floats) -> tuple[Floats, Floats]:
    law = ties.law
    assert law is not None
    middle = law.reasons(*history).score
    with np.errstate(divide="ignore"):  # who cannot leave has infinite odds
        own = interval(law.parameters_, *history, level=LEVEL)
    covariance = np.array(ties.weights.covariance)
    spread = np.einsum("ni,ij,nj->n", movers, covariance, movers)
    reach = ndtri((1 + LEVEL) / 2) * np.sqrt(np.maximum(spread, 0.0))
    low, high = (logit(np.clip(end, EDGE, 1 - EDGE)) for end in own)
    below = np.hypot(np.maximum(middle - low, 0.0), reach)
    above = np.hypot(np.maximum(high - middle, 0.0), reach)
    return expit(score - below), expit(score + above)
