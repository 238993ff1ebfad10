"""What a BG/NBD fit supports: boundary optima are recognised and named."""

import numpy as np
from scipy.special import chdtri

from tenure.bgnbd.alive import age_after
from tenure.bgnbd.likelihood import Likelihood, Rows
from tenure.bgnbd.parameters import BG, Kind, Parameters
from tenure.checks import History
from tenure.newton import Optimum, maximise
from tenure.verdict import Finding, Verdict

# Below this mean dropout the fit is compared with one in which nobody leaves.
SMALL_DROPOUT = 0.02
# Twice the gain in log-likelihood that dropout must bring: on a boundary the statistic is
# half chi-squared with one degree of freedom, so 5 % stands at the 90th percentile.
NEEDED_GAIN = float(chdtri(1, 0.10))
NEVER, SURE = np.log(1e-6), np.log(1e6)
# A spread between clients below 1/sqrt(this) is none.
ALIKE = 2_000.0
# The dropout per purchase and the odds for which `earliest` is computed.
TYPICAL_DROPOUT, EVEN_ODDS = 0.1, 1.0


def verdict(
    likelihood: Likelihood,
    rows: Rows,
    optimum: Optimum,
    *,
    kind: Kind = BG,
    by_prior: bool = False,
) -> Verdict:
    """Name what was found at the optimum; a prior may hide that no dropout shows."""
    at = Parameters.from_logs(optimum.point)
    doubtful = by_prior or at.mean_dropout < SMALL_DROPOUT
    if doubtful and not _dropout_shows(likelihood, optimum):
        return Verdict(Finding.NO_DROPOUT_YET, earliest=_earliest(at, rows, kind))
    if at.mean_dropout > 1 - 1e-4:
        return Verdict(Finding.LEAVE_AT_ONCE)
    if at.a + at.b < 1e-3:
        return Verdict(Finding.ALL_OR_NOTHING)
    if not optimum.converged:
        return Verdict(Finding.NOT_SETTLED)
    if at.r > ALIKE:
        return Verdict(Finding.SAME_RATE)
    if at.a + at.b > ALIKE:
        return Verdict(Finding.SAME_DROPOUT)
    return Verdict(Finding.IDENTIFIED)


def _dropout_shows(likelihood: Likelihood, optimum: Optimum) -> bool:
    """Whether dropout raises the likelihood above that of the NBD, where nobody leaves."""
    start = np.array([optimum.point[0], optimum.point[1], NEVER, SURE])
    without = maximise(likelihood, start, free=(0, 1))
    return 2 * (optimum.at.value - without.at.value) > NEEDED_GAIN


def most_dropout(likelihood: Likelihood, optimum: Optimum) -> Parameters:
    """Return the fit with the most dropout that the data do not refute at 5 %.

    Profile likelihood: all clients leave with the same chance p after a purchase, r and
    alpha are fitted anew, and p grows until it costs `NEEDED_GAIN` / 2. This is what an
    interval can rest on when the optimum itself lies at no dropout.
    """
    low, high = np.log(1e-7), np.log(0.5)
    best = Parameters.from_logs(optimum.point)
    point = optimum.point
    while high - low > 0.05:
        chance = np.exp((low + high) / 2)
        shape = np.log(np.array([chance, 1 - chance]) * np.exp(SURE))
        held = maximise(likelihood, np.concatenate([point[:2], shape]), free=(0, 1))
        if 2 * (optimum.at.value - held.at.value) > NEEDED_GAIN:
            high = float(np.log(chance))
        else:
            low, point = float(np.log(chance)), held.point
            best = Parameters.from_logs(held.point)
    return best


def _earliest(at: Parameters, rows: Rows, kind: Kind) -> float:
    """Return the further silence that would cast doubt on half of the repeat buyers.

    If one purchase in ten were the last, a client's odds of having left would reach evens
    when silence has cost ln((1-p)/p) in log-odds. The median over repeat buyers of what is
    still missing is a rule of thumb, not an estimate.
    """
    again = rows.x > 0
    x, t_x, T, weight = (values[again] for values in rows)
    needed = np.log(EVEN_ODDS * (1 - TYPICAL_DROPOUT) / TYPICAL_DROPOUT)
    age = age_after(at, History(x, t_x, T), np.full_like(x, needed), kind)
    missing = np.maximum(age - T, 0.0)
    order = np.argsort(missing, kind="stable")
    upto = np.cumsum(weight[order])
    return float(missing[order][np.searchsorted(upto, upto[-1] / 2)])
