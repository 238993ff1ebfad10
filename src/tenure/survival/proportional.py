"""Does a hazard ratio stay the same with age? The test of scaled residuals.

Grambsch and Therneau (1994), "Proportional hazards tests and diagnostics based on weighted
residuals", Biometrika 81, 515-526: Schoenfeld's residuals of those who leave, scaled by
their covariance, against the share that has left before (1 - Kaplan-Meier). This is the
approximate test with one covariance for all ages, as printed before R's survival 3.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc

from tenure.arrays import Floats
from tenure.survival.baseline import Baseline
from tenure.survival.columns import Followed


class Proportionality(NamedTuple):
    """The test, one value per coefficient in the order of `names_`, and for all at once.

    `slopes` estimate how far the logarithm of a hazard ratio moves while everybody leaves,
    by the unit in which the covariate was given.
    """

    chi_square: Floats
    p_value: Floats
    slopes: Floats
    overall_chi_square: float
    overall_p_value: float


def tested(
    base: Baseline, rows: Followed, matrix: Floats, covariance: Floats
) -> Proportionality | None:
    """Return the test, in the units of `matrix`; None where leavers have one age only."""
    kept = 1 - base.leavers / base.at_risk
    gone_before = 1 - np.append(1.0, np.cumprod(kept)[:-1])
    many = base.leavers.sum()
    if not many:
        return None
    off = gone_before - base.leavers @ gone_before / many
    spread = float(base.leavers @ off**2)
    if spread <= 0:
        return None
    gone = rows.left > 0
    place = np.searchsorted(base.ages, rows.duration[gone])
    there = np.zeros_like(base.middle)
    np.add.at(there, place, rows.weight[gone][:, None] * matrix[gone])
    trend = off @ (there - base.leavers[:, None] * base.middle)
    scaled = trend @ covariance * many
    alone = scaled**2 / (np.diag(covariance) * many * spread)
    overall = float(trend @ covariance @ trend * many / spread)
    return Proportionality(
        alone,
        chdtrc(1, alone),
        scaled / spread,
        overall,
        float(chdtrc(len(trend), overall)),
    )
