"""By when to act: each client of whom a chance is told has a day."""

from datetime import date

import numpy as np

from fondly.insight.scoring.columns import Columns, Floats
from fondly.insight.scoring.forecast import Found
from fondly.insight.scoring.history import WEEK, History
from fondly.insight.scoring.model import Model
from fondly.insight.scoring.taught import own, shifted

DOUBT = 0.5
FARTHEST = 3_650  # days: what lies farther ahead is no day to act by
SILENCE = 2.0  # usual gaps of silence, after which a client is called quiet
LEAST = 30.0  # days


def act_by(model: Model, history: History, p_active: Floats) -> Found:
    """Return `silent_until` of all alike, and as each tier would have it that is corrected
    on its own, under `taught.own`."""
    taught = model.corrected
    shifts = {own("act_by", name): shift for name, (shift, _) in taught.by_tier.items()}
    return {
        name: silent_until(model, history, p_active, shift=shift)
        for name, shift in ({"act_by": taught.shift} | shifts).items()
    }


def silent_until(
    model: Model, history: History, p_active: Floats, *, shift: float = 0.0
) -> Floats:
    """Return in how many days those who stay silent fall below one half; it may be past.

    Where that is beyond ten years, the day on which they would be called quiet. `shift` is
    what looking back adds to the log-odds: then the model's own chance falls lower first.
    """
    if model.parameters is None or not len(history.x):
        return np.full(len(history.x), np.nan)
    bought = history.x, history.recency, history.age
    threshold = float(shifted(np.array([DOUBT]), -shift)[0])
    ahead = model.of_orders.act_by(*bought, threshold=threshold) * WEEK
    usual = np.nan if model.usual_gap is None else model.usual_gap
    mean = np.where(history.x > 0, history.recency * WEEK / np.maximum(history.x, 1), usual)
    silent = (history.age - history.recency) * WEEK
    quiet = np.maximum(mean * SILENCE, LEAST) - silent
    found = np.where(ahead > FARTHEST, quiet, np.round(ahead))
    return np.asarray(np.where(np.isnan(p_active), np.nan, found))


def or_before_it_ends(found: Found, rows: Columns, *, as_of: date) -> Found:
    """Give those with a contract only the last day of notice, else of renewal or its end.

    The chance of renewing is not shown with a day of its own where there is one of staying.
    """
    if "p_renew" not in found:
        return found
    today = np.datetime64(as_of, "D")
    ahead = np.full(len(rows), np.nan)
    for name in ("agreed_until", "renews_on", "notice_by"):
        day = rows.day(name)
        is_known = ~np.isnat(day)
        ahead[is_known] = (day[is_known] - today).astype(np.float64)
    only = ~np.isnan(found["p_renew"]) & np.isnan(found["act_by"])
    return found | {"act_by": np.where(only, ahead, found["act_by"])}
