"""How good a forecast was, told by what came: level, ranking, width and honesty."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenure.arrays import Floats
from tenure.choice.mixture import Mixture
from tenure.choice.origins import Seen

BINS = 10
LEAST = 1e-12
# An AUC this much higher is one that a reader would notice.
NOTICED = 0.003


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Of one forecast: means over clients, all but `bias` and the counts between 0 and 1.

    `log_loss` of "buys again"; `auc` of its chance and `auc_of_recency` of the silence
    alone (NaN where all or nobody bought again); `bias`, ln of purchases expected over
    those made; `coverage`, the share within the 80 % interval, and `calibration_error`,
    the mean distance of chances from rates in ten groups of equal size.
    """

    clients: int
    log_loss: float
    auc: float
    auc_of_recency: float
    bias: float
    coverage: float
    calibration_error: float

    @property
    def recency_suffices(self) -> bool:
        """Whether the silence alone ranks clients as well, to what one would notice."""
        return bool(self.auc < self.auc_of_recency + NOTICED)

    @property
    def words(self) -> str:
        """The finding on ranking, as a sentence."""
        if np.isnan(self.auc):
            return "Ranking cannot be judged: all bought again, or nobody did."
        figures = f"AUC {self.auc:.3f}, recency alone {self.auc_of_recency:.3f}"
        if self.recency_suffices:
            return f"To rank clients by who buys again, recency alone suffices ({figures})."
        return f"The forecast ranks better than recency alone ({figures})."


def judged(mixture: Mixture, origin: Seen) -> Measures:
    """Return how good the mixture's forecast of one origin was."""
    chance = mixture.chance(origin.horizon, origin.past)
    expected = mixture.expected(origin.horizon, origin.past)
    made = max(float(origin.bought.sum()), 0.5)
    return Measures(
        clients=len(chance),
        log_loss=log_loss(chance, origin.again),
        auc=auc(chance, origin.again),
        auc_of_recency=auc(-origin.silence, origin.again),
        bias=float(np.log(max(expected.sum(), LEAST) / made)),
        coverage=coverage(mixture, origin),
        calibration_error=calibration_error(chance, origin.again),
    )


def log_loss(chance: Floats, happened: NDArray[np.bool_]) -> float:
    """Return the mean of -ln of the chance given to what happened."""
    given = np.where(happened, chance, 1 - chance)
    return float(-np.log(np.maximum(given, LEAST)).mean())


def auc(score: Floats, happened: NDArray[np.bool_]) -> float:
    """Return the chance that one who did scores above one who did not (ties half)."""
    ones, size = int(happened.sum()), len(happened)
    if ones in (0, size):
        return float("nan")
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2  # of equals: the mean of theirs
    above = float(ranks[place][happened].sum()) - ones * (ones + 1) / 2
    return above / (ones * (size - ones))


def calibration_error(chance: Floats, happened: NDArray[np.bool_]) -> float:
    """Return the mean distance of mean chance and rate over ten groups by chance.

    Clients of one chance who fall into two groups count in each with the rate of them all:
    nothing depends on the order of rows.
    """
    _, place = np.unique(chance, return_inverse=True)
    rate = np.bincount(place, weights=happened) / np.bincount(place)
    order = np.argsort(chance, kind="stable")
    off = chance[order] - rate[place[order]]
    groups = np.array_split(off, BINS)
    return float(sum(abs(group.sum()) for group in groups) / len(chance))


def coverage(mixture: Mixture, origin: Seen, *, level: float = 0.8) -> float:
    """Return the share of clients between the quantiles (1 ± level)/2 of their law.

    An interval of whole numbers holds more than its level, so a count on its edge is
    counted by the part of its chance that lies inside: the mean of the non-randomised
    probability integral transform of Czado, Gneiting and Held (2009), Biometrics 65(4),
    equation 2. Equals `level` for a forecast that is right.
    """
    past, ahead, bought = origin.past, origin.horizon, origin.bought
    low = 1 - mixture.beyond(ahead, bought - 1, past)
    here = np.maximum(np.exp(mixture.log_score(ahead, bought, past)), LEAST)
    bottom, top = (1 - level) / 2, (1 + level) / 2
    inside = np.clip(top, low, low + here) - np.clip(bottom, low, low + here)
    return float((inside / here).mean())
