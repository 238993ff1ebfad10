"""What a Pareto/NBD fit supports: boundary optima are recognised and named."""

import numpy as np
from scipy.special import chdtri

from tenure.newton import Optimum, maximise
from tenure.pareto.likelihood import Likelihood, Rows
from tenure.pareto.parameters import Parameters
from tenure.verdict import Finding, Verdict

# If fewer have left after the mean T, the fit is compared with one in which nobody leaves.
SMALL_DROPOUT = 0.05
# On a boundary twice the gain is half chi-squared (1): 5 % stands at its 90th percentile.
NEEDED_GAIN = float(chdtri(1, 0.10))
NEVER, SURE = np.log(1e-6), np.log(1e6)
# A spread between clients below 1/sqrt(this) is none.
ALIKE = 2_000.0
AT_ONCE = 1e-4  # of the mean T
# The dropout per purchase and the odds for which `earliest` is computed.
TYPICAL_DROPOUT, EVEN_ODDS = 0.1, 1.0


def verdict(
    likelihood: Likelihood, rows: Rows, optimum: Optimum, *, by_prior: bool
) -> Verdict:
    """Name what was found; time is in units of the mean T."""
    at = Parameters.from_logs(optimum.point)
    doubtful = by_prior or at.share_gone(1.0) < SMALL_DROPOUT
    if doubtful and not _dropout_shows(likelihood, optimum):
        return Verdict(
            Finding.NO_DROPOUT_YET, earliest=_earliest(at, rows), leans_on_prior=by_prior
        )
    return Verdict(_plain(at, converged=optimum.converged), leans_on_prior=by_prior)


def _plain(at: Parameters, *, converged: bool) -> Finding:
    soon = at.share_gone(AT_ONCE)
    if soon > 0.99:
        return Finding.LEAVE_AT_ONCE
    if soon > 0.9 * at.share_gone(1.0):
        return Finding.ALL_OR_NOTHING
    if not converged:
        return Finding.NOT_SETTLED
    if at.r > ALIKE:
        return Finding.SAME_RATE
    if at.s > ALIKE:
        return Finding.SAME_DROPOUT
    return Finding.IDENTIFIED


def _dropout_shows(likelihood: Likelihood, optimum: Optimum) -> bool:
    """Whether dropout raises the likelihood above that of the NBD, where nobody leaves."""
    start = np.array([optimum.point[0], optimum.point[1], NEVER, SURE])
    without = maximise(likelihood, start, free=(0, 1))
    return 2 * (optimum.at.value - without.at.value) > NEEDED_GAIN


def most_dropout(likelihood: Likelihood, optimum: Optimum) -> Parameters:
    """Return the fit with the most dropout that the data do not refute at 5 %.

    Profile likelihood: all clients leave at one rate, r and alpha are fitted anew, and the
    rate grows until it costs `NEEDED_GAIN` / 2. An interval can rest on this when the
    optimum itself lies at no dropout.
    """
    low, high, alike = -6.0, 3.0, 8.0
    best, point = Parameters.from_logs(optimum.point), optimum.point
    while high - low > 0.05:
        rate = (low + high) / 2
        start = np.array([*point[:2], alike, alike - rate])
        held = maximise(likelihood, start, free=(0, 1))
        if 2 * (optimum.at.value - held.at.value) > NEEDED_GAIN:
            high = rate
        else:
            low, point = rate, held.point
            best = Parameters.from_logs(held.point)
    return best


def _earliest(at: Parameters, rows: Rows) -> float:
    """Return the further silence that would cast doubt on half of the repeat buyers.

    The rule of thumb of the BG/NBD: if one purchase in ten were the last, the odds of
    having left would be p/(1-p) ((α+T)/(α+t_x))^(r+x), and reach evens at the T below.
    """
    again = rows.x > 0
    x, t_x, T, weight = (values[again] for values in rows)
    needed = np.log(EVEN_ODDS * (1 - TYPICAL_DROPOUT) / TYPICAL_DROPOUT)
    missing = np.maximum((at.alpha + t_x) * np.exp(needed / (at.r + x)) - at.alpha - T, 0.0)
    order = np.argsort(missing, kind="stable")
    upto = np.cumsum(weight[order])
    return float(missing[order][np.searchsorted(upto, upto[-1] / 2)])
