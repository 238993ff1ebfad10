"""Many small programmes, each too small to judge alone, judged together."""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from tenure.arrays import Column, Floats, column, same_length
from tenure.checks import checked_level
from tenure.errors import BadInput

# Spreads between programmes that are averaged over.
POINTS = 240
# The larger, the more a wide spread is believed in. Chosen by coverage in simulation, and
# then measured on fresh draws (docs/tenure/programmes.md).
POWER = 4
HALVINGS = 60


class Pooled(NamedTuple):
    """What programmes do on the whole, and each of them in the light of the others.

    `mean` and `spread` describe all programmes (a new one included: `new_low`, `new_high`);
    `effects` with `low`, `high`, shape (programmes,), are each one's own.
    """

    mean: float
    mean_low: float
    mean_high: float
    spread: float
    new_low: float
    new_high: float
    effects: Floats
    low: Floats
    high: Floats


def pooled(effects: Column, standard_errors: Column, *, level: float = 0.95) -> Pooled:
    """Return programmes' effects drawn towards their mean as far as the data say.

    Each measured effect is normal around the programme's own, with its standard error, and
    the programmes' own effects are normal around a common mean. The spread between them is
    not estimated and taken for granted but averaged over (Gelman et al., Bayesian Data
    Analysis, section 5.4, equations 5.17 to 5.21): with few programmes intervals stay
    wide. The belief about it is free of units, (1 + spread²/error²)^(-1/4) uniform at the
    typical standard error, a relative with heavier tail of the uniform shrinkage prior of
    Daniels (1999). No sampling: an integral over one number. Raises `BadInput`.
    """
    sure = checked_level(level)
    y, error = _checked(effects, standard_errors)
    spread, weight, centre, width = _posterior(y, error)
    # Given the spread, each effect is normal around a weighted mean of its own measurement
    # and the common one; what is not known of the latter adds to the width.
    with np.errstate(divide="ignore"):
        own = 1 / (1 + (error / spread[:, None]) ** 2)
    means = own * y + (1 - own) * centre[:, None]
    deviations = np.sqrt(own * error**2 + ((1 - own) * width[:, None]) ** 2)
    low, high = _ends(means, deviations, weight, level=sure)
    mean_low, mean_high = _ends(centre[:, None], width[:, None], weight, level=sure)
    new = np.hypot(width, spread)[:, None]
    new_low, new_high = _ends(centre[:, None], new, weight, level=sure)
    return Pooled(
        float(weight @ centre),
        float(mean_low[0]),
        float(mean_high[0]),
        float(weight @ spread),
        float(new_low[0]),
        float(new_high[0]),
        weight @ means,
        low,
        high,
    )


def _checked(effects: Column, standard_errors: Column) -> tuple[Floats, Floats]:
    names = ("effects", "standard_errors")
    y, error = same_length(
        [column(effects, name=names[0]), column(standard_errors, name=names[1])],
        names=names,
    )
    if not len(y):
        raise BadInput("There are no programmes to pool.")
    if (error <= 0).any():
        raise BadInput("standard_errors must be above 0.")
    return y, error


def _posterior(y: Floats, error: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return spreads, their posterior shares, and the common mean given each."""
    typical = float(np.exp(np.log(error).mean()))
    share = (np.arange(POINTS) + 0.5) / POINTS
    spread = typical * np.sqrt(1 / share**POWER - 1)
    total = error**2 + spread[:, None] ** 2
    precision = (1 / total).sum(axis=1)
    centre = (y / total).sum(axis=1) / precision
    logs = -0.5 * (
        np.log(precision)
        + np.log(total).sum(axis=1)
        + ((y - centre[:, None]) ** 2 / total).sum(axis=1)
    )
    weight = np.exp(logs - logs.max())
    return spread, weight / weight.sum(), centre, precision**-0.5


def _ends(
    means: Floats, deviations: Floats, weight: Floats, *, level: float
) -> tuple[Floats, Floats]:
    """Return quantiles of mixtures of normals, columns of (points, mixtures)."""
    far = ndtri((1 + level) / 2)
    ends = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        low = (means - (far + 1) * deviations).min(axis=0)
        high = (means + (far + 1) * deviations).max(axis=0)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            below = weight @ ndtr((middle - means) / deviations) < share
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        ends.append((low + high) / 2)
    return ends[0], ends[1]
