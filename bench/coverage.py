"""Do intervals hold the truth as often as they say? One line per model and interval.

Data sets are drawn from each model with known parameters and fitted; a 95 % interval should
then hold the truth in 93 to 97 of 100. Intervals of doubt about parameters are asked for
the first clients of one data set. Predictive ones hold whole numbers and promise at least
their level, so they may only hold more. SETS=200 makes a quick look.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.line import Figure, show
from tenure.tests.cases import CASES, HORIZON, Case

LEVEL, LOW, HIGH = 0.95, 0.93, 0.97
CLIENTS, ASKED, OWN = 1_500, 40, 200
WHOLE = ("purchases", "renewals")  # predictive, of whole numbers
SETS = int(os.environ.get("SETS", "1500"))


def main() -> bool:
    """Measure every model; False if an interval misses its level."""
    missed = 0
    for case in CASES:
        missed += sum(not _line(case, *figure) for figure in _model(case).items())
    return missed == 0


def _model(case: Case) -> dict[str, float]:
    """Return by name how often each interval held what it is of."""
    past = tuple(values[:ASKED] for values in case.drawn(CLIENTS)[: case.columns])
    shares = defaultdict(list)
    for seed in range(SETS):
        later = 4 if case.is_density else HORIZON
        drawn = case.known().simulate(case.seen(CLIENTS, seed), seed=seed, horizon=later)
        model = case.fitted(*drawn[:-1])
        for found in (_parameters, _doubts, _whole):
            for name, inside in found(case, model, past if found is _doubts else drawn):
                shares[name].append(float(np.mean(inside)))
    return {name: float(np.mean(held)) for name, held in shares.items()}


def _parameters(case: Case, model: Any, _: Any) -> Iterator[tuple[str, Any]]:
    ends = zip(case.truth.items(), *model.parameters_interval(level=LEVEL), strict=True)
    for (name, value), low, high in ends:
        yield name, low <= value <= high


def _doubts(case: Case, model: Any, past: Any) -> Iterator[tuple[str, Any]]:
    """Intervals of chances and means, where the model leaves any doubt."""
    for name in case.chances + case.amounts:
        if name in WHOLE or not hasattr(case.model, f"{name}_interval"):
            continue
        truth = case.asked(case.known(), name, past)
        low, high = case.asked(model, f"{name}_interval", past, level=LEVEL)
        open_ = (truth > 0) & ((truth < 1) | (name not in case.chances))
        yield name, ((low <= truth) & (truth <= high))[open_]


def _whole(case: Case, model: Any, drawn: Any) -> Iterator[tuple[str, Any]]:
    """Predictive intervals, against what the same clients then did."""
    for name in set(WHOLE) & set(case.amounts):
        own, then = (values[:OWN] for values in drawn[: case.columns]), drawn[-1][:OWN]
        low, high = case.asked(model, f"{name}_interval", own, level=LEVEL)
        yield name, (low <= then) & (then <= high)


def _line(case: Case, name: str, share: float) -> bool:
    most = 1.0 if name in WHOLE else HIGH
    figure = Figure(
        name=f"{case.name} {name}",
        ours=share,
        reference=LEVEL,
        unit="share",
        goal=f"{LOW:.0%} to {most:.0%} of {SETS} sets",
        is_ok=bool(LOW <= share <= most),
    )
    return show(figure).is_ok


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
