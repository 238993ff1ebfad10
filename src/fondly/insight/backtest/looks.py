"""What a model of an earlier day said of each client, beside what each then did."""

from datetime import date
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from fondly.insight.backtest.measures import Flags, Floats
from fondly.insight.scoring.columns import Texts
from fondly.insight.scoring.history import WEEK, History
from fondly.insight.scoring.model import Model
from fondly.insight.scoring.taught import shifted

FARTHEST = 2.0  # of a shift of the log-odds: a chance of 50 % becomes 88 %


class Look(NamedTuple):
    """Of `history` at the end of `as_of`: what `model` said of the next `days`.

    `everybody` is what the model was fitted to, those with whom we had parted included.
    `tiers` are those each client had then (`are_of_then`), or those of today.
    """

    as_of: date
    days: int
    model: Model
    history: History
    bought: Floats
    tiers: Texts
    are_of_then: bool
    everybody: History
    alive: Floats
    chance: Floats
    expected: Floats

    @property
    def again(self) -> Flags:
        """Who bought again."""
        return self.bought > 0

    def of(self, tier: str) -> Flags:
        """Who was of a tier."""
        return np.asarray(self.tiers == tier)

    def at(self, shift: Floats | float) -> tuple[Floats, Floats]:
        """Return chances and expected orders with the log-odds of being active shifted."""
        part = shifted(self.alive, shift) / np.where(self.alive > 0, self.alive, 1.0)
        return self.chance * part, self.expected * part

    def shift(self, who: Flags) -> float:
        """Return the shift at which as many of them were expected to buy again as did."""
        alive, chance = self.alive[who], self.chance[who]
        each = chance / np.where(alive > 0, alive, 1.0)
        came = float(self.again[who].sum())

        def off(shift: float) -> float:
            return float((shifted(alive, shift) * each).sum()) - came

        low, high = off(-FARTHEST), off(FARTHEST)
        if low >= 0 or high <= 0:
            return -FARTHEST if low >= 0 else FARTHEST
        return float(brentq(off, -FARTHEST, FARTHEST, xtol=1e-6))


def look(
    model: Model,
    history: History,
    *,
    bought: Floats,
    tiers: Texts,
    are_of_then: bool,
    everybody: History,
    as_of: date,
    days: int,
) -> Look:
    """Ask `model` of everybody's next `days`."""
    columns, law = (history.x, history.recency, history.age), model.of_orders
    weeks = days / WEEK
    return Look(
        as_of=as_of,
        days=days,
        model=model,
        history=history,
        bought=bought,
        tiers=tiers,
        are_of_then=are_of_then,
        everybody=everybody,
        alive=law.probability_alive(*columns),
        chance=law.probability_of_purchase(weeks, *columns),
        expected=law.expected_purchases(weeks, *columns),
    )
