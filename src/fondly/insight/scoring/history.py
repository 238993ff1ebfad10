"""What the models read of each client: repeat orders, recency and age, in weeks."""

from typing import NamedTuple

import numpy as np

from fondly.insight.scoring.columns import Columns, Flags, Floats, Wholes
from fondly.insight.scoring.prior import FEWEST_GAPS

WEEK = 7.0


class History(NamedTuple):
    """Those who have bought, one value each, by their ids.

    `x` counts repeat orders, `recency` runs from the first to the last, `age` from the
    first to the day asked for. `log_gaps` is the sum of the logarithms of the gaps between.
    `spend` is the mean of the repeat orders in minor units, the
    first left out and refunds netted; NaN where it is unknown or nothing. `usual_gap` is
    the mean gap of all together, in days; None of too few.
    """

    client_ids: Wholes
    x: Floats
    recency: Floats
    age: Floats
    log_gaps: Floats
    spend: Floats
    usual_gap: float | None

    @classmethod
    def of(cls, rows: Columns) -> "History":
        """Read the histories from the rows of who has bought what."""
        x = rows.number("orders") - 1
        age = rows.number("service_days") / WEEK
        silent = rows.number("days_since_order") / WEEK
        later = rows.number("revenue") - rows.number("first_net")
        known = (x > 0) & (later > 0) & (rows.number("unpriced") == 0)
        spend = np.where(known, later / np.maximum(x, 1), np.nan)
        return cls(
            client_ids=rows.whole("client_id"),
            x=x,
            recency=age - silent,
            age=age,
            # Days to weeks: each of the x gaps is a seventh.
            log_gaps=rows.number("log_gaps") - x * np.log(WEEK),
            spend=spend,
            usual_gap=_usual_gap(rows),
        )

    def kept(self, which: Flags) -> "History":
        """Return some of those who bought."""
        return self._replace(
            client_ids=self.client_ids[which],
            x=self.x[which],
            recency=self.recency[which],
            age=self.age[which],
            log_gaps=self.log_gaps[which],
            spend=self.spend[which],
        )


def spread(found: dict[str, Floats], history: History, rows: Columns) -> dict[str, Floats]:
    """Spread values of those who bought over all clients that are open; NaN for others."""
    ids, is_open = rows.whole("client_id"), ~rows.flag("is_closed")
    place = np.searchsorted(ids, history.client_ids)
    here = place < len(ids)
    here[here] = ids[place[here]] == history.client_ids[here]
    place = place[here]
    spread_ = {}
    for name, values in found.items():
        over_all = np.full(len(ids), np.nan)
        over_all[place] = np.where(is_open[place], values[here], np.nan)
        spread_[name] = over_all
    return spread_


def _usual_gap(rows: Columns) -> float | None:
    gaps, mean = rows.number("gaps"), rows.number("gap_mean")
    count = float(np.nansum(gaps))
    return float(np.nansum(gaps * mean)) / count if count >= FEWEST_GAPS else None
