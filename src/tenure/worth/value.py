"""What a client is still worth: purchases to come, times spend, discounted if asked."""

from math import inf, log1p
from typing import Protocol

import numpy as np

from tenure.arrays import Column, Floats, column
from tenure.bgbb import BGBB
from tenure.bgnbd.buyers import Buyers
from tenure.checks import checked_spend
from tenure.errors import BadInput
from tenure.gammagamma import GammaGamma

# Beyond e^-40 of its value nothing to come is counted.
NOTHING = 40.0


class Purchases(Protocol):
    """A model of purchases: any that says how many to expect in a horizon."""

    def expected_purchases(
        self, horizon: Column, frequency: Column, recency: Column, T: Column, /
    ) -> Floats:
        """Return the purchases to expect of each client, shape (clients,)."""
        ...


def discounted_purchases(
    orders: Purchases,
    *,
    frequency: Column,
    recency: Column,
    T: Column,
    horizon: float = inf,
    discount: float = 0.0,
    steps: int = 24,
) -> Floats:
    """Return the discounted purchases to expect of each client, shape (clients,).

    `discount` is the effective rate per unit of time (0.1 with years: a purchase a year
    away counts 1/1.1). Without a horizon these are the discounted expected residual
    transactions of Fader, Hardie and Lee (2005b), RFM and CLV, which need a discount or a
    lifetime with a mean. With δ = ln(1 + discount) and E(t) the purchases until t,

        e^(-δh) E(h) + δ ∫ e^(-δt) E(t) dt,  0 < t < h,

    integrated by `steps` Gauss-Legendre nodes in ln(1 + t / mean T). For `BGBB`, T counts
    chances and so must the horizon; each chance is discounted from its own end. Raises
    `BadInput`.
    """
    if not horizon >= 0 or steps < 1 or not discount > -1:
        raise BadInput("horizon and steps must be positive and discount above -1.")
    past = (frequency, recency, T)
    if horizon == inf and hasattr(orders, "residual_purchases"):
        return np.asarray(orders.residual_purchases(*past, discount=discount))
    if horizon == inf and discount <= 0:
        raise BadInput("Without a discount this model needs a horizon.")
    if discount == 0:
        return orders.expected_purchases(horizon, *past)
    if isinstance(orders, BGBB):
        return _by_chance(orders, past, horizon=int(horizon), discount=discount)
    return _by_time(orders, past, horizon=horizon, force=log1p(discount), steps=steps)


def residual_lifetime_value(
    orders: Purchases,
    spend: GammaGamma,
    *,
    frequency: Column,
    recency: Column,
    T: Column,
    monetary: Column,
    horizon: float = inf,
    discount: float = 0.0,
    steps: int = 24,
) -> Floats:
    """Return the value to expect from each client in the next `horizon`, (clients,).

    Purchases to expect times spend per purchase, as the two are independent in these
    models (Fader, Hardie and Lee 2005b, section 2), discounted as `discounted_purchases`.
    NaN where the mean spend does not exist. Raises `BadInput`.
    """
    to_come = discounted_purchases(
        orders,
        frequency=frequency,
        recency=recency,
        T=T,
        horizon=horizon,
        discount=discount,
        steps=steps,
    )
    return to_come * spend.expected_spend(*checked_spend(frequency, monetary))


def schedule(
    age: float, *, horizon: float, force: float, steps: int
) -> tuple[Floats, Floats]:
    """Return the times and weights of a discounted sum over `horizon`, two arrays.

    `age` is the scale of time of the nodes, `force` is ln(1 + discount). One node is enough
    where nothing is discounted.
    """
    if force == 0:
        return np.array([horizon]), np.ones(1)
    end = min(horizon, NOTHING / force) if force > 0 else horizon
    nodes, shares = np.polynomial.legendre.leggauss(steps)
    length = log1p(end / age)
    times = age * np.expm1(length * (nodes + 1) / 2)
    weights = shares / 2 * length * (age + times) * force * np.exp(-force * times)
    return np.append(times, end), np.append(weights, np.exp(-force * end))


def scale(T: Column) -> float:
    """Return the scale of time of some clients: how long they were observed, on average."""
    return float(np.mean(column(T, name="T"))) or 1.0


def _by_time(
    orders: Purchases,
    past: tuple[Column, Column, Column],
    *,
    horizon: float,
    force: float,
    steps: int,
) -> Floats:
    horizons, weights = schedule(scale(past[2]), horizon=horizon, force=force, steps=steps)
    if isinstance(orders, Buyers):
        return orders.combined_purchases(horizons, weights, *past).purchases
    present = np.zeros(1)
    for time, weight in zip(horizons, weights, strict=True):
        present = present + weight * orders.expected_purchases(time, *past)
    return np.asarray(present)


def _by_chance(
    orders: Purchases,
    past: tuple[Column, Column, Column],
    *,
    horizon: int,
    discount: float,
) -> Floats:
    before, present = np.zeros(1), np.zeros(1)
    for chance in range(1, horizon + 1):
        upto = orders.expected_purchases(chance, *past)
        present = present + (upto - before) * (1 + discount) ** -chance
        before = upto
    return present
