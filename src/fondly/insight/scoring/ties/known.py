"""What is known of clients who never bought, and the four numbers that move their odds."""

from typing import NamedTuple, Self

import numpy as np

from fondly.insight.scoring.columns import Columns, Flags, Floats, Wholes
from fondly.insight.scoring.history import WEEK, History
from fondly.insight.scoring.prior import FEWEST_GAPS
from fondly.insight.signals.horizon import HORIZON

# What moves the odds, in this order; the first belongs to all alike.
MOVERS = ("all", "reciprocity", "their_answers", "our_answers", "called_off")
SLOWEST = 2.0  # e² times as long as before counts as no longer than that
MOST_CALLED_OFF = 6
FEWEST_GAPS_OF_ONE = 3  # as in `signals.rhythm`


class Measures(NamedTuple):
    """Who writes to whom in 12 months, and the logarithms of 1 + hours until answers.

    `lately` is the last half year, `before` the year before it.
    """

    approaches: Floats
    answered: Floats
    theirs: Floats
    ours: Floats
    their_lately: Floats
    their_lately_log: Floats
    their_before: Floats
    their_before_log: Floats
    our_lately: Floats
    our_lately_log: Floats
    our_before: Floats
    our_before_log: Floats
    called_off: Floats

    @classmethod
    def of(cls, rows: Columns, end: str = "") -> Self:
        """Read them from the engine's rows; nothing counted is none."""
        return cls(*(np.nan_to_num(rows.number(f"{name}{end}")) for name in cls._fields))

    @property
    def movers(self) -> Floats:
        """Return the numbers of `MOVERS`, one row per client; 0 says nothing either way."""
        answered = (self.answered + 1) / (self.approaches + 2)
        begun = (self.theirs + 1) / (self.theirs + self.ours + 2)
        their = _slower(*self[4:8])
        our = _slower(*self[8:12])
        called_off = np.log1p(np.minimum(self.called_off, MOST_CALLED_OFF))
        return np.column_stack(
            [np.ones_like(answered), answered + begun - 1, their, our, called_off]
        )

    def hours(self, side: str, when: str) -> Floats:
        """Return the usual hours until an answer; NaN where there was none."""
        count = getattr(self, f"{side}_{when}")
        total = getattr(self, f"{side}_{when}_log")
        mean = total / np.where(count > 0, count, np.nan)
        return np.asarray(np.expm1(mean), dtype=np.float64)


class Known(NamedTuple):
    """Clients who never bought and have spoken to us, one value each, by their ids."""

    client_ids: Wholes
    history: History
    measures: Measures
    gap: Floats
    spread: Floats
    first_ago: Floats
    last_ago: Floats

    @classmethod
    def of(cls, rows: Columns) -> Self:
        """Read them from the engine's rows."""
        days, first = rows.number("heard_days"), rows.number("first_ago")
        last = rows.number("last_ago")
        has_gap = days > FEWEST_GAPS_OF_ONE
        low, high = rows.number("gap_low"), rows.number("gap_high")
        return cls(
            client_ids=rows.whole("client_id"),
            history=_history(rows, days, first, last, rows.number("log_gaps")),
            measures=Measures.of(rows),
            gap=np.where(has_gap, rows.number("gap_mid"), np.nan),
            spread=np.where(has_gap, (high - low) / 2, np.nan),
            first_ago=first,
            last_ago=last,
        )


class Earlier(NamedTuple):
    """Those who had come back by 91 days ago, as they were then, and who spoke since."""

    history: History
    movers: Floats
    returned: Flags

    @classmethod
    def of(cls, rows: Columns) -> Self:
        """Read them from the engine's rows."""
        days = np.nan_to_num(rows.number("heard_days_then"))
        first = rows.number("first_ago") - HORIZON
        last = rows.number("last_ago_then") - HORIZON
        history = _history(rows, days, first, last, rows.number("log_gaps_then"))
        again = days > 1
        return cls(
            history=history.kept(again),
            movers=Measures.of(rows, "_then").movers[again],
            returned=(rows.number("last_ago") < HORIZON)[again],
        )


def _history(
    rows: Columns, days: Floats, first: Floats, last: Floats, log_gaps: Floats
) -> History:
    x = np.maximum(days - 1, 0.0)
    gaps = float(x.sum())
    length = float(np.where(x > 0, first - last, 0.0).sum())
    return History(
        client_ids=rows.whole("client_id"),
        x=x,
        recency=(first - last) / WEEK,
        age=first / WEEK,
        log_gaps=log_gaps - x * np.log(WEEK),
        spend=np.full(len(x), np.nan),
        usual_gap=length / gaps if gaps >= FEWEST_GAPS else None,
    )


def _slower(lately: Floats, log: Floats, before: Floats, log_before: Floats) -> Floats:
    """Return by how much answers take longer than before; the fewer there were, the less
    is made of it."""
    fewest = np.minimum(lately, before)
    change = log / np.maximum(lately, 1) - log_before / np.maximum(before, 1)
    return np.asarray(np.clip(change, -SLOWEST, SLOWEST) * fewest / (fewest + 2))
