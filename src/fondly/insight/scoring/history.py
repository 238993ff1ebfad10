"""What the models read of each client: repeat orders, recency and age, in weeks."""

from typing import NamedTuple

import numpy as np

from fondly.insight.scoring.columns import Columns, Flags, Floats

WEEK = 7.0


class History(NamedTuple):
    """Those who have bought, one value each; `bought` says which clients they are.

    `x` counts repeat orders, `recency` runs from the first to the last, `age` from the
    first to the day asked for. `spend` is the mean of the repeat orders in minor units, the
    first left out and refunds netted; NaN where it is unknown or nothing.
    """

    bought: Flags
    x: Floats
    recency: Floats
    age: Floats
    spend: Floats
    is_open: Flags

    @classmethod
    def of(cls, rows: Columns) -> "History":
        """Read the histories from the wide rows."""
        bought = rows.number("orders") > 0
        x = rows.number("orders")[bought] - 1
        age = rows.number("service_days")[bought] / WEEK
        silent = rows.number("days_since_order")[bought] / WEEK
        later = rows.number("revenue")[bought] - rows.number("first_net")[bought]
        known = (x > 0) & (later > 0) & (rows.number("unpriced")[bought] == 0)
        spend = np.where(known, later / np.maximum(x, 1), np.nan)
        is_open = ~rows.flag("is_closed")[bought]
        return cls(bought, x, age - silent, age, spend, is_open)

    def over_all(self, values: Floats, *, where: Flags | None = None) -> Floats:
        """Spread values of those who bought over all clients; NaN for the others."""
        kept = self.is_open if where is None else self.is_open & where
        result = np.full(len(self.bought), np.nan)
        result[self.bought] = np.where(kept, values, np.nan)
        return result
