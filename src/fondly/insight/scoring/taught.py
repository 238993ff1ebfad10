"""What looking back taught: an odd on being active, and a level of totals, by tier."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from scipy.special import expit, logit

from fondly.insight.scoring.columns import Floats, Texts

FAMILIES = ("bg", "mbg")
Found = dict[str, Floats]
CHANCES = ("p_active", "p_active_low", "p_active_high")
TOTALS = (
    "expected_orders_12m",
    "expected_orders_24m",
    "worth_12m",
    "worth_24m",
    "worth_24m_low",
    "worth_24m_high",
)


@dataclass(frozen=True, kw_only=True)
class Taught:
    """By what a model's answers are corrected; nothing by default.

    `family` is the kind of model that foretold better who buys again: “bg”, in which nobody
    leaves before a second order, or “mbg”. `shift` is added to the log-odds of being
    active, and totals are then multiplied by `level`. `by_tier` holds (shift, level) of
    the tiers that were found to differ; they take the place of those of all.
    """

    family: str = "bg"
    shift: float = 0.0
    level: float = 1.0
    by_tier: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """Return what was kept; what is not known of is left out."""
        known = {name: row[name] for name in cls.__dataclass_fields__ if name in row}
        tiers = {name: tuple(pair) for name, pair in known.pop("by_tier", {}).items()}
        return cls(**known, by_tier=tiers)

    @property
    def is_nothing(self) -> bool:
        """Whether answers stay as they are."""
        return (self.shift, self.level, self.by_tier) == (0.0, 1.0, {})

    def of(self, tier: str) -> tuple[float, float]:
        """Return the shift and the level of one tier."""
        return self.by_tier.get(tier, (self.shift, self.level))

    def applied(self, found: Found, *, alive: Floats, tier: Texts | None = None) -> Found:
        """Return what was forecast, corrected; by tier where the tiers are known.

        `alive` is the probability of being active of all, also where it is not shown.
        """
        if self.is_nothing:
            return found
        shift, level = np.full(len(alive), self.shift), np.full(len(alive), self.level)
        days = {"act_by": found["act_by"].copy()} if "act_by" in found else {}
        for name in self.by_tier if tier is not None else ():
            here = tier == name
            shift[here], level[here] = self.of(name)
            for one, values in days.items():
                values[here] = found[own(one, name)][here]
        total = level * shifted(alive, shift) / np.where(alive > 0, alive, 1.0)
        corrected = {n: shifted(found[n], shift) for n in CHANCES if n in found}
        corrected |= {n: found[n] * total for n in TOTALS if n in found}
        whole = {n: np.round(v) for n, v in corrected.items() if n.startswith("worth")}
        return found | corrected | whole | days


def own(name: str, tier: str) -> str:
    """Name what is forecast by a tier's own correction."""
    return f"{name} of {tier}"


def shifted(chance: Floats, shift: Floats | float) -> Floats:
    """Return chances whose log-odds are `shift` higher; 0, 1 and NaN stay."""
    with np.errstate(divide="ignore"):
        return np.asarray(expit(logit(chance) + shift), dtype=np.float64)
