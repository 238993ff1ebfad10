"""What a fit of hazard ratios supports, in words."""

import numpy as np

from tenure.arrays import Floats
from tenure.newton import Optimum
from tenure.survival.proportional import Proportionality
from tenure.verdict import Finding

# Intervals begin to fail below: Vittinghoff and McCulloch (2007), "Relaxing the rule of ten
# events per variable in logistic and Cox regression", Am. J. Epidemiology 165, 710-718.
LEAVERS_EACH = 5
# Information below this, by unit: a logarithm known no better than to 7 up or down.
NOTHING_KNOWN = 0.02
# One fit in a hundred is called so by chance, and only if a client a deviation from the
# average would be read wrong by a fifth at one end.
BY_CHANCE, MATTERS = 0.01, 0.2


def finding(
    optimum: Optimum,
    *,
    furthest: float,
    leavers: float,
    test: Proportionality | None,
    spread: Floats,
) -> Finding:
    """Name what was found by a search up to `furthest`.

    `spread` are deviations by the unit of the test.
    """
    if leavers == 0:
        return Finding.NOBODY_LEFT
    known = np.linalg.eigvalsh(-optimum.at.hessian)[0]
    if known < NOTHING_KNOWN or np.abs(optimum.point).max() >= furthest:
        return Finding.SEPARATED
    if not optimum.converged:
        return Finding.NOT_SETTLED
    if leavers < LEAVERS_EACH * len(optimum.point):
        return Finding.FEW_LEAVERS
    if test is None or test.overall_p_value >= BY_CHANCE:
        return Finding.IDENTIFIED
    moved = np.abs(test.slopes) * spread
    if not (moved[test.p_value < BY_CHANCE] > MATTERS).any():
        return Finding.IDENTIFIED
    return Finding.NOT_PROPORTIONAL
