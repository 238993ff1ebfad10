"""Do intervals hold the truth as often as they say? One line per model and interval.

Data sets are drawn from each model with known parameters and fitted; a 95 % interval should
then hold the truth in 93 to 97 of 100. Intervals of doubt about parameters are asked for
the first clients of one data set. Predictive ones hold whole numbers, more than 95 % where
one number alone is likely: they must hold what their law says lies within, to 2 points.
SETS=200 makes a quick look, MODELS=BGBB,GammaGamma one of some models.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from bench import hazards, sums
from bench.line import Figure, show
from tenure.tests.cases import CASES, HORIZON, Case

LEVEL, LOW, HIGH = 0.95, 0.93, 0.97
CLIENTS, ASKED, OWN = 1_500, 40, 200
FAR, MANY = 9_000_000, 1_000_000.0  # renewals and purchases after which all is known
WHOLE = ("purchases", "renewals")  # predictive, of whole numbers
ALL_WHOLE = (*WHOLE, "residual_lifetime")
SETS = int(os.environ.get("SETS", "1500"))
ONLY = os.environ.get("MODELS", "").split(",")


def main() -> bool:
    """Measure every model; False if an interval misses its level."""
    missed = 0
    for case in (case for case in CASES if not ONLY[0] or case.name in ONLY):
        shares = _model(case)
        promised = {name: shares.pop(f"{name} promised", LEVEL) for name in ALL_WHOLE}
        for name, share in shares.items():
            missed += not _line(case.name, name, share, promised.get(name, LEVEL))
    others = {hazards.NAME: hazards.held}
    others |= {name: partial(sums.held, name) for name in sums.NAMES}
    for what in (what for what in others if not ONLY[0] or what in ONLY):
        for name, share in _held(others[what]).items():
            # What is to hold at every look holds more often than it says.
            promised = max(share, LEVEL) if name == sums.AT_EVERY_LOOK else LEVEL
            missed += not _line(what, name, share, promised)
    return missed == 0


def _held(drawn: Callable[[int], Iterator[tuple[str, Any]]]) -> dict[str, float]:
    shares = defaultdict(list)
    for seed in range(SETS):
        for name, inside in drawn(seed):
            shares[name].append(float(np.mean(inside)))
    return {name: float(np.mean(held)) for name, held in shares.items()}


def _model(case: Case) -> dict[str, float]:
    """Return by name how often each interval held what it is of."""
    past = tuple(values[:ASKED] for values in case.drawn(CLIENTS)[: case.columns])
    shares = defaultdict(list)
    for seed in range(SETS):
        later = 4 if case.is_density else HORIZON
        drawn = case.known().simulate(case.seen(CLIENTS, seed), seed=seed, horizon=later)
        model = case.fitted(*drawn[:-1])
        for found in (_parameters, _doubts, _whole, *OTHERS.get(case.name, ())):
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
        own, then = [values[:OWN] for values in drawn[: case.columns]], drawn[-1][:OWN]
        low, high = case.asked(model, f"{name}_interval", own, level=LEVEL)
        yield name, (low <= then) & (then <= high)
        within = np.zeros(len(then))
        for count in range(int(high.max()) + 1):
            here = (low <= count) & (count <= high)
            whole = np.minimum(count, high)  # what cannot be is not asked for
            within += here * np.exp(model.log_score(HORIZON, whole, *own))
        yield f"{name} promised", within


def _shares(case: Case, model: Any, _: Any) -> Iterator[tuple[str, Any]]:
    """Intervals of the shares of newcomers who stay, period by period."""
    periods = np.arange(1.0, 13)
    for name in ("survival", "retention"):
        truth = getattr(case.known(), name)(periods)
        low, high = getattr(model, f"{name}_interval")(periods, level=LEVEL)
        yield name, (low <= truth) & (truth <= high)


def _lifetimes(case: Case, model: Any, drawn: Any) -> Iterator[tuple[str, Any]]:
    """Renewals to come, against those of the same clients until nobody is left."""
    ages = case.seen(CLIENTS, model.passes_)
    n, gone, then = case.known().simulate(ages, seed=int(drawn[0].sum()), horizon=FAR)
    there = gone == 0
    low, high = model.residual_lifetime_interval(n[there], level=LEVEL)
    yield "residual_lifetime", (low <= then[there]) & (then[there] <= high)
    ends = (model.survival(n[there] + end) for end in (low, high + 1))
    above, beyond = (end / model.survival(n[there]) for end in ends)
    yield "residual_lifetime promised", above - beyond


def _own_means(case: Case, model: Any, drawn: Any) -> Iterator[tuple[str, Any]]:
    """Each client's own mean spend, which very many further purchases would show."""
    seed = int(drawn[0].sum())
    x, mean, own = case.known().simulate(drawn[0], seed=seed, horizon=MANY)
    low, high = model.spend_interval(x, mean, level=LEVEL)
    yield "spend", (low <= own) & (own <= high)


OTHERS: dict[str, tuple[Any, ...]] = {
    "GammaGamma": (_own_means,),
    "ShiftedBetaGeometric": (_shares, _lifetimes),
    "BetaDiscreteWeibull": (_shares, _lifetimes),
}


def _line(model: str, name: str, share: float, promised: float) -> bool:
    low, high = LOW - LEVEL + promised, HIGH - LEVEL + promised
    figure = Figure(
        name=f"{model} {name}",
        ours=share,
        reference=promised,
        unit="share",
        goal=f"{low:.1%} to {high:.1%} of {SETS} sets",
        is_ok=bool(low <= share <= high),
    )
    return show(figure).is_ok


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
