"""What all clients together are still worth, and how sure that is."""

from collections.abc import Callable
from copy import copy
from math import inf, log1p
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from tenure.arrays import Column, Floats, column
from tenure.checks import checked_level, checked_spend, checked_weights
from tenure.errors import BadInput
from tenure.gammagamma import GammaGamma
from tenure.worth.value import residual_lifetime_value

# Half the width of a central difference in the logarithms of the parameters.
NUDGE = 1e-3
# Counts of purchases looked at one by one, how steps grow beyond, and where to stop.
EACH, GROWTH, UNLIKELY = 16, 0.07, 1e-9
# Without a horizon the spread of purchases is that of this many times 1/δ, or mean T.
SPANS = 3.0


class Equity(NamedTuple):
    """The sum, its interval, and the two deviations behind it (in the unit of money).

    `doubt` is that of the parameters, `chance` that of the clients themselves; `unknown`
    is how many clients have no mean spend and are not in the sum.
    """

    value: float
    low: float
    high: float
    doubt: float
    chance: float
    unknown: float


def customer_equity(
    orders: Any,
    spend: GammaGamma,
    *,
    frequency: Column,
    recency: Column,
    T: Column,
    monetary: Column,
    horizon: float = inf,
    discount: float = 0.0,
    weights: Column | None = None,
    level: float = 0.9,
) -> Equity:
    """Return the sum of `residual_lifetime_value` over clients with its interval.

    `orders` is a fitted model of purchases, `weights` says how many clients each row stands
    for. Two doubts are added: that of the parameters of both models (delta method on the
    logarithm of the sum) and the clients' own chance, the variance of what each will spend
    (purchases from their predictive law, spend from its posterior), which a larger base
    averages out. The interval is that of a log-normal. Raises `BadInput`.
    """
    sure = checked_level(level)
    past: dict[str, Any] = {
        "frequency": frequency,
        "recency": recency,
        "T": T,
        "monetary": monetary,
    }
    ahead: dict[str, Any] = {"horizon": horizon, "discount": discount}
    each = residual_lifetime_value(orders, spend, **past, **ahead)
    heavy = checked_weights(weights, size=len(each))
    known = ~np.isnan(each)
    value = float(heavy[known] @ each[known])
    if not np.isfinite(value):
        raise BadInput("The sum is infinite: give a horizon or a discount.")
    unknown = float(heavy[~known].sum())
    if value == 0:
        return Equity(0.0, 0.0, 0.0, 0.0, 0.0, unknown)

    def total(first: Any, second: GammaGamma) -> float:
        worth = residual_lifetime_value(first, second, **past, **ahead)
        return float(heavy[known] @ worth[known])

    doubt = value * np.sqrt(_doubt(orders, spend, total))
    chance = np.sqrt(heavy @ np.where(known, _chance(orders, spend, each, past, ahead), 0))
    reach = ndtri((1 + sure) / 2) * np.hypot(doubt, chance) / value
    low, high = (value * float(np.exp(side * reach)) for side in (-1, 1))
    return Equity(value, low, high, float(doubt), float(chance), unknown)


def _doubt(
    orders: Any, spend: GammaGamma, total: Callable[[Any, GammaGamma], float]
) -> float:
    """Return the variance of ln(total) under the doubt about both models' parameters."""
    first = _slopes(orders, lambda moved: total(moved, spend))
    second = _slopes(spend, lambda moved: total(orders, moved))
    variance = first @ orders.log_covariance_ @ first
    return max(float(variance + second @ spend.log_covariance_ @ second), 0.0)


def _slopes(model: Any, total: Callable[[Any], float]) -> Floats:
    """Return the slopes of ln(total) in the logarithms of one model's parameters."""
    middle, slopes = np.array(model.parameters_), []
    for nudge in np.eye(len(middle)) * NUDGE:
        up, down = (total(_moved(model, middle * np.exp(side * nudge))) for side in (1, -1))
        slopes.append((np.log(up) - np.log(down)) / (2 * NUDGE))
    return np.array(slopes)


def _moved(model: Any, values: Floats) -> Any:
    """Return the same model with other parameters."""
    twin = copy(model)
    for name, value in zip(model.parameters_._fields, values, strict=True):
        setattr(twin, f"{name}_", float(value))
    return twin


def _chance(orders: Any, spend: GammaGamma, each: Floats, past: Any, ahead: Any) -> Floats:
    """Return the variance of what each client will spend, discounting included.

    Var = E[Y] E[ζ²]/p + E[Y²] E[ζ²] - (E[Y] E[ζ])², Y purchases with mean value ζ = p/ν,
    ν ~ Gamma(px+q, rate γ+xm); then scaled by the square of the discount's effect.
    """
    x, mean = checked_spend(past["frequency"], past["monetary"])
    columns = (past["frequency"], past["recency"], past["T"])
    span = ahead["horizon"]
    if span == inf:
        force = log1p(ahead["discount"])
        age = float(np.mean(column(past["T"], name="T"))) or 1.0
        span = float(np.ceil(SPANS * (1 / force if force > 0 else age)))
    first, second = _purchases(orders, span, columns)
    p, q, _ = spend.parameters_
    value = spend.expected_spend(x, mean)
    tail = p * x + q - 2  # E[ζ²]/E[ζ]² = (px+q-1)/(px+q-2)
    with np.errstate(divide="ignore", invalid="ignore"):
        square = np.where(tail > 0, value**2 * (tail + 1) / np.maximum(tail, 1e-12), inf)
        square = np.where(first > 0, square, 0.0)
        spread = first * square / p + second * square - (first * value) ** 2
        scale = np.where(first > 0, each / (first * value), 0.0)
    return np.where(first > 0, np.maximum(spread, 0.0) * scale**2, 0.0)


def _purchases(orders: Any, span: float, columns: Any) -> tuple[Floats, Floats]:
    """Return the mean and mean square of purchases: E[Y²] = Σ (2k+1) P(Y > k).

    Every k up to `EACH`, then steps that grow, between which P is taken as straight; a
    client is left alone once more is next to impossible.
    """
    first = np.asarray(orders.expected_purchases(span, *columns))
    past = [np.asarray(values) for values in np.broadcast_arrays(*columns, first)[:-1]]
    second, left, k = np.zeros_like(first), np.arange(len(first)), 0
    here = orders.probability_beyond(0, span, *past)
    while len(left):
        step = 1 if k < EACH else int(k * GROWTH) + 1
        there = orders.probability_beyond(k + step, span, *(v[left] for v in past))
        # Σ (2i+1) over the step, and the same weighted by how far along it i is.
        flat = (k + step) ** 2 - k**2
        sloped = (2 * k + 1) * (step - 1) / 2 + (step - 1) * (2 * step - 1) / 3
        second[left] += here * flat + (there - here) * sloped
        k, kept = k + step, there > UNLIKELY
        left, here = left[kept], there[kept]
    return first, second
