"""The summary of a warehouse by NumPy alone, without any engine: a third opinion."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet

from fondly.base.money import exponent
from fondly.insight.scoring.history import WEEK, History

Rates = list[tuple[str, date, float]]
Days = dict[date, list[float]]


def history(folder: Path, *, as_of: date, rates: Rates) -> History:
    """Return what the models read of each client, in the order of their numbers."""
    rows = pyarrow.parquet.read_table(folder).to_pylist()
    first = {(row["client"], row["number"]): row["placed_on"] for row in rows}
    days: dict[str, Days] = defaultdict(lambda: defaultdict(lambda: [0.0, 0]))
    for row in rows:
        day = first.get((row["client"], row["refund_of"]), row["placed_on"])
        value = _value(row, day, rates)
        net = days[row["client"]][day]
        net[0] += 0 if value is None else value
        net[1] += value is None and row["amount"] > 0
    found = [_of_one(bought, as_of) for _who, bought in sorted(days.items())]
    each = np.array([row for row in found if row is not None])
    x, recency, age, log_gaps, spend, length = each.T
    usual = length.sum() / x.sum()
    return History(np.arange(len(x)), x, recency, age, log_gaps, spend, usual)


def _value(row: dict[str, Any], day: date, rates: Rates) -> float | None:
    """Return an order's minor units in euros by the newest rate of its day."""
    minor = float(row["amount"].scaleb(exponent(row["currency"])))
    if row["currency"] == "EUR":
        return minor
    known = [(f, rate) for code, f, rate in rates if code == row["currency"] and f <= day]
    if not known:
        return None
    foreign = minor * max(known)[1]
    return float(np.sign(foreign) * np.floor(abs(foreign) + 0.5))  # halves away from zero


def _of_one(bought: Days, as_of: date) -> tuple[float, ...] | None:
    days = sorted(day for day, (net, unpriced) in bought.items() if net > 0 or unpriced)
    revenue = sum(net for net, _ in bought.values())
    unpriced = sum(bool(count) for _, count in bought.values())
    if not days or (revenue <= 0 and not unpriced):
        return None
    gaps = np.diff(np.array(days, dtype="datetime64[D]")).astype(float)
    later = revenue - bought[days[0]][0]
    known = len(gaps) and later > 0 and not unpriced
    return (
        len(gaps),
        gaps.sum() / WEEK,
        (as_of - days[0]).days / WEEK,
        np.log(gaps / WEEK).sum(),
        later / len(gaps) if known else np.nan,
        gaps.sum(),
    )
