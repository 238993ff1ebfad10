"""Lift: what a programme changed, against the clients it left out."""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from tenure.arrays import Column, Floats, column, same_length
from tenure.checks import checked_level
from tenure.errors import BadInput


class Lift(NamedTuple):
    """The difference in means with its interval, in the unit of the outcome.

    `reached` and `held_out` are the means of the two arms as observed; `explained` is the
    share of the outcome's variance that the forecast took away (0 without one).
    """

    effect: float
    low: float
    high: float
    standard_error: float
    reached: float
    held_out: float
    explained: float


class Arms(NamedTuple):
    """Checked outcomes of those reached and those held out."""

    reached: Floats
    held: Floats


def lift(
    outcome: Column,
    held_out: Column,
    *,
    forecast: Column | None = None,
    level: float = 0.95,
) -> Lift:
    """Return how much higher the mean outcome is among clients reached than held out.

    Columns of shape (clients,): `outcome` (orders, money, 0 or 1 for bought), `held_out`
    (1 for the holdout, drawn at random), and `forecast`, anything known of each client
    before the programme began, best the forecast of the outcome. Without it this is
    Welch's interval; with it the outcome is first relieved of what was to be expected,

        Y - θ (X - mean X), θ = cov(Y, X) / var X within the arms,

    CUPED of Deng, Xu, Kohavi and Walker (2013), equations (4) and (5): the same effect
    with (1 - ρ²) of the variance. Valid at one look, decided on beforehand; for looking at
    any time see `always_valid_lift`. Raises `BadInput` for an arm of fewer than two.
    """
    sure = checked_level(level)
    arms = checked_arms(outcome, held_out)
    adjusted, explained = relieved(outcome, held_out, forecast)
    effect, variances, sizes = difference(adjusted)
    error = float(np.sqrt(variances.sum()))
    used = 0 if forecast is None else 1
    reach = error * float(stdtrit(_freedom(variances, sizes - used), (1 + sure) / 2))
    means = float(arms.reached.mean()), float(arms.held.mean())
    return Lift(effect, effect - reach, effect + reach, error, *means, explained)


def checked_arms(outcome: Column, held_out: Column) -> Arms:
    """Return the outcomes of both arms, or raise `BadInput`."""
    names = ("outcome", "held_out")
    values, flags = same_length(
        [column(outcome, name=names[0]), column(held_out, name=names[1])], names=names
    )
    if ((flags != 0) & (flags != 1)).any():
        raise BadInput("held_out must be 0 or 1.")
    arms = Arms(values[flags == 0], values[flags == 1])
    if min(len(arm) for arm in arms) < 2:
        raise BadInput("Each arm needs at least two clients.")
    return arms


def relieved(
    outcome: Column, held_out: Column, forecast: Column | None
) -> tuple[Arms, float]:
    """Return the outcomes less what was to be expected, and the variance explained."""
    arms = checked_arms(outcome, held_out)
    if forecast is None:
        return arms, 0.0
    before = checked_arms(column(forecast, name="forecast"), held_out)
    if any(len(y) != len(x) for y, x in zip(arms, before, strict=True)):
        raise BadInput("forecast and outcome differ in length.")
    # Within the arms, so that the effect itself is not taken for a relation.
    y, x = (np.concatenate([arm - arm.mean() for arm in both]) for both in (arms, before))
    spread, joint, whole = float(x @ x), float(x @ y), float(y @ y)
    if spread <= 0 or whole <= 0:
        return arms, 0.0
    slope = joint / spread
    middle = float(np.concatenate(before).mean())
    adjusted = (y - slope * (x - middle) for y, x in zip(arms, before, strict=True))
    return Arms(*adjusted), joint**2 / (spread * whole)


def difference(arms: Arms) -> tuple[float, Floats, Floats]:
    """Return the difference in means, the variances of both means, and the sizes."""
    variances = np.array([arm.var(ddof=1) / len(arm) for arm in arms])
    sizes = np.array([float(len(arm)) for arm in arms])
    return float(arms.reached.mean() - arms.held.mean()), variances, sizes


def _freedom(variances: Floats, sizes: Floats) -> float:
    """Return Welch's degrees of freedom; one where nothing varies."""
    below = float((variances**2 / np.maximum(sizes - 1, 1)).sum())
    return max(float(variances.sum()) ** 2 / below, 1.0) if below > 0 else 1.0
