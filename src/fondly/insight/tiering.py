"""Who belongs to which tier: weighted points, cut into tiers, without flapping.

Pure arithmetic on arrays, one value per client. A scoring run of everyone calls `learn`
and keeps the scales; then it, and every later run for a few clients, calls `assign`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from fondly.base.errors import Refusal

Floats = NDArray[np.float64]
# Judged by a person from 1 to 5: what is not judged counts as the middle.
JUDGED = frozenset({"influence", "growth_potential"})
LEAST, MIDDLE, MOST = 1.0, 3.0, 5.0
FULL = 100.0
KNOTS = 1_000


@dataclass(frozen=True, kw_only=True)
class TierLine:
    """One tier: its border, and the cadence it gives. The last takes the rest.

    `border` is a share of the clients (0 to 1) or least points (0 to 100), by the cut.
    """

    name: str
    border: float
    ideal_days: int
    maximum_days: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """How clients are stratified: criteria with weights, tiers from the best, the cut."""

    criteria: tuple[tuple[str, float], ...]
    tiers: tuple[TierLine, ...]
    by_share: bool = True
    hysteresis: float = 3.0

    @property
    def names(self) -> list[str]:
        """Return the tiers' names from the best."""
        return [tier.name for tier in self.tiers]


@dataclass(frozen=True, kw_only=True)
class Scales:
    """What one run over everyone learned: a scale per criterion, a border per tier.

    A scale is a rising list of values and the points (0 to 100) that each is worth.
    """

    scales: dict[str, tuple[list[float], list[float]]]
    borders: list[float]

    def to_json(self) -> dict[str, Any]:
        """Return plain lists, to be kept with the run."""
        return {"scales": self.scales, "borders": self.borders}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return what `to_json` kept."""
        scales = {source: (knots[0], knots[1]) for source, knots in kept["scales"].items()}
        return cls(scales=scales, borders=list(kept["borders"]))


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """Tier and points of each client; parts of shape (clients, criteria) sum to points."""

    sources: list[str]
    tiers: list[str]
    points: Floats
    parts: Floats

    def parts_of(self, place: int) -> dict[str, float]:
        """Return how the points of one client come about, {criterion: points}."""
        return dict(zip(self.sources, self.parts[place].tolist(), strict=True))


def learn(scheme: Scheme, values: Mapping[str, Floats]) -> Scales:
    """Learn scales and borders from all clients: one array per criterion, NaN: unknown."""
    scales = {
        source: _scale(values[source])
        for source, _ in scheme.criteria
        if source not in JUDGED
    }
    if not scheme.by_share:
        borders = [tier.border for tier in scheme.tiers[:-1]]
        return Scales(scales=scales, borders=borders)
    points = _points(scheme, scales, values).sum(axis=1)
    return Scales(scales=scales, borders=_shares(scheme, points))


def assign(
    scheme: Scheme,
    scales: Scales,
    values: Mapping[str, Floats],
    *,
    previous: Sequence[str],
) -> Assigned:
    """Give each client a tier. `previous` is the tier each has now, or an empty string.

    A client moves only when its points pass the border by more than the scheme's
    hysteresis, so one that hovers around a border stays where it is.
    """
    parts = _points(scheme, scales.scales, values)
    points = np.round(parts.sum(axis=1), 2)
    names = scheme.names
    places = {name: place for place, name in enumerate(names)}
    before = np.array([places.get(name, -1) for name in previous], dtype=np.intp)
    plain = _place(points, scales.borders)
    best = _place(points, [border - scheme.hysteresis for border in scales.borders])
    worst = _place(points, [border + scheme.hysteresis for border in scales.borders])
    now = np.where(before < 0, plain, np.clip(before, best, worst))
    sources = [source for source, _ in scheme.criteria]
    tiers = [names[place] for place in now.tolist()]
    return Assigned(sources=sources, tiers=tiers, points=points, parts=parts)


def check(scheme: Scheme) -> None:
    """Refuse a scheme that cannot work, saying what is wrong with it."""
    names = [name.casefold() for name in scheme.names]
    borders = [tier.border for tier in scheme.tiers[:-1]]
    faults = {
        "There must be at least one tier.": not names,
        "Two tiers have the same name.": len(set(names)) < len(names),
        "At least one criterion needs a weight above 0.": not any(
            weight > 0 for _, weight in scheme.criteria
        ),
        "Together the shares must stay below 100 %.": scheme.by_share and sum(borders) > 1,
        "Each tier needs fewer points than the one before it.": not scheme.by_share
        and sorted(borders, reverse=True) != borders,
        "The longest interval cannot be shorter than the ideal one.": any(
            tier.maximum_days < tier.ideal_days for tier in scheme.tiers
        ),
    }
    for words, is_wrong in faults.items():
        if is_wrong:
            raise Refusal(words)


def touches_a_week(scheme: Scheme, counts: Mapping[str, int]) -> dict[str, float]:
    """Return how many touches a week the cadence of each tier asks for."""
    return {
        tier.name: 7 * counts.get(tier.name, 0) / tier.ideal_days for tier in scheme.tiers
    }


def minutes_a_week(scheme: Scheme, counts: Mapping[str, int]) -> float:
    """Return the minutes a week that those touches take."""
    touches = touches_a_week(scheme, counts)
    return sum(touches[tier.name] * tier.minutes for tier in scheme.tiers)


def _points(
    scheme: Scheme,
    scales: Mapping[str, tuple[list[float], list[float]]],
    values: Mapping[str, Floats],
) -> Floats:
    """Return the parts: each criterion's points times its share of the weights."""
    total = sum(weight for _, weight in scheme.criteria) or 1.0
    columns = [
        _score(values[source], None if source in JUDGED else scales[source])
        * (weight / total)
        for source, weight in scheme.criteria
    ]
    size = len(next(iter(values.values()), np.zeros(0)))
    # Rounded as they are shown, so that the parts a person reads sum to the points.
    parts: Floats = np.stack(columns, axis=1) if columns else np.zeros((size, 0))
    return np.round(parts, 2)


def _scale(values: Floats) -> tuple[list[float], list[float]]:
    """Return the points of each value: the share of those with a value at or below it.

    Ties share the middle of their ranks. Nothing, or less than nothing, earns no points
    and counts for nobody's share.
    """
    counted = np.sort(values[values > 0])
    if not len(counted):
        return [], []
    knots = np.unique(counted)
    if len(knots) > KNOTS:
        knots = np.unique(np.quantile(knots, np.linspace(0, 1, KNOTS), method="nearest"))
    below = np.searchsorted(counted, knots, side="left")
    upto = np.searchsorted(counted, knots, side="right")
    middle = (below + 1 + upto) / 2
    return knots.tolist(), (FULL * middle / len(counted)).tolist()


def _score(values: Floats, scale: tuple[list[float], list[float]] | None) -> Floats:
    """Return points from 0 to 100; without a scale the values are judgements, 1 to 5."""
    if scale is None:
        judged = np.where(np.isnan(values), MIDDLE, values)
        return np.asarray(FULL * (judged - LEAST) / (MOST - LEAST))
    knots, worth = scale
    if not knots:
        return np.zeros(len(values))
    has = values > 0
    return np.where(has, np.interp(np.where(has, values, 0.0), knots, worth), 0.0)


def _shares(scheme: Scheme, points: Floats) -> list[float]:
    """Return the points at which each tier but the last ends, for the wanted shares.

    At least one client for each tier; those with equal points stay together.
    """
    ranked = np.sort(np.round(points, 2))[::-1]
    borders, reached = [], 0.0
    for tier in scheme.tiers[:-1]:
        reached += tier.border
        last = int(np.ceil(min(reached, 1.0) * len(ranked) - 1e-9)) - 1
        borders.append(float(ranked[max(last, 0)]) if len(ranked) else FULL)
    return borders


def _place(points: Floats, borders: Sequence[float]) -> NDArray[np.intp]:
    """Return 0 for the best tier, and so on: the number of borders not reached."""
    return np.asarray(
        sum((points < border).astype(np.intp) for border in borders)
        if borders
        else np.zeros(len(points), dtype=np.intp)
    )
