"""One look back: a model that knew only what was known then, against what came."""

from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, Self

import numpy as np

from fondly.insight.backtest.looks import Look
from fondly.insight.backtest.measures import (
    Flags,
    Floats,
    auc,
    bins,
    calibration_error,
    log_loss,
)
from fondly.insight.scoring.history import WEEK

LEVEL = 0.8
AS_GOOD = 0.003  # of the area under the curve
FEWEST = 50  # clients of a tier, to be judged on their own


@dataclass(frozen=True, kw_only=True)
class Part:
    """What was expected of some clients, and what came.

    `tenths` are (mean chance, share that bought again, clients). `inside` is the share of
    clients whose count lay in its 80 % interval.
    """

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

    @property
    def ratio(self) -> float:
        """Actual purchases over expected ones."""
        return self.actual / self.expected if self.expected else float("nan")

    @property
    def recency_suffices(self) -> bool:
        """Whether the days since the last order rank as well as the model."""
        if self.auc is None or self.auc_of_recency is None:
            return True
        return self.auc <= self.auc_of_recency + AS_GOOD


@dataclass(frozen=True, kw_only=True)
class Judged(Part):
    """What was expected of all at the end of `as_of` for the next `days`.

    `tiers` name for each tier (expected purchases, actual ones, clients), `by_tier` all
    measures of those large enough; by the tiers of then (`are_of_then`) or else of today.
    `losses` are the log losses of the kinds of model that were tried.
    """

    as_of: str
    days: int
    tiers: dict[str, tuple[float, int, int]] = field(default_factory=dict)
    by_tier: dict[str, Part] = field(default_factory=dict)
    are_of_then: bool = False
    losses: dict[str, float] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day as of which it was forecast."""
        return date.fromisoformat(self.as_of)

    def to_json(self) -> dict[str, Any]:
        """Return everything by name, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        tiers = {name: tuple(counts) for name, counts in row["tiers"].items()}
        parts = {name: Part(**_tuples(p)) for name, p in row.get("by_tier", {}).items()}
        return cls(**_tuples(row) | {"tiers": tiers, "by_tier": parts})


def judge(look: Look, *, losses: dict[str, float]) -> Judged:
    """Compare what was said at a look with what each has bought since."""
    columns = look.history.x, look.history.recency, look.history.age
    low, high = look.model.of_orders.purchases_interval(
        look.days / WEEK, *columns, level=LEVEL
    )
    inside = (low <= look.bought) & (look.bought <= high)
    names = sorted(set(look.tiers.tolist()) - {""})
    parts = {name: _part(look, inside, look.of(name)) for name in names}
    whole = _part(look, inside, np.ones(len(look.bought), dtype=np.bool_))
    return Judged(
        **{each.name: getattr(whole, each.name) for each in fields(Part)},
        as_of=str(look.as_of),
        days=look.days,
        tiers={n: (part.expected, part.actual, part.clients) for n, part in parts.items()},
        by_tier={n: part for n, part in parts.items() if part.clients >= FEWEST},
        are_of_then=look.are_of_then,
        losses=losses,
    )


def _part(look: Look, inside: Flags, who: Flags) -> Part:
    chance, again = look.chance[who], look.again[who]
    tenths = bins(chance, again)
    silence: Floats = (look.history.age - look.history.recency)[who]
    return Part(
        clients=int(who.sum()),
        again=float(again.mean()),
        log_loss=log_loss(chance, again),
        log_loss_of_all_alike=log_loss(np.full(len(again), again.mean()), again),
        auc=auc(chance, again),
        auc_of_recency=auc(-silence, again),
        expected=float(look.expected[who].sum()),
        actual=int(look.bought[who].sum()),
        inside=float(inside[who].mean()),
        calibration_error=calibration_error(tenths),
        tenths=tenths,
    )


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"tenths": [tuple(tenth) for tenth in row["tenths"]]}
