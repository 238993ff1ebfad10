"""Do intervals of equity, lifts and pooled programmes hold the truth? Part of
`python -m bench coverage`.

What each is drawn from is what it assumes: equity from both models, with what the very
clients then spent; pooled programmes from the belief about their spread. A sequence that
is to hold at every look is looked at eight times, and must hold at all of them.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from tenure import BGNBD, GammaGamma, customer_equity
from tenure.programmes import always_valid_lift, lift, pooled

EQUITY, LIFTS, POOLED = "customer_equity", "lift", "pooled"
AT_EVERY_LOOK = "at every look"
NAMES = (EQUITY, LIFTS, POOLED)
LEVEL, CLIENTS, HORIZON = 0.95, 1_500, 26.0
ORDERS = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
SPEND = {"p": 6.25, "q": 3.74, "gamma": 15.44}
ARM, LOOKS, EFFECT = 300, 8, 0.3


def held(name: str, seed: int) -> Iterator[tuple[str, Any]]:
    """Yield what the intervals are of, and whether those of one data set held it."""
    draws = {EQUITY: _equity, LIFTS: _lifts, POOLED: _pooled}
    yield from draws[name](np.random.default_rng(seed), seed)


def _equity(rng: np.random.Generator, seed: int) -> Iterator[tuple[str, Any]]:
    ages = rng.uniform(27, 39, CLIENTS)
    *past, bought = BGNBD(**ORDERS).simulate(ages, seed=seed, horizon=HORIZON)
    x, mean, then = GammaGamma(**SPEND).simulate(past[0], seed=seed, horizon=bought)
    orders, spend = BGNBD().fit(*past), GammaGamma().fit(x[x > 0], mean[x > 0])
    columns = dict(zip(("frequency", "recency", "T"), past, strict=True))
    found = customer_equity(
        orders, spend, **columns, monetary=mean, horizon=HORIZON, level=LEVEL
    )
    yield "what is spent", found.low <= float(bought @ then) <= found.high


def _lifts(rng: np.random.Generator, _: int) -> Iterator[tuple[str, Any]]:
    before = rng.gamma(1.5, 2.0, 2 * ARM)
    out = rng.permutation(np.arange(2 * ARM) % 3 == 0)
    made = rng.poisson(before) + EFFECT * ~out
    for name, known in (("plain", None), ("with a forecast", before)):
        found = lift(made, out, forecast=known, level=LEVEL)
        yield name, found.low <= EFFECT <= found.high
    at_all = True
    for seen in np.linspace(2 * ARM / LOOKS, 2 * ARM, LOOKS).astype(int):
        found = always_valid_lift(made[:seen], out[:seen], level=LEVEL, planned=ARM)
        at_all &= found.low <= EFFECT <= found.high
    yield AT_EVERY_LOOK, at_all


def _pooled(rng: np.random.Generator, _: int) -> Iterator[tuple[str, Any]]:
    size = int(rng.choice([3, 6, 12, 40]))
    error = rng.uniform(0.5, 2, size)
    spread = float(np.exp(np.log(error).mean())) * np.sqrt(1 / rng.random() ** 4 - 1)
    truth = rng.normal(1, spread, size)
    found = pooled(truth + rng.normal(0, error), error, level=LEVEL)
    yield "own", (found.low <= truth) & (truth <= found.high)
    yield "mean", found.mean_low <= 1 <= found.mean_high
    yield "the next", found.new_low <= rng.normal(1, spread) <= found.new_high
