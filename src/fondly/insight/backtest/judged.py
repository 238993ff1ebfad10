"""One look back: a model that knew only what was known then, against what came."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Self

import numpy as np

from fondly.insight.backtest.measures import (
    Floats,
    auc,
    bins,
    calibration_error,
    log_loss,
)
from fondly.insight.scoring.history import WEEK, History
from fondly.insight.scoring.model import Model

LEVEL = 0.8
AS_GOOD = 0.003  # of the area under the curve


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What was expected of `clients` at the end of `as_of` for the next `days`.

    `tenths` are (mean chance, share that bought again, clients); `tiers` name for each
    tier (expected purchases, actual ones, clients). `inside` is the share of clients whose
    count lay in its 80 % interval.
    """

    as_of: str
    days: int
    clients: int
    again: float
    log_loss: float
    log_loss_of_all_alike: float
    auc: float | None
    auc_of_recency: float | None
    expected: float
    actual: int
    inside: float
    calibration_error: float
    tenths: list[tuple[float, float, int]]
    tiers: dict[str, tuple[float, int, int]] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Actual purchases over expected ones."""
        return self.actual / self.expected if self.expected else float("nan")

    @property
    def day(self) -> date:
        """The day as of which it was forecast."""
        return date.fromisoformat(self.as_of)

    @property
    def recency_suffices(self) -> bool:
        """Whether the days since the last order rank as well as the model."""
        if self.auc is None or self.auc_of_recency is None:
            return True
        return self.auc <= self.auc_of_recency + AS_GOOD

    def to_json(self) -> dict[str, Any]:
        """Return everything by name, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        lists = {
            "tenths": [tuple(tenth) for tenth in row["tenths"]],
            "tiers": {name: tuple(counts) for name, counts in row["tiers"].items()},
        }
        return cls(**row | lists)


def judge(
    model: Model,
    history: History,
    *,
    bought: Floats,
    tiers: list[str],
    as_of: date,
    days: int,
) -> Judged:
    """Compare what `model` expected of `history` with what each has `bought` since."""
    columns = history.x, history.recency, history.age
    weeks, law = days / WEEK, model.of_orders
    chance = law.probability_of_purchase(weeks, *columns)
    expected = law.expected_purchases(weeks, *columns)
    low, high = law.purchases_interval(weeks, *columns, level=LEVEL)
    again = bought > 0
    tenths = bins(chance, again)
    return Judged(
        as_of=str(as_of),
        days=days,
        clients=len(bought),
        again=float(again.mean()),
        log_loss=log_loss(chance, again),
        log_loss_of_all_alike=log_loss(np.full(len(again), again.mean()), again),
        auc=auc(chance, again),
        auc_of_recency=auc(history.recency - history.age, again),
        expected=float(expected.sum()),
        actual=int(bought.sum()),
        inside=float(((low <= bought) & (bought <= high)).mean()),
        calibration_error=calibration_error(tenths),
        tenths=tenths,
        tiers=_by_tier(tiers, expected, bought),
    )


def _by_tier(
    tiers: list[str], expected: Floats, bought: Floats
) -> dict[str, tuple[float, int, int]]:
    names = np.array(tiers, dtype=object)
    return {
        name: (
            float(expected[names == name].sum()),
            int(bought[names == name].sum()),
            int((names == name).sum()),
        )
        for name in sorted(set(tiers))
        if name
    }
