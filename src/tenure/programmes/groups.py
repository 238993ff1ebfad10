"""Whom a programme moves: lift by group, each group in the light of the others."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from tenure.arrays import Column, Floats, column
from tenure.checks import checked_level
from tenure.errors import BadInput
from tenure.programmes.lift import Lift, lift
from tenure.programmes.pooling import Pooled, pooled

FEWEST = 2  # clients in each arm of a group


class Groups(NamedTuple):
    """The lift of each group, raw and pooled, and whether groups differ at all.

    `names` and `clients` have one entry per group, as `measured` and `together.effects`;
    `left_out` are groups too small to measure. `alike` is the chance to see groups differ
    so much if the programme moved all of them equally (Cochran's Q): below 0.05 they do
    differ.
    """

    names: NDArray[Any]
    clients: Floats
    measured: tuple[Lift, ...]
    together: Pooled
    alike: float
    left_out: NDArray[Any]


def lift_by_group(
    outcome: Column,
    held_out: Column,
    group: Any,
    *,
    forecast: Column | None = None,
    level: float = 0.95,
) -> Groups:
    """Return the lift within each group of clients, shrunk as far as groups are alike.

    `group` names each client's (a tier, a segment, a decile of a score), fixed before the
    programme began; the other columns are those of `lift`. Groups looked at one by one find
    a moved one by chance (Radcliffe 2007, Using control groups to target on predicted lift,
    on reading uplift by segment): the pooled effects and `alike` take account of that.
    Raises `BadInput` where no group can be measured.
    """
    checked_level(level)
    values, flags = column(outcome, name="outcome"), column(held_out, name="held_out")
    names, place = np.unique(np.asarray(group), return_inverse=True)
    if not len(values) == len(flags) == len(place):
        raise BadInput("group, outcome and held_out differ in length.")
    before = None if forecast is None else column(forecast, name="forecast")
    measured, kept = [], []
    for index in range(len(names)):
        who = place == index
        held = int((flags[who] == 1).sum())
        if min(held, int(who.sum()) - held) < FEWEST:
            continue
        known = None if before is None else before[who]
        found = lift(values[who], flags[who], forecast=known, level=level)
        if found.standard_error > 0:
            measured.append(found)
            kept.append(index)
    if not measured:
        raise BadInput("No group has two clients in each arm whose outcomes differ.")
    effects = np.array([one.effect for one in measured])
    errors = np.array([one.standard_error for one in measured])
    counts = np.bincount(place, minlength=len(names)).astype(np.float64)
    return Groups(
        names[kept],
        counts[kept],
        tuple(measured),
        pooled(effects, errors, level=level),
        _alike(effects, errors),
        np.delete(names, kept),
    )


def _alike(effects: Floats, errors: Floats) -> float:
    if len(effects) < FEWEST:
        return 1.0
    weight = errors**-2
    mean = weight @ effects / weight.sum()
    return float(chdtrc(len(effects) - 1, weight @ (effects - mean) ** 2))
