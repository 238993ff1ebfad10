"""Totals that were too high or too low before will be again, if they always were."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tenure.choice.mixture import Mixture
from tenure.choice.origins import Seen

# The pace is sought between a third and three times what the models say.
LIMIT = np.log(3.0)
CLOSE = 1e-6


@dataclass(frozen=True)
class Level:
    """`paces` that would have been right at earlier origins, and the `pace` to go by.

    The logarithm of the pace is their mean, shrunk to 0 by how far they disagree (the
    positive part of James and Stein: 1 - its variance / its square), and withheld where
    that leaves nothing, where they do not agree whether it was too high or too low, or
    where there are fewer than two.
    """

    paces: tuple[float, ...] = ()
    pace: float = 1.0

    @property
    def is_withheld(self) -> bool:
        """Whether nothing is corrected."""
        return self.pace == 1.0

    @property
    def words(self) -> str:
        """What was done, as a phrase."""
        if not self.is_withheld:
            return (
                f"level corrected by {self.pace - 1:+.0%}, from {len(self.paces)} origins"
            )
        if len(self.paces) < 2:
            return "level not corrected: there are too few earlier origins"
        return "level not corrected: earlier origins disagree"


def level(paces: Sequence[float]) -> Level:
    """Return the correction that earlier origins support."""
    logs = np.log(np.asarray(paces, dtype=float))
    kept = tuple(float(pace) for pace in paces)
    if len(logs) < 2:
        return Level(kept)
    mean, variance = float(logs.mean()), float(logs.var(ddof=1)) / len(logs)
    if mean == 0 or np.sign(logs).min() != np.sign(logs).max():
        return Level(kept)
    return Level(kept, float(np.exp(mean * max(0.0, 1 - variance / mean**2))))


def pace(mixture: Mixture, origin: Seen) -> float:
    """Return the pace at which the mixture would have foretold the total of one origin.

    Regula falsi in logarithms (Illinois); the total grows with the pace.
    """
    actual = np.log(max(float(origin.bought.sum()), 0.5))

    def off(log_pace: float) -> float:
        total = (
            mixture.at_pace(np.exp(log_pace)).expected(origin.horizon, origin.past).sum()
        )
        return float(np.log(max(total, 1e-300)) - actual)

    low, high = -LIMIT, LIMIT
    below, above = off(low), off(high)
    if below >= 0 or above <= 0:
        return float(np.exp(low if below >= 0 else high))
    for _ in range(60):
        middle = (low * above - high * below) / (above - below)
        here = off(middle)
        if abs(here) < CLOSE:
            break
        if here > 0:
            high, above, below = middle, here, below / 2
        else:
            low, below, above = middle, here, above / 2
    return float(np.exp(middle))
