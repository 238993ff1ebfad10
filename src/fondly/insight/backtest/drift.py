"""Whether clients have changed since a model was fitted: a score test at its parameters."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from fondly.insight.scoring.history import History
from fondly.insight.scoring.model import Model
from tenure import BadInput, score_test

SURE = 0.01  # of a chance that nothing changed
NOTICED = 0.1  # of a parameter, or nobody would see it


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How what came since `since` sits with the model of then.

    `p_value` is the chance of so much if clients had stayed as they were, `parameter` the
    one that moved most for its error (“r”, “alpha”, “a” or “b”), and `factor` by what.
    `pace` and `leaving` are the factors of the mean rate of buying and of the mean chance
    to leave after an order.
    """

    since: str
    p_value: float
    parameter: str
    factor: float
    pace: float
    leaving: float

    @property
    def day(self) -> date:
        """The day of the model."""
        return date.fromisoformat(self.since)

    @property
    def is_noticed(self) -> bool:
        """Whether something changed that is both sure and worth saying."""
        apart = max(abs(self.pace - 1), abs(self.leaving - 1))
        return self.p_value < SURE and apart >= NOTICED

    def to_json(self) -> dict[str, Any]:
        """Return everything by name, ready for JSON."""
        return asdict(self)


def drift(model: Model, then: History, now: History, *, since: date) -> Drift | None:
    """Return what has changed since; None where that cannot be tested."""
    law = model.of_orders
    try:
        found = score_test(law, _columns(then), _columns(now))
    except BadInput:
        return None
    if found is None:
        return None
    before, after = law.parameters_, found.parameters
    chance = [at.a / (at.a + at.b) for at in (before, after)]
    return Drift(
        since=str(since),
        p_value=found.p_value,
        parameter=found.moved,
        factor=getattr(after, found.moved) / getattr(before, found.moved),
        pace=(after.r / after.alpha) / (before.r / before.alpha),
        leaving=chance[1] / chance[0],
    )


def _columns(history: History) -> tuple[Any, Any, Any]:
    return history.x, history.recency, history.age
