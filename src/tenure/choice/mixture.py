"""Several laws of what is to come as one: each client's is their weighted mean."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from scipy.special import logsumexp

from tenure.arrays import Floats
from tenure.checks import History
from tenure.counts import between


class Mixture:
    """Fitted models with weights that sum to 1, and a pace at which the horizon runs.

    The pace corrects the level: at 1.1 a client is expected to do in ten weeks what the
    models say of eleven. Chances, counts and intervals so stay parts of one law.
    """

    def __init__(
        self, models: Sequence[Any], weights: Iterable[float], *, pace: float = 1.0
    ) -> None:
        self._parts = [(w, m) for w, m in zip(weights, models, strict=True) if w > 0]
        self.pace = pace

    def at_pace(self, pace: float) -> "Mixture":
        """Return the same laws at another pace."""
        weights, models = zip(*self._parts, strict=True)
        return Mixture(models, weights, pace=pace)

    def alive(self, past: History) -> Floats:
        """Return the chance that each client is still active."""
        parts = [w * m.probability_alive(*past) for w, m in self._parts]
        return np.asarray(np.sum(parts, axis=0))

    def chance(self, ahead: Floats, past: History) -> Floats:
        """Return the chance of at least one purchase."""
        asked = ahead * self.pace, *past
        parts = [w * m.probability_of_purchase(*asked) for w, m in self._parts]
        return np.asarray(np.sum(parts, axis=0))

    def expected(self, ahead: Floats, past: History) -> Floats:
        """Return the purchases to expect."""
        asked = ahead * self.pace, *past
        parts = [w * m.expected_purchases(*asked) for w, m in self._parts]
        return np.asarray(np.sum(parts, axis=0))

    def log_score(self, ahead: Floats, bought: Floats, past: History) -> Floats:
        """Return ln P(exactly `bought` purchases)."""
        asked = ahead * self.pace, bought, *past
        scores = np.stack([np.log(w) + m.log_score(*asked) for w, m in self._parts])
        return np.asarray(logsumexp(scores, axis=0))

    def beyond(self, ahead: Floats, count: Floats, past: History) -> Floats:
        """Return P(more than `count` purchases); 1 below 0."""
        asked = np.maximum(count, 0), ahead * self.pace, *past
        parts = [w * m.probability_beyond(*asked) for w, m in self._parts]
        return np.where(count < 0, 1.0, np.sum(parts, axis=0))

    def interval(
        self, ahead: Floats, past: History, *, level: float
    ) -> tuple[Floats, Floats]:
        """Return the ends between which the purchases lie with at least `level`."""

        def beyond(count: Floats, who: Any) -> Floats:
            some = History(*(values[who] for values in past))
            return self.beyond(ahead[who], count, some)

        return between(beyond, size=len(ahead), level=level)
