"""One case per model for the suite that every model passes: how to make columns for it.

A new model adds one `Case` to `CASES`; see the fields for what the suite must know.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as some

from tenure import (
    BGBB,
    BGCNBD,
    BGNBD,
    MBGCNBD,
    MBGNBD,
    BetaDiscreteWeibull,
    GammaGamma,
    ParetoNBD,
    ShiftedBetaGeometric,
)

HORIZON = 12.0


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the suite must know of a model. `past` is what its predictions take.

    Predictions are named by their method: `chances` lie in 0..1, `amounts` are at or above
    0; those in `ahead` take a horizon first, and each has an `…_interval` where the model
    offers one. `outcomes` are all that can happen in HORIZON, for `log_score`.
    """

    model: Any
    truth: dict[str, float]
    seen: Callable[[int, int], np.ndarray]  # what `simulate` takes: clients, seed
    chances: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    is_density: bool = False  # outcomes are values on a fine grid, not all that can be
    outcomes: np.ndarray = field(default_factory=lambda: np.arange(1_500.0))
    pasts: Any = None  # a strategy for one client's past
    columns: int = 3  # of the past; `fit` may take more
    scaled: Callable[..., Any] | None = None  # columns in another unit
    densities: Callable[..., float] | None = None  # how many values per unit were seen
    odd: dict[str, Any] = field(default_factory=dict)  # what a fit must survive
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.model.__name__

    def known(self, **changes: Any) -> Any:
        """Return the model with its true parameters."""
        return self.model(**{**self.truth, **self.settings, **changes})

    def drawn(self, clients: int, *, seed: int = 1) -> tuple[np.ndarray, ...]:
        """Return columns that `fit` takes."""
        return self.known().simulate(self.seen(clients, seed), seed=seed)[:-1]

    def fitted(self, *columns: Any, **changes: Any) -> Any:
        """Return the model fitted."""
        weights = changes.pop("weights", None)
        return self.model(**{**self.settings, **changes}).fit(*columns, weights=weights)

    def asked(self, model: Any, name: str, past: Any, **more: Any) -> Any:
        """Return a prediction, with the horizon where it takes one."""
        first = (HORIZON,) if name.removesuffix("_interval") in self.ahead else ()
        return getattr(model, name)(*first, *past, **more)


def _ages(clients: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(20, 60, clients)


def _timed(columns: Any, unit: float) -> tuple[Any, ...]:
    x, t_x, T, *gaps = columns
    return x, t_x * unit, T * unit, *(sums + x * np.log(unit) for sums in gaps)


def _history(bought: Any, last: Any, silence: Any) -> tuple[float, float, float]:
    return (bought, last if bought else 0.0, (last if bought else 0.0) + silence)


HISTORIES = some.builds(
    _history,
    some.one_of(some.integers(0, 5), some.integers(0, 20_000)),
    some.floats(0.1, 10_000),
    some.floats(0, 10_000),
)
ODD = {
    "one client": ([1], [5], [9]),
    "one client who never came back": ([0], [0], [9]),
    "nobody came back": ([0, 0, 0], [0, 0, 0], [5, 6, 7]),
    "seen today only": ([0, 0], [0, 0], [0, 0]),
    "ties": (np.full(60, 7), np.full(60, 30.0), np.full(60, 50.0)),
    "all bought today": (np.full(60, 7), np.full(60, 50.0), np.full(60, 50.0)),
    "single repeats": (np.ones(60), np.linspace(1, 9, 60), np.full(60, 50.0)),
    "extreme": ([20_000, 0, 3], [9_000, 0, 4], [9_100, 9_100, 9_100]),
}


def gapped(odd: dict[str, Any]) -> dict[str, Any]:
    """Give each odd business gaps that are all alike: as regular as can be."""
    found = {}
    for name, columns in odd.items():
        x, t_x, _ = (np.asarray(values, float) for values in columns)
        alike = x * np.log(np.where(x > 0, t_x, 1) / np.maximum(x, 1))
        found[name] = (*columns, alike)
    return found


def _paced(k: int) -> dict[str, float]:
    """Stages k times as fast, so that purchases come as often as with one."""
    return {"r": 1.2, "alpha": 6.0 / k, "a": 0.8, "b": 2.5}


def buyers(model: Any, **more: Any) -> Case:
    """Return the case of a model of purchases in continuous time."""
    truth = {"r": 1.2, "alpha": 6.0, "a": 0.8, "b": 2.5}
    return Case(
        **{
            "model": model,
            "truth": truth,
            "seen": _ages,
            "chances": ("probability_alive", "probability_of_purchase"),
            "amounts": ("expected_purchases", "purchases"),
            "ahead": ("probability_of_purchase", "expected_purchases", "purchases"),
            "pasts": HISTORIES,
            "scaled": _timed,
            "densities": lambda x, *_: x.sum(),
            "odd": ODD,
            **more,
        }
    )


def _chances(last: int, share: float, missed: int) -> tuple[int, int, int]:
    return (min(max(round(share * last), 1), last), last, last + missed)


CASES = [
    buyers(BGNBD),
    buyers(MBGNBD),
    buyers(BGCNBD, settings={"k": 2}, truth=_paced(2), odd=gapped(ODD)),
    buyers(MBGCNBD, settings={"k": 3}, truth=_paced(3), odd=gapped(ODD)),
    buyers(ParetoNBD, truth={"r": 1.2, "alpha": 6.0, "s": 0.8, "beta": 14.0}),
    Case(
        model=GammaGamma,
        truth={"p": 5.0, "q": 3.5, "gamma": 14.0},
        seen=lambda clients, seed: np.random.default_rng(seed).geometric(0.3, clients),
        amounts=("expected_spend",),
        is_density=True,
        outcomes=np.exp(np.linspace(-16, 25, 20_000)),
        pasts=some.tuples(some.integers(1, 20_000), some.floats(0.01, 1e6)),
        columns=2,
        scaled=lambda columns, unit: (columns[0], columns[1] * unit),
        densities=lambda x, _: (x > 0).sum(),
        odd={
            "one client": ([1], [5]),
            "nobody spent": ([0, 0], [0, 0]),
            "ties": (np.full(60, 7), np.full(60, 30.0)),
            "two far apart": ([1, 1], [1e-3, 1e9]),
            "extreme": ([20_000, 1, 3], [9.0, 1e6, 4]),
        },
    ),
    Case(
        model=BGBB,
        truth={"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.8},
        seen=lambda clients, seed: np.random.default_rng(seed).integers(4, 9, clients),
        chances=("probability_alive", "probability_of_purchase"),
        amounts=("expected_purchases", "purchases"),
        ahead=("probability_of_purchase", "expected_purchases", "purchases"),
        outcomes=np.arange(HORIZON + 1),
        pasts=some.one_of(
            some.tuples(some.just(0), some.just(0), some.integers(0, 500)),
            some.builds(
                _chances, some.integers(1, 500), some.floats(0, 1), some.integers(0, 500)
            ),
        ),
        odd={
            "one client": ([1], [5], [9]),
            "nobody came back": ([0, 0], [0, 0], [5, 6]),
            "no chances": ([0, 0], [0, 0], [0, 0]),
            "ties": (np.full(60, 2), np.full(60, 3), np.full(60, 5)),
            "all every time": (np.full(60, 5), np.full(60, 5), np.full(60, 5)),
        },
    ),
    Case(
        model=ShiftedBetaGeometric,
        truth={"alpha": 0.7, "beta": 1.8},
        seen=lambda clients, seed: np.random.default_rng(seed).integers(3, 9, clients),
        chances=("probability_of_renewal",),
        amounts=("expected_renewals", "renewals"),
        ahead=("probability_of_renewal", "expected_renewals", "renewals"),
        outcomes=np.arange(HORIZON + 1),
        pasts=some.tuples(some.integers(1, 500), some.integers(0, 1)),
        columns=2,
        odd={
            "one client": ([3], [1]),
            "nobody left": ([5, 6], [0, 0]),
            "all left": ([1, 1, 1], [1, 1, 1]),
            "no chances": ([0, 0], [0, 0]),
        },
    ),
    Case(
        model=BetaDiscreteWeibull,
        truth={"alpha": 0.8, "beta": 2.0, "c": 1.3},
        seen=lambda clients, seed: np.random.default_rng(seed).integers(3, 12, clients),
        chances=("probability_of_renewal",),
        amounts=("expected_renewals", "renewals"),
        ahead=("probability_of_renewal", "expected_renewals", "renewals"),
        outcomes=np.arange(HORIZON + 1),
        pasts=some.tuples(some.integers(1, 500), some.integers(0, 1)),
        columns=2,
        odd={
            "one client": ([3], [1]),
            "nobody left": ([5, 6], [0, 0]),
            "all left": ([1, 1, 1], [1, 1, 1]),
            "no chances": ([0, 0], [0, 0]),
        },
    ),
]
