"""What a client is still worth: purchases to come, times spend, discounted if asked."""

from itertools import pairwise
from math import log1p

import numpy as np

from tenure.arrays import Column, Floats
from tenure.bgnbd import BGNBD
from tenure.errors import BadInput
from tenure.gammagamma import GammaGamma


def residual_lifetime_value(
    orders: BGNBD,
    spend: GammaGamma,
    *,
    frequency: Column,
    recency: Column,
    T: Column,
    monetary: Column,
    horizon: float,
    discount: float = 0.0,
    steps: int = 24,
) -> Floats:
    """Return the value to expect from each client in the next `horizon`, (clients,).

    Purchases to expect times spend per purchase, as the two are independent in these
    models (Fader, Hardie and Lee 2005b, RFM and CLV, section 2). `discount` is the
    effective rate per unit of time (0.1 with years: a value a year away counts 1/1.1);
    with it the horizon is cut into `steps` equal parts and each part's purchases are
    discounted from its middle. NaN where the mean spend does not exist. Raises `BadInput`.
    """
    if not horizon >= 0 or steps < 1 or not discount > -1:
        raise BadInput("horizon and steps must be positive and discount above -1.")
    each = spend.expected_spend(frequency, monetary)
    if discount == 0:
        return orders.expected_purchases(horizon, frequency, recency, T) * each
    ends = np.linspace(0.0, horizon, steps + 1)
    before, present = np.zeros(1), np.zeros(1)
    for start, end in pairwise(ends):
        upto = orders.expected_purchases(end, frequency, recency, T)
        present = present + (upto - before) * np.exp(-log1p(discount) * (start + end) / 2)
        before = upto
    return present * each
