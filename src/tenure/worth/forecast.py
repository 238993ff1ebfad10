"""All that is usually asked of every client, in one pass."""

from math import inf, log1p
from typing import Any, NamedTuple

import numpy as np

from tenure.arrays import Column, Floats
from tenure.bgnbd.buyers import Buyers
from tenure.checks import checked_spend
from tenure.errors import BadInput
from tenure.gammagamma import GammaGamma
from tenure.worth.value import discounted_purchases, scale, schedule


class Forecast(NamedTuple):
    """Four arrays of shape (clients,): P(active), the purchases to expect in the horizon,
    the mean value of each (NaN where that does not exist), and what they are worth."""

    probability_alive: Floats
    expected_purchases: Floats
    expected_spend: Floats
    value: Floats


def forecast(
    orders: Any,
    spend: GammaGamma,
    *,
    frequency: Column,
    recency: Column,
    T: Column,
    monetary: Column,
    horizon: float,
    discount: float = 0.0,
    steps: int = 24,
) -> Forecast:
    """Return what is usually asked of every client, as four calls would, in one pass.

    The same numbers as `probability_alive`, `expected_purchases`, `expected_spend` and
    `residual_lifetime_value`: what they have in common is reckoned once. `orders` is a
    fitted model of purchases; `discount` and `steps` as in `discounted_purchases`, without
    a discount the value is undiscounted. Raises `BadInput`.
    """
    if not 0 <= horizon < inf or steps < 1 or not discount > -1:
        raise BadInput("horizon must be finite, steps positive and discount above -1.")
    past = (frequency, recency, T)
    each = spend.expected_spend(*checked_spend(frequency, monetary))
    if isinstance(orders, Buyers):
        times, weights = schedule(
            scale(T), horizon=horizon, force=log1p(discount), steps=steps
        )
        plain = np.append(np.zeros(len(times)), 1.0)
        sums = np.stack([plain, np.append(weights, 0.0)])
        alive, (bought, later) = orders.combined_purchases(
            np.append(times, horizon), sums, *past
        )
        return Forecast(alive, bought, each, later * each)
    bought = orders.expected_purchases(horizon, *past)
    later = discounted_purchases(
        orders,
        frequency=frequency,
        recency=recency,
        T=T,
        horizon=horizon,
        discount=discount,
        steps=steps,
    )
    return Forecast(orders.probability_alive(*past), bought, each, later * each)
