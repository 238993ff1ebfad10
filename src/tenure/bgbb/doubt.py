"""What a BG/BB fit supports: boundary optima are recognised and named."""

import numpy as np
from scipy.special import chdtri

from tenure.bgbb.history import Rows
from tenure.bgbb.likelihood import Likelihood, Parameters
from tenure.newton import Optimum, maximise
from tenure.verdict import Finding

# Below this mean dropout the fit is compared with one in which nobody leaves.
SMALL_DROPOUT = 0.02
# On a boundary twice the gain is half chi-squared (1): 5 % stands at its 90th percentile.
NEEDED_GAIN = float(chdtri(1, 0.10))
NEVER, SURE = np.log(1e-6), np.log(1e6)
# A spread between clients below 1/sqrt(this) is none.
ALIKE = 2_000.0
POLAR = 1e-2
# Below three chances the shares who took each cannot tell four numbers apart.
FEWEST = 3


def finding(
    likelihood: Likelihood, rows: Rows, optimum: Optimum, *, by_prior: bool
) -> Finding:
    """Name what was found at the optimum; a prior may hide that no dropout shows."""
    at = Parameters.from_logs(optimum.point)
    if rows.n.max() < FEWEST:
        return Finding.TOO_FEW_PERIODS
    doubtful = by_prior or at.mean_dropout < SMALL_DROPOUT
    if doubtful and not _dropout_shows(likelihood, optimum):
        return Finding.NO_DROPOUT_YET
    if at.gamma + at.delta < POLAR:
        return Finding.ALL_OR_NOTHING
    if not optimum.converged:
        return Finding.NOT_SETTLED
    if at.alpha + at.beta > ALIKE:
        return Finding.SAME_RATE
    if at.gamma + at.delta > ALIKE:
        return Finding.SAME_DROPOUT
    return Finding.IDENTIFIED


def _dropout_shows(likelihood: Likelihood, optimum: Optimum) -> bool:
    """Whether dropout raises the likelihood above that of the beta-binomial."""
    start = np.array([optimum.point[0], optimum.point[1], NEVER, SURE])
    without = maximise(likelihood, start, free=(0, 1))
    return 2 * (optimum.at.value - without.at.value) > NEEDED_GAIN
