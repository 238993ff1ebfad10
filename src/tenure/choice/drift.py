"""Have clients changed since a model was fitted? A score test at the old parameters."""

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc

from tenure.arrays import Column, Floats
from tenure.bgnbd.buyers import Buyers
from tenure.bgnbd.fitting import compressed
from tenure.bgnbd.likelihood import Likelihood
from tenure.bgnbd.parameters import Parameters
from tenure.checks import checked_history
from tenure.newton import Pass

Columns = tuple[Column, Column, Column]
LONGEST = 1.0  # in logarithms: a linear step says nothing of farther away


class Moved(NamedTuple):
    """What a score test found.

    `statistic` is chi-squared with four degrees of freedom if nothing changed, `p_value`
    its tail. `z` are the changes of ln r, ln alpha, ln a, ln b over their errors, `moved`
    names the largest, and `parameters` is where one step of Newton's leads.
    """

    statistic: float
    p_value: float
    z: Parameters
    moved: str
    parameters: Parameters


def score_test(model: Buyers, then: Columns, now: Columns) -> Moved | None:
    """Test whether the parameters fitted to `then` still hold for what came until `now`.

    Both are frequency, recency and T of everybody known by each day, `model` was fitted to
    `then`. With I and J the information of then and of what came since, the score of what
    came since has the variance J + J I⁻¹ J if nothing changed: its own (Rao 1948), and
    that of the old parameters, which were learned too. k is taken as known.

    None where the information is not positive: a fit at a boundary, or nothing came since.
    Far from the new optimum J may not be, though much came: then it is taken as that of
    then, for each purchase.
    """
    (before, few), (after, many) = (_at(model, columns) for columns in (then, now))
    # The score of then is 0 at its optimum; what is left of it is not news.
    score, known = after.gradient - before.gradient, -before.hessian
    new = -after.hessian - known
    if not _is_positive(known) or np.allclose(new, 0):
        return None
    if not _is_positive(new):
        if many <= few:
            return None
        new = known * (many / few - 1)
    variance = new + new @ np.linalg.solve(known, new)
    statistic = float(score @ np.linalg.solve(variance, score))
    # The step to what came since alone, and its error beside that of the old parameters.
    step = np.linalg.solve(new, score)
    error = np.sqrt(np.diag(np.linalg.inv(new) + np.linalg.inv(known)))
    z = Parameters(*(step / error))
    moved = Parameters._fields[int(np.argmax(np.abs(z)))]
    there = np.array(model.parameters_) * np.exp(np.clip(step, -LONGEST, LONGEST))
    return Moved(
        statistic, float(chdtrc(len(score), statistic)), z, moved, Parameters(*there)
    )


def _at(model: Buyers, columns: Columns) -> tuple[Pass, float]:
    """Return the likelihood of columns at the model's parameters, and their purchases."""
    log = compressed(checked_history(*columns), None)
    at = model.parameters_
    here = at._replace(alpha=at.alpha / log.unit).logs
    return Likelihood(log.rows, model._kind)(here), log.bought


def _is_positive(matrix: Floats) -> bool:
    values = np.linalg.eigvalsh(matrix)
    return bool(values.min() > 1e-9 * max(values.max(), 1e-300))
