"""Probability still active, orders and worth to come, where the model supports them."""

import numpy as np

from fondly.insight.scoring.columns import Floats
from fondly.insight.scoring.history import WEEK, History
from fondly.insight.scoring.model import Model
from fondly.insight.scoring.prior import FEWEST_OWN_GAPS, interval

LEVEL = 0.8
HORIZONS = {12: 365, 24: 730}  # months and days
Found = dict[str, Floats]


def forecast(model: Model, history: History) -> Found:
    """Return p_active, expected orders and worth, with 80 % intervals, of those who bought.

    NaN where a number cannot be supported. Somebody who has bought once has no probability
    still active: one order says nothing of who stays. `alive` is the same of everybody, to
    correct totals by; nothing is corrected yet (`Taught.applied`).
    """
    empty = np.full(len(history.x), np.nan)
    if model.parameters is None or not len(history.x):
        return dict.fromkeys(("alive", "p_active", "p_active_low", "p_active_high"), empty)
    orders = _orders(model, history)
    found = {f"expected_orders_{months}m": expected for months, expected in orders.items()}
    return _active(model, history) | found | _worth(model, history, orders)


def _active(model: Model, history: History) -> Found:
    bought = history.x, history.recency, history.age
    orders = model.of_orders
    if model.kind == "bgnbd":
        fewest = 1
        low, high = orders.probability_alive_interval(*bought, level=LEVEL)
        if model.log_covariance is None:
            low = high = np.full(len(history.x), np.nan)
    else:
        fewest = FEWEST_OWN_GAPS
        assert model.parameters is not None
        low, high = interval(model.parameters, *bought, level=LEVEL)
    chance = orders.probability_alive(*bought)
    again = history.x >= fewest
    return {
        "alive": chance,
        "p_active": np.where(again, chance, np.nan),
        "p_active_low": np.where(again, np.minimum(low, chance), np.nan),
        "p_active_high": np.where(again, np.maximum(high, chance), np.nan),
    }


def _orders(model: Model, history: History) -> dict[int, Floats]:
    """Return the orders to expect of those who bought, by the months ahead."""
    bought = history.x, history.recency, history.age
    return {
        months: model.of_orders.expected_purchases(days / WEEK, *bought)
        for months, days in HORIZONS.items()
        if model.supports(days)
    }


def _worth(model: Model, history: History, orders: dict[int, Floats]) -> Found:
    """Return expected orders times expected spend; they are independent in these models.

    Fader, Hardie and Lee (2005b), RFM and CLV, section 2; not discounted. The interval
    joins that of the number of orders and that of the client's own mean spend, taken as
    independent errors, at either side: the root of the sum of their squares.
    """
    spend = model.of_spend
    if spend is None:
        return {}
    known = ~np.isnan(history.spend)
    x, mean = np.where(known, history.x, 0.0), np.where(known, history.spend, 0.0)
    each = spend.expected_spend(x, mean)
    found = {
        f"worth_{months}m": np.round(expected * each) for months, expected in orders.items()
    }
    if 24 in orders:
        cheap, dear = spend.spend_interval(x, mean, level=LEVEL)
        found["worth_24m_low"], found["worth_24m_high"] = _around(
            model, history, orders[24], (cheap, each, dear)
        )
    return found


def _around(
    model: Model, history: History, orders: Floats, spend: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats]:
    """Return the ends of worth in 24 months around its expectation."""
    cheap, each, dear = spend
    bought = history.x, history.recency, history.age
    few, many = model.of_orders.purchases_interval(
        HORIZONS[24] / WEEK, *bought, level=LEVEL
    )
    below = np.hypot((orders - np.minimum(few, orders)) * each, orders * (each - cheap))
    above = np.hypot((np.maximum(many, orders) - orders) * each, orders * (dear - each))
    low: Floats = np.round(np.maximum(orders * each - below, 0)).astype(np.float64)
    high: Floats = np.round(orders * each + above).astype(np.float64)
    return low, high
