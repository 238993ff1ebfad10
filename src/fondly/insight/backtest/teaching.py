"""What looks back teach: which kind of model, and by what its answers are corrected.

Everything goes by one rule: only what all looks agree on, and less than they say
(`measures.level`). So what is learned of one odd half year is nothing.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from fondly.insight.backtest.looks import Look
from fondly.insight.backtest.measures import Flags, level, log_loss
from fondly.insight.scoring.taught import Taught

FEWEST = 200  # clients of a tier at each look, to be corrected on their own


def best_family(losses: Sequence[Mapping[str, float]]) -> str:
    """Return the kind of model that foretold better at every look; “bg” where none did."""
    if len(losses) < 2 or any("mbg" not in found for found in losses):
        return "bg"
    return "mbg" if all(found["mbg"] < found["bg"] for found in losses) else "bg"


def loss(look: Look) -> float:
    """Return the log loss of “buys again”."""
    return log_loss(look.chance, look.again)


def teach(looks: Sequence[Look], *, family: str) -> Taught:
    """Return the corrections of all, and of the tiers that were known at every look."""
    everybody = [np.ones(len(look.bought), dtype=np.bool_) for look in looks]
    shift, total = _shift(looks, everybody), 1.0
    by_tier = {}
    total = level(_ratios(looks, everybody, shift))
    for name in _tiers(looks):
        who = [look.of(name) for look in looks]
        apart = _shift(looks, who, beside=everybody)
        ours, theirs = _ratios(looks, who, shift + apart), _ratios(looks, everybody, shift)
        factor = level([a / b for a, b in zip(ours, theirs, strict=True) if b > 0])
        if apart or factor != 1:
            by_tier[name] = (shift + apart, total * factor)
    return Taught(family=family, shift=shift, level=total, by_tier=by_tier)


def _tiers(looks: Sequence[Look]) -> list[str]:
    """Return the tiers with enough clients at every look.

    A tier of today knows who has bought since, so nothing is learned from it.
    """
    if not looks or not all(look.are_of_then for look in looks):
        return []
    names = set.intersection(*(set(look.tiers.tolist()) for look in looks)) - {""}
    return sorted(n for n in names if all(look.of(n).sum() >= FEWEST for look in looks))


def _shift(
    looks: Sequence[Look], who: Sequence[Flags], *, beside: Sequence[Flags] | None = None
) -> float:
    """Return the shift of some, or how much it differs from that of others."""
    shifts = [look.shift(some) for look, some in zip(looks, who, strict=True)]
    if beside is not None:
        others = [look.shift(some) for look, some in zip(looks, beside, strict=True)]
        shifts = [ours - theirs for ours, theirs in zip(shifts, others, strict=True)]
    return float(np.log(level(np.exp(shifts).tolist())))


def _ratios(looks: Sequence[Look], who: Sequence[Flags], shift: float) -> list[float]:
    """Return actual over expected orders, once the chances are shifted."""
    pairs = [
        (float(look.bought[some].sum()), float(look.at(shift)[1][some].sum()))
        for look, some in zip(looks, who, strict=True)
    ]
    return [actual / expected if expected else float("nan") for actual, expected in pairs]
