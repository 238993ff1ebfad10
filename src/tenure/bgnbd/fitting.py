"""From columns to the rows that are fitted, free of units, and the choice of k."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tenure.arrays import Column, Floats, column, distinct
from tenure.bgnbd.likelihood import Likelihood, Rows, constant
from tenure.bgnbd.parameters import Kind, Parameters
from tenure.checks import History, checked_weights
from tenure.errors import BadInput
from tenure.newton import Objective, maximise

# From this many distinct rows on the search begins where one over a share of them ended.
MANY, SHARE = 8_000, 8


class Log(NamedTuple):
    """Distinct histories with time in units of the mean T; `log_gaps` summed over all."""

    rows: Rows
    unit: float
    log_gaps: float

    @property
    def bought(self) -> float:
        """Repeat purchases in all."""
        return float(self.rows.weight @ self.rows.x)

    @property
    def few(self) -> Rows | None:
        """Every eighth row, a fair sample; None where there are not many."""
        if len(self.rows.x) < MANY:
            return None
        some = Rows(*(values[::SHARE] for values in self.rows))
        return some if (some.x > 0).any() else None

    @property
    def start(self) -> Parameters:
        """Where a search may begin: rates about as spread as purchases, a quarter leaving.

        If nobody left, purchases would be negative binomial with the variance m + m²/r.
        """
        x, _, T, weight = self.rows
        share = weight / weight.sum()
        mean, rate = float(share @ x), float(share @ x) / float(share @ T)
        excess = float(share @ (x - rate * T) ** 2) - mean
        spread = np.sqrt(np.clip(mean**2 / max(excess, 1e-9), 0.05, 5.0))
        return Parameters(r=0.7 * spread, alpha=0.5 * spread / rate, a=0.8, b=2.5)


def compressed(
    history: History, weights: Column | None, log_gaps: Floats | None = None
) -> Log:
    """Return what is fitted; refuse what cannot be fitted at all."""
    heavy = checked_weights(weights, size=len(history.frequency))
    kept = heavy > 0
    if not (history.frequency[kept] > 0).any():
        raise BadInput("Nobody has bought twice: there are no repeat buyers to learn from.")
    gaps = 0.0 if log_gaps is None else float(heavy @ log_gaps)
    if not kept.all():
        history, heavy = History(*(values[kept] for values in history)), heavy[kept]
    groups = distinct(*history)
    (x, t_x, T), weight = groups.columns, groups.weigh(heavy)
    # The search is the same in days and in years.
    unit = float(weight @ T) / float(weight.sum())
    rows = Rows(x, t_x / unit, T / unit, weight)
    return Log(rows, unit, gaps - float(weight @ x) * np.log(unit))


def checked_gaps(log_gaps: Column, history: History) -> Floats:
    """Return Σ ln(gap) per client, or raise `BadInput`.

    Gaps add up to recency, so that the sum is largest when they are all alike:
    x ln(t_x/x), and 0 without a repeat purchase.
    """
    found = column(log_gaps, name="log_gaps")
    x, t_x, _ = history
    try:
        sums = np.broadcast_to(found, x.shape)
    except ValueError as error:
        raise BadInput(f"There are {len(found)} log_gaps for {len(x)} rows.") from error
    most = x * np.log(np.where(x > 0, t_x, 1.0) / np.maximum(x, 1.0))
    wrong = (sums > most + 1e-6 * (1 + np.abs(most))) | ((x == 0) & (sums != 0))
    if wrong.any():
        words = "log_gaps is not a sum of natural logarithms of gaps that add up to recency"
        rows = np.flatnonzero(wrong)
        raise BadInput(f"{words} ({len(rows):,} rows, the first is row {rows[0]}).")
    return sums


def likeliest(
    log: Log,
    *,
    m: int,
    most: int,
    start: Parameters,
    joined: Callable[[Objective], Objective],
) -> tuple[Kind, Parameters]:
    """Return the k from 1 to `most` of highest likelihood, and its optimum.

    k grows until the likelihood has fallen twice; each search begins where the one before
    ended, with stages that are k times as fast.
    """
    found, falls, at = (-np.inf, Kind(1, m), start), 0, start
    for k in range(1, most + 1):
        kind = Kind(k, m)
        optimum = maximise(joined(Likelihood(log.rows, kind)), at.logs)
        apart = constant(np.array(log.bought), np.array(log.log_gaps), kind)
        value = optimum.at.value + float(apart)
        at = Parameters.from_logs(optimum.point)
        if value > found[0]:
            found, falls = (value, kind, at), 0
        elif (falls := falls + 1) == 2:
            break
        at = at._replace(alpha=at.alpha * k / (k + 1))
    return found[1], found[2]
