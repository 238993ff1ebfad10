"""Fits and scores of a million clients, beside `lifetimes` and PyMC-Marketing.

Each of them lives in an environment of its own: see `bench.rivals`. What is not at hand is
not compared. Histories are drawn with the parameters of CDNOW, by days.
CLIENTS=23570 measures no more than that many, against the same goals.
"""

import json
import os
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.line import Figure, peak_mib, seconds, show
from bench.rivals import last_line, python
from tenure import BGNBD, GammaGamma, forecast

MOST = int(os.environ.get("CLIENTS", 1_000_000))
SIZES = tuple(sorted({min(size, MOST) for size in (2_357, 23_570, 1_000_000)}))
CDNOW = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
SPEND = {"p": 6.25, "q": 3.74, "gamma": 15.44}
YEAR, DRAWS = 52.0, 64
# How many times as fast we mean to be.
GOALS = {
    "lifetimes": {"fit": 30, "spend": 40, "score": 60},
    "pymc": {"fit": 25, "spend": 25, "score": 20},
}


def main() -> bool:
    """Print each figure; return whether the goals were met."""
    clients = {size: drawn(size) for size in SIZES}
    folder = Path(os.environ["FONDLY_BENCH"])
    for size, columns in clients.items():
        np.save(folder / f"{size}.npy", columns)
    ours = {f"fit {size}": _fit(columns) for size, columns in clients.items()}
    largest = clients[SIZES[-1]]
    orders = BGNBD().fit(*largest[:3])
    spend = GammaGamma().fit(largest[0], largest[3])
    ours[f"spend {SIZES[-1]}"] = _median(
        lambda: GammaGamma().fit(largest[0], largest[3]), 3
    )
    ours[f"score {SIZES[-1]}"] = _median(lambda: score(orders, spend, largest), 3)
    learned = [*orders.parameters_, *spend.parameters_]
    figures = [_draws(orders, largest)]
    for name in GOALS:
        other = python(name)
        theirs = _theirs(other, name, folder) if other else {}
        figures += _beside(name, ours, theirs) + _agreement(name, learned, theirs)
    shown = [show(figure) for figure in figures]
    return all(figure.is_ok for figure in shown)


def drawn(size: int) -> np.ndarray:
    """Return frequency, recency, T in weeks of whole days, and mean spend."""
    rng = np.random.default_rng(size)
    ages = rng.integers(27 * 7, 39 * 7, size) / 7
    x, t_x, age, _ = BGNBD(**CDNOW).simulate(ages, seed=size)
    days = np.where(x > 0, np.clip(np.ceil(t_x * 7), 1, age * 7), 0)
    mean = SPEND["p"] / rng.gamma(SPEND["q"], 1 / SPEND["gamma"], size)
    noise = rng.gamma(SPEND["p"] * np.maximum(x, 1)) / (SPEND["p"] * np.maximum(x, 1))
    return np.stack([x, days / 7, age, np.round(mean * noise + 0.01, 2)])


def score(orders: BGNBD, spend: GammaGamma, columns: np.ndarray) -> Any:
    """Return probability active, a year's purchases, spend, and lifetime value."""
    x, t_x, age, mean = columns
    return forecast(
        orders,
        spend,
        frequency=x,
        recency=t_x,
        T=age,
        monetary=np.where(x > 0, mean, 0.0),
        horizon=YEAR,
        discount=1.01 ** (12 / YEAR) - 1,
        steps=12,
    )


def a_year(model: BGNBD, *past: np.ndarray) -> np.ndarray:
    """Return the purchases of a year."""
    return model.expected_purchases(YEAR, *past)


def _fit(columns: np.ndarray) -> float:
    return _median(lambda: BGNBD().fit(*columns[:3]), 7 if columns.shape[1] < 1e5 else 3)


def _median(work: Callable[[], object], times: int) -> float:
    return statistics.median(seconds(work) for _ in range(times))


def _draws(orders: BGNBD, columns: np.ndarray) -> Figure:
    """Return the time of a year's purchases of the largest base, 64 times over."""
    x, t_x, age, _ = columns
    before, means = peak_mib(), np.zeros(len(x))

    def work() -> None:
        past = (x, t_x, age)
        for bought in orders.over_posterior(a_year, *past, draws=DRAWS, seed=1):
            means[:] += bought / DRAWS

    took = seconds(work)
    grown = peak_mib() - before
    return Figure(
        name=f"{DRAWS} draws of parameters, {len(x):,} clients",
        ours=took,
        reference=5.0,
        unit="s",
        goal="<= 5 s, in flat memory",
        is_ok=took <= 5 and grown < 256,
        against=f"{grown:.0f} MiB more at the peak",
    )


def _theirs(program: str, name: str, folder: Path) -> dict[str, Any]:
    """Return seconds by work and the parameters of the largest, as another finds them."""
    script = Path(__file__).with_name("beside") / f"with_{name}.py"
    return dict(json.loads(last_line(program, str(script), str(folder), *map(str, SIZES))))


def _beside(name: str, ours: dict[str, float], theirs: dict[str, Any]) -> list[Figure]:
    figures = []
    for work, took in theirs.get("seconds", {}).items():
        times = GOALS[name].get(work.split()[0], 1)
        figures.append(
            Figure(
                name=f"{work} clients",
                ours=ours[work],
                reference=took,
                unit="s",
                goal=f">= {times} times as fast",
                is_ok=ours[work] * times <= took,
                against=f"{theirs['version']}: {took / ours[work]:.0f} times",
            )
        )
    return figures


def _agreement(name: str, learned: list[float], theirs: dict[str, Any]) -> list[Figure]:
    """Return the parameter that differs most; another who ends elsewhere is told so."""
    found = theirs.get("learned", [])
    if not found:
        return []
    apart = [abs(a / b - 1) for a, b in zip(learned, found, strict=False)]
    return [
        Figure(
            name=f"parameters of {MOST:,}, farthest apart",
            ours=1 + max(apart),
            reference=1.0,
            unit="",
            goal="the same to four digits",
            is_ok=max(apart) < 1e-3,
            against=name,
        )
    ]
