"""Measures of a forecast against what happened, over arrays: one value per client."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
LEAST = 1e-6  # nobody is that sure: a forecast of 0 that was wrong would cost infinitely
BINS = 10


def log_loss(chance: Floats, happened: Flags) -> float:
    """Return the mean of minus the log of the chance given to what happened."""
    sure = np.clip(chance, LEAST, 1 - LEAST)
    return float(-np.mean(np.where(happened, np.log(sure), np.log1p(-sure))))


def auc(score: Floats, happened: Flags) -> float | None:
    """Return the chance that who came scores above who did not; ties count half.

    The statistic of Mann and Whitney (1947); None where all came or none did.
    """
    came = int(happened.sum())
    stayed_away = len(happened) - came
    if not came or not stayed_away:
        return None
    ranks = float(rankdata(score)[happened].sum())
    return (ranks - came * (came + 1) / 2) / (came * stayed_away)


def bins(chance: Floats, happened: Flags) -> list[tuple[float, float, int]]:
    """Return (mean chance, share that came, clients) of tenths of the clients by chance."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    return [
        (float(chance[part].mean()), float(happened[part].mean()), len(part))
        for part in parts
    ]


def calibration_error(tenths: list[tuple[float, float, int]]) -> float:
    """Return the mean distance between chance and share, weighed by clients."""
    clients = sum(count for _, _, count in tenths)
    return sum(abs(mean - share) * count for mean, share, count in tenths) / clients


def level(ratios: list[float]) -> float:
    """Return the factor by which to correct totals, from actual over expected.

    The mean of the ratios' logarithms, shrunk towards 1 as if one more origin had been
    right; 1 where fewer than two origins speak or where they disagree in direction.
    """
    logs = np.log([ratio for ratio in ratios if 0 < ratio < np.inf])
    if len(logs) < 2 or not (np.all(logs > 0) or np.all(logs < 0)):
        return 1.0
    return float(np.exp(logs.sum() / (len(logs) + 1)))
