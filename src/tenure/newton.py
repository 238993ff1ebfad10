"""Newton's method on an exact Hessian, guarded so that it never raises.

Parameters are logarithms, so positivity needs no constraint, and a box keeps a flat
likelihood from running away. Levenberg 1944 for the idea of bending an indefinite
Hessian; Nocedal and Wright 2006, algorithm 3.2, for the line search.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tenure.arrays import Floats

LONGEST_STEP = 2.0  # in logarithms: a factor of 7.4
SUFFICIENT = 1e-4  # share of the promised gain that a step must deliver
HALVINGS = 25


class Pass(NamedTuple):
    """One evaluation: the log-likelihood, its gradient and its Hessian."""

    value: float
    gradient: Floats
    hessian: Floats


class Optimum(NamedTuple):
    """Where the search ended."""

    point: Floats
    at: Pass
    passes: int
    converged: bool


Objective = Callable[[Floats], Pass]


def maximise(
    objective: Objective,
    start: Floats,
    *,
    low: float = -14.0,
    high: float = 14.0,
    free: tuple[int, ...] | None = None,
    tolerance: float = 1e-7,
    most_passes: int = 200,
) -> Optimum:
    """Climb from `start` to a maximum of `objective` inside the box [low, high].

    `free` names the coordinates that may move (all by default). It has converged when a
    Newton step promises less than `tolerance` in log-likelihood, which no test can see;
    that last step is still taken, and squares the error.
    """
    point = np.clip(start, low, high)
    here = objective(point)
    passes = 1
    may_move = _mask(free, size=len(point))
    while passes < most_passes:
        step, share = _inside(here, point, may_move, low=low, high=high)
        promise = float(here.gradient @ step)
        step *= share
        if promise <= 0:
            return Optimum(point, here, passes, converged=True)
        tries = 1 if promise <= tolerance and share == 1.0 else HALVINGS
        moved = _search(objective, point, here, step, low=low, high=high, tries=tries)
        passes, point, here = passes + moved.passes, moved.point, moved.at
        if promise <= tolerance and share == 1.0:
            return Optimum(point, here, passes, converged=True)
        if not moved.converged:
            # No ascent left in double precision: as good as the arithmetic allows.
            settled = promise <= 1e-9 * (1.0 + abs(here.value))
            return Optimum(point, here, passes, converged=settled)
    return Optimum(point, here, passes, converged=False)


def covariance(hessian: Floats, *, loosest: float = 10.0) -> Floats:
    """Invert the observed information; a flat direction gets `loosest` as its deviation.

    Without the limit an unidentified direction would have no finite variance, and every
    interval would be NaN instead of wide.
    """
    values, vectors = np.linalg.eigh(-hessian)
    kept = np.maximum(values, loosest**-2.0)
    return np.asarray((vectors / kept) @ vectors.T)


def _mask(free: tuple[int, ...] | None, *, size: int) -> NDArray[np.bool_]:
    mask = np.full(size, free is None)
    if free is not None:
        mask[list(free)] = True
    return mask


def _inside(
    here: Pass, point: Floats, may_move: NDArray[np.bool_], *, low: float, high: float
) -> tuple[Floats, float]:
    """Return the Newton step, holding what would leave the box, and the share inside it.

    Cutting the whole step keeps its direction: on a ridge such as r/alpha = constant,
    clipping one coordinate alone would step off the ridge and be refused.
    """
    for _ in range(len(point) + 1):
        step = _step(here, may_move)
        room = np.where(step > 0, high - point, point - low)
        leaving = (step != 0) & (room <= 0)
        if not leaving.any():
            break
        may_move = may_move & ~leaving
    moving = step != 0
    shares = room[moving] / np.abs(step[moving])
    return step, float(shares.min(initial=1.0))


def _step(here: Pass, may_move: NDArray[np.bool_]) -> Floats:
    """Newton's step on the coordinates that may move, always uphill, never too long."""
    step = np.zeros(len(may_move))
    if not may_move.any():
        return step
    block = here.hessian
    if not may_move.all():
        block = block[np.ix_(may_move, may_move)]
    values, vectors = np.linalg.eigh(-block)
    # A saddle is left along its upward direction: eigenvalues are taken absolute.
    # Flat ones are lifted just enough for the division; the step is capped below.
    slope = here.gradient[may_move]
    least = 1e-10 * np.abs(values).max() + 1e-8 * np.abs(slope).max() + 1e-300
    part = vectors @ ((vectors.T @ slope) / np.maximum(np.abs(values), least))
    longest = float(np.abs(part).max())
    step[may_move] = part * min(1.0, LONGEST_STEP / longest) if longest else part
    return step


def _search(
    objective: Objective,
    point: Floats,
    here: Pass,
    step: Floats,
    *,
    low: float,
    high: float,
    tries: int,
) -> Optimum:
    """Halve the step until it delivers; `converged` says whether one did."""
    share = 1.0
    for tried in range(1, tries + 1):
        there = np.clip(point + share * step, low, high)  # only rounding is cut
        found = objective(there)
        gain = SUFFICIENT * float(here.gradient @ (there - point))
        if (
            np.isfinite(found.value)
            and found.value > here.value
            and (found.value >= here.value + gain)
        ):
            return Optimum(there, found, tried, converged=True)
        share /= 2
    return Optimum(point, here, tries, converged=False)
