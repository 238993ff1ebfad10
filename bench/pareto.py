"""Pareto/NBD: fit 23,570 clients, beside `lifetimes` where it is at hand.

`lifetimes` lives in an environment of its own: see `bench.rivals`. Without it the goal is
a second.
Histories are drawn with the parameters of CDNOW, by days.
"""

import json
import os
import statistics
from pathlib import Path

import numpy as np

from bench.line import Figure, seconds, show
from bench.rivals import last_line, python
from tenure import ParetoNBD

CLIENTS, TIMES, RATIO, ALONE = 23_570, 5, 10, 1.0
CDNOW = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
THEIRS = """
import json, sys, time, warnings
import numpy as np
warnings.filterwarnings("ignore")
from lifetimes import ParetoNBDFitter
log = np.load(sys.argv[1])
start = time.perf_counter()
found = ParetoNBDFitter().fit(*log).params_
took = time.perf_counter() - start
print(json.dumps({"took": took, **{name: float(found[name]) for name in found.index}}))
"""


def main() -> bool:
    """Measure the fit, that both agree, and the largest history; False if one misses."""
    log = _log()
    ours = statistics.median(seconds(lambda: ParetoNBD().fit(*log)) for _ in range(TIMES))
    model, theirs = ParetoNBD().fit(*log), _theirs(log)
    took = theirs.pop("took", ALONE)
    goal = f">= {RATIO} times as fast" if theirs else f"<= {ALONE:.0f} s"
    fast = ours * RATIO <= took if theirs else ours <= ALONE
    figures = [
        Figure(
            name=f"Pareto/NBD fit, {CLIENTS:,} clients",
            ours=ours,
            reference=took,
            unit="s",
            goal=goal,
            is_ok=fast,
            against="lifetimes" if theirs else "",
        ),
        *_agreement(model, theirs),
        _largest(model),
    ]
    shown = [show(figure) for figure in figures]
    return all(figure.is_ok for figure in shown)


def _log() -> np.ndarray:
    rng = np.random.default_rng(1)
    ages = rng.integers(27 * 7, 39 * 7, CLIENTS) / 7
    x, t_x, age, _ = ParetoNBD(**CDNOW).simulate(ages, seed=1)
    # Whole days, as a shop knows them; a repeat purchase is at least a day later.
    days = np.where(x > 0, np.clip(np.ceil(t_x * 7), 1, age * 7), 0)
    return np.stack([x, days / 7, age])


def _theirs(log: np.ndarray) -> dict[str, float]:
    """Return what `lifetimes` found and how long it took; nothing where it is not."""
    other = python("lifetimes")
    if not other:
        return {}
    file = Path(os.environ["FONDLY_BENCH"]) / "log.npy"
    np.save(file, log)
    return dict(json.loads(last_line(other, "-c", THEIRS, str(file))))


def _agreement(model: ParetoNBD, theirs: dict[str, float]) -> list[Figure]:
    return [
        Figure(
            name=f"Pareto/NBD {name}",
            ours=getattr(model, f"{name}_"),
            reference=theirs[name],
            unit="",
            goal="the same to four digits",
            is_ok=bool(abs(getattr(model, f"{name}_") / theirs[name] - 1) < 1e-3),
            against="lifetimes",
        )
        for name in theirs
    ]


def _largest(model: ParetoNBD) -> Figure:
    """Return the purchases to expect of one who bought 20,000 times in 20 years."""
    (expected,) = model.expected_purchases(52, 20_000, 1_042.95, 1_043)
    return Figure(
        name="Pareto/NBD, a year of one with 20,000 purchases",
        ours=float(expected),
        reference=20_000 / 1_043 * 52,
        unit="",
        goal="finite, near their rate",
        is_ok=bool(0.9 < expected / (20_000 / 1_043 * 52) <= 1),
    )
