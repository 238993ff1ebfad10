"""The odds that a client is still active, and after how many missed chances no more."""

from typing import Any

import numpy as np
from scipy.special import expit

from tenure.arrays import Floats, distinct
from tenure.bgbb.history import Chances
from tenure.bgbb.likelihood import Parameters, parts
from tenure.counts import smallest

# Chances looked ahead at most.
MOST = 100_000


def score(at: Parameters, history: Chances) -> Floats:
    """Return the log-odds of being active at the next chance, equation (11)."""
    both = parts(at, history)
    faced = at.gamma + at.delta + history.periods
    stay = both.active + np.log(at.delta + history.periods) - np.log(faced)
    leave = both.active + np.log(at.gamma) - np.log(faced)
    return np.asarray(stay - np.logaddexp(both.gone, leave))


def missed_until(at: Parameters, history: Chances, *, threshold: float) -> Floats:
    """Return after how many more missed chances each falls to `threshold`."""
    rows = distinct(*history)
    x, t_x, n = rows.columns

    def exceeds(missed: Floats, who: Any) -> Any:
        later = Chances(x[who], t_x[who], n[who] + missed)
        return expit(score(at, later)) > threshold

    return smallest(exceeds, size=len(x), most=MOST)[rows.place]
