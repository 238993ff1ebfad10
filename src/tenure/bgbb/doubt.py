"""What a BG/BB fit supports: boundary optima are recognised and named."""

import numpy as np
from scipy.special import chdtri

from tenure.bgbb.alive import missed_until
from tenure.bgbb.history import Chances, Rows
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
# The sum of gamma and delta of clients who are as good as alike.
SAME = 1e5
TYPICAL_DROPOUT = 0.1
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


def most_dropout(likelihood: Likelihood, optimum: Optimum) -> Parameters:
    """Return the fit with the most dropout that the data do not refute at 5 %.

    Profile likelihood: all clients leave with the same chance before each occasion, alpha
    and beta are fitted anew, and the chance grows until it costs `NEEDED_GAIN` / 2.
    """
    low, high = np.log(1e-7), np.log(0.5)
    best, point = Parameters.from_logs(optimum.point), optimum.point
    while high - low > 0.05:
        chance = float(np.exp((low + high) / 2))
        held = maximise(
            likelihood, np.append(point[:2], np.log(_alike(chance))), free=(0, 1)
        )
        if 2 * (optimum.at.value - held.at.value) > NEEDED_GAIN:
            high = np.log(chance)
        else:
            low, point = np.log(chance), held.point
            best = Parameters.from_logs(held.point)
    return best


def earliest(at: Parameters, rows: Rows) -> float:
    """Return the further missed chances that would cast doubt on half of the buyers.

    If all left with one chance in ten before each occasion, after so many a client's odds
    of having left would be even: the median over those who ever bought again. A rule of
    thumb, not an estimate.
    """
    again = rows.x > 0
    past = Chances(rows.x[again], rows.t_x[again], rows.n[again])
    gamma, delta = _alike(TYPICAL_DROPOUT)
    typical = at._replace(gamma=gamma, delta=delta)
    missing = missed_until(typical, past, threshold=0.5)
    order = np.argsort(missing, kind="stable")
    upto = np.cumsum(rows.weight[again][order])
    return float(missing[order][np.searchsorted(upto, upto[-1] / 2)])


def _alike(chance: float) -> tuple[float, float]:
    """Return gamma and delta of clients who all leave with one chance."""
    return chance * SAME, (1 - chance) * SAME
