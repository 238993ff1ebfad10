"""Do intervals of hazards hold the truth? Part of `python -m bench coverage`."""

from collections.abc import Iterator
from typing import Any

import numpy as np

import tenure
from tenure.tests.survival.records import TRUTH, clients, truly_kept

NAME, CLIENTS, LEVEL = "ProportionalHazards", 600, 0.95
TIME, AGE, QUARTERS = 12, 5, np.arange(48) / 4
ASKED = {"plan": ["monthly", "yearly", "yearly"], "price": [20.0, 19.0, 22.0]}


def held(seed: int) -> Iterator[tuple[str, Any]]:
    """Yield what the intervals are of, and whether those of one data set held it."""
    model = tenure.ProportionalHazards(reference={"plan": "monthly"})
    model.fit(*clients(CLIENTS, seed))
    low, high = model.hazard_ratios_interval(level=LEVEL)
    for name, log in TRUTH.items():
        yield name, low[name] <= np.exp(log) <= high[name]
    # They leave at the ends of quarters: the time stayed is a sum of quarters.
    stays = [truly_kept(0, quarter, ASKED) / 4 for quarter in QUARTERS]
    for name, columns, truth in (
        ("survival", (TIME,), truly_kept(0, TIME, ASKED)),
        ("retention", (AGE,), truly_kept(AGE, AGE + 1, ASKED)),
        ("expected_lifetime", (TIME,), np.sum(stays, axis=0)),
    ):
        low, high = getattr(model, f"{name}_interval")(*columns, ASKED, level=LEVEL)
        yield name, (low <= truth) & (truth <= high)
