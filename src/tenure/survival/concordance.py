"""Of two clients, does the one who left first have the higher hazard? Harrell's C."""

import numpy as np

from tenure.arrays import Floats
from tenure.survival.columns import Followed


def concordance(rows: Followed, score: Floats) -> float:
    """Return the share of pairs put in the right order, ties by half; NaN without any.

    Harrell, Lee and Mark (1996): pairs of one who left and one who was then still followed,
    and stayed longer. One pass over clients for each age at which somebody left.
    """
    _, rank = np.unique(score, return_inverse=True)
    size = int(rank.max(initial=0)) + 1
    right = pairs = 0.0
    for age in np.unique(rows.duration[rows.left > 0]):
        leaves = (rows.duration == age) & (rows.left > 0)
        stays = (rows.entered < age) & (rows.duration >= age) & ~leaves
        there = np.bincount(rank[stays], weights=rows.weight[stays], minlength=size)
        below = np.cumsum(there) - there
        own, heavy = rank[leaves], rows.weight[leaves]
        right += float(heavy @ (below[own] + there[own] / 2))
        pairs += float(heavy.sum() * there.sum())
    return right / pairs if pairs else float("nan")
