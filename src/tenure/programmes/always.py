"""Intervals that hold however often one looks, and whenever one stops.

An ordinary interval is wrong in one case of twenty at one look; looked at daily until it
excludes zero, it is wrong nearly always. A confidence sequence is wrong at any time at all
with that probability. Howard, Ramdas, McAuliffe and Sekhon (2021), Time-uniform,
nonparametric, nonasymptotic confidence sequences, Annals of Statistics 49(2).
"""

from math import log, sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import betaln, xlog1py, xlogy

from tenure.arrays import Column, Floats, column
from tenure.checks import checked_level
from tenure.errors import BadInput
from tenure.programmes.lift import Lift, difference, relieved

HALVINGS = 60


class Share(NamedTuple):
    """A share with the interval that holds at every look."""

    share: Floats
    low: Floats
    high: Floats


def always_valid_lift(
    outcome: Column,
    held_out: Column,
    *,
    forecast: Column | None = None,
    level: float = 0.95,
    planned: float | None = None,
) -> Lift:
    """Return `lift` with an interval that holds at every look, however many.

    The two-sided normal mixture of Howard et al. (2021), equation (14), at the estimated
    variance: an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy and
    Ramdas 2024, theorem 2.2), to be trusted once each arm has some dozens of clients,
    more where outcomes are rare or very uneven. It is tightest when about `planned`
    clients have been seen in both arms; that number must be decided beforehand and stay
    the same at every look (by default 1,000). Raises `BadInput`.
    """
    alpha = 1 - checked_level(level)
    expected = 1_000.0 if planned is None else planned
    if not 0 < expected < np.inf:
        raise BadInput("planned must be above 0.")
    adjusted, explained = relieved(outcome, held_out, forecast)
    effect, variances, sizes = difference(adjusted)
    error = float(np.sqrt(variances.sum()))
    # The mixing variance that is best at `expected`, same source, after equation (6).
    best = (-2 * log(alpha) + log(-2 * log(alpha)) + 1) / expected
    time = float(sizes.sum()) * best
    reach = error * sqrt((time + 1) / time * log((time + 1) / alpha**2))
    arms, _ = relieved(outcome, held_out, None)
    means = float(arms.reached.mean()), float(arms.held.mean())
    return Lift(effect, effect - reach, effect + reach, error, *means, explained)


def always_valid_share(successes: Column, clients: Column, *, level: float = 0.95) -> Share:
    """Return the share of successes with an interval that holds at every look.

    Exact for any number of clients: a share p is kept while the likelihood averaged over a
    uniform prior is less than 1/α times that at p (the beta-binomial mixture of Howard et
    al. 2021, section 3.2, after Robbins 1970). Columns of any equal length, one entry per
    look. Raises `BadInput`.
    """
    alpha = 1 - checked_level(level)
    wins, n = column(successes, name="successes"), column(clients, name="clients")
    if ((wins < 0) | (wins > n)).any():
        raise BadInput("successes must lie between 0 and clients.")
    wins, n = np.broadcast_arrays(wins, n)
    middle = np.where(n > 0, wins / np.maximum(n, 1), 0.5)
    limit = betaln(wins + 1, n - wins + 1) + log(alpha)
    ends = []
    for edge in (np.zeros_like(middle), np.ones_like(middle)):
        outside, inside = edge, middle
        for _ in range(HALVINGS):
            half = (outside + inside) / 2
            kept = xlogy(wins, half) + xlog1py(n - wins, -half) > limit
            outside, inside = np.where(kept, outside, half), np.where(kept, half, inside)
        at_edge = xlogy(wins, edge) + xlog1py(n - wins, -edge) > limit
        ends.append(np.where(at_edge, edge, outside))
    return Share(middle, ends[0], ends[1])


def always_valid_difference(
    successes: tuple[float, float], clients: tuple[float, float], *, level: float = 0.95
) -> tuple[float, float, float]:
    """Return the difference of two shares (reached less held out) and its ends.

    Exact at every look and for any numbers: each arm's own interval at half the error.
    Wider than `always_valid_lift`, which needs more clients to be trusted.
    """
    each = 1 - (1 - checked_level(level)) / 2
    share, low, high = always_valid_share(successes, clients, level=each)
    return (
        float(share[0] - share[1]),
        float(low[0] - high[1]),
        float(high[0] - low[1]),
    )
