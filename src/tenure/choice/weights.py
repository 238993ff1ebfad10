"""How much to listen to each model: the mixture that would have foretold best."""

import numpy as np

from tenure.arrays import Floats

PASSES = 2_000
GAIN = 1e-9
# As if each model had been right once more than was seen: no model is ever struck out.
SEEN_BEFORE = 1.0


def stacked(scores: Floats) -> Floats:
    """Return weights, shape (models,), that maximise the held-out score of the mixture.

    `scores` of shape (events, models) are log probabilities that each model gave, before
    the event, to what then happened. Stacking of predictive distributions (Yao, Vehtari,
    Simpson and Gelman 2018, Bayesian Analysis 13(3), equation 8) by expectation and
    maximisation: the objective is concave, each pass raises it. Equal without events.
    """
    size = scores.shape[1]
    weights = np.full(size, 1 / size)
    if not len(scores):
        return weights
    top = scores.max(axis=1, keepdims=True)
    chances = np.exp(scores - np.where(np.isfinite(top), top, 0.0))
    chances = chances[chances.sum(axis=1) > 0]
    before = -np.inf
    for _ in range(PASSES):
        mixed = chances * weights
        total = mixed.sum(axis=1)
        weights = (mixed / total[:, None]).sum(axis=0) + SEEN_BEFORE
        weights /= weights.sum()
        value = float(np.log(total).mean())
        if value - before < GAIN:
            break
        before = value
    return weights
