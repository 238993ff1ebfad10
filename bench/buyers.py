"""BG/NBD, Gamma-Gamma and scores of a million, beside `lifetimes` where it is at hand.

`LIFETIMES` names a Python that has `lifetimes` installed, in an environment of its own;
without it nothing can be compared, and a second at most is the goal. Histories are drawn
with the parameters of CDNOW, by days. Processor seconds, medians, in one process each.
"""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from bench.line import Figure, show
from tenure import BGNBD, GammaGamma, residual_lifetime_value

SIZES, MANY, ALONE = (2_357, 23_570, 1_000_000), 1_000_000, 1.0
# How many times as fast as `lifetimes`.
GOALS = {"fit": 30.0, "spend": 40.0, "score": 60.0}
ORDERS = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
MONEY = GammaGamma(p=6.25, q=3.74, gamma=15.44)
# Twelve months of 4.345 weeks, as there; 1 % a month.
YEAR, DISCOUNT = 12 * 4.345, 1.01 ** (1 / 4.345) - 1
THEIRS = """
import json, sys, time, warnings
import numpy as np, pandas as pd
warnings.filterwarnings("ignore")
from lifetimes import BetaGeoFitter, GammaGammaFitter
log = np.load(sys.argv[1])
found = {}
def timed(name, work, times):
    took = []
    for _ in range(times):
        start = time.process_time()
        answer = work()
        took.append(time.process_time() - start)
    found[name] = float(np.median(took))
    return answer
for size in json.loads(sys.argv[2]):
    rows = [values[:size] for values in log[:3]]
    times = 9 if size < 100_000 else 1
    model = timed(f"fit {size}", lambda: BetaGeoFitter().fit(*rows), times)
    found[f"parameters {size}"] = [float(v) for v in model.params_]
x, t_x, T, mean = log
some = x > 0
spend = timed("spend", lambda: GammaGammaFitter().fit(x[some], mean[some]), 1)
found["spend parameters"] = [float(v) for v in spend.params_]
def score():
    alive = model.conditional_probability_alive(x, t_x, T)
    ahead = model.conditional_expected_number_of_purchases_up_to_time(52.14, x, t_x, T)
    each = spend.conditional_expected_average_profit(x, mean)
    worth = spend.customer_lifetime_value(
        model, *map(pd.Series, log), time=12, discount_rate=0.01, freq="W"
    )
    return [np.asarray(v) for v in (alive, ahead, each, worth)]
found["scores"] = [float(v.sum()) for v in timed("score", score, 1)]
print(json.dumps(found))
"""


def main() -> bool:
    """Measure every size and compare answers; False if a goal is missed."""
    log = _log()
    theirs = _theirs(log)
    met = []
    for size in SIZES:
        rows = [values[:size] for values in log[:3]]
        times = 41 if size < MANY else 7
        took = _median(partial(BGNBD().fit, *rows), times)
        met.append(_line(f"BG/NBD fit, {size:,} clients", "fit", took, theirs, size))
        found = BGNBD().fit(*rows).parameters_
        met.append(_same(f"BG/NBD {size:,}", found, theirs.get(f"parameters {size}")))
    orders, spend = BGNBD().fit(*log[:3]), GammaGamma().fit(log[0], log[3])
    took = _median(lambda: GammaGamma().fit(log[0], log[3]), 5)
    met.append(_line(f"Gamma-Gamma fit, {MANY:,} clients", "spend", took, theirs))
    met.append(_same("Gamma-Gamma", spend.parameters_, theirs.get("spend parameters")))
    took = _median(lambda: _scores(orders, spend, log), 5)
    what = f"alive, a year, spend and worth of {MANY:,}"
    met.append(_line(what, "score", took, theirs))
    sums = [float(values.sum()) for values in _scores(orders, spend, log)]
    others = theirs.get("scores")
    if isinstance(others, list):
        met.append(_same("sums of the scores", sums[:3], others[:3]))
        # Discounted there at the end of each month, here when a purchase is made.
        met.append(_same("sum of what they are worth", sums[3], others[3], most=0.01))
    return all(met)


def _log() -> np.ndarray:
    rng = np.random.default_rng(1)
    ages = rng.integers(27 * 7, 39 * 7, MANY) / 7
    x, t_x, age, _ = ORDERS.simulate(ages, seed=1)
    # Whole days, as a shop knows them; a repeat purchase is at least a day later.
    days = np.where(x > 0, np.clip(np.ceil(t_x * 7), 1, age * 7), 0)
    mean = MONEY.simulate(x, seed=2).monetary
    cents = np.maximum(np.round(mean * x, 2), 0.01) / np.maximum(x, 1)
    return np.stack([x, days / 7, age, np.where(x > 0, cents, 0.0)])


def _scores(orders: BGNBD, spend: GammaGamma, log: np.ndarray) -> list[np.ndarray]:
    x, t_x, age, mean = log
    past = {"frequency": x, "recency": t_x, "T": age, "monetary": mean}
    return [
        orders.probability_alive(x, t_x, age),
        orders.expected_purchases(YEAR, x, t_x, age),
        spend.expected_spend(x, mean),
        residual_lifetime_value(orders, spend, **past, horizon=YEAR, discount=DISCOUNT),
    ]


def _theirs(log: np.ndarray) -> dict[str, object]:
    """Return what `lifetimes` found and how long it took; nothing where it is not."""
    python = os.environ.get("LIFETIMES")
    if not python:
        return {}
    file = Path(os.environ["FONDLY_BENCH"]) / "log.npy"
    np.save(file, log)
    asked = [python, "-c", THEIRS, str(file), json.dumps(SIZES)]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def _median(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return statistics.median(took)


def _line(
    name: str, kind: str, ours: float, theirs: dict[str, object], size: int | None = None
) -> bool:
    took = theirs.get(kind if size is None else f"{kind} {size}")
    reference = float(str(took)) if took is not None else ALONE
    times = GOALS[kind] if took is not None else 1.0
    figure = Figure(
        name=name,
        ours=ours,
        reference=reference,
        unit="s",
        goal=f">= {times:.0f} times as fast",
        is_ok=ours * times <= reference,
        against="lifetimes" if took is not None else "a second",
    )
    return show(figure).is_ok


def _same(name: str, ours: object, theirs: object, *, most: float = 5e-4) -> bool:
    """Show the largest difference, relative; nothing where there is nothing to compare."""
    if theirs is None:
        return True
    apart = float(np.abs(np.array(ours) / np.array(theirs) - 1).max())
    figure = Figure(
        name=f"{name}: largest difference",
        ours=apart,
        reference=most,
        unit="",
        goal="the same to four digits" if most < 0.001 else "the same to 1 %",
        is_ok=apart < most,
        against="lifetimes",
    )
    return show(figure).is_ok
