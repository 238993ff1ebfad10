"""The average of the purchase models, by what each foretold before."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np

from tenure.arrays import Column, Floats, same_length
from tenure.bgnbd.fitting import checked_gaps
from tenure.checks import History, checked_ahead, checked_history, checked_level
from tenure.choice.candidates import MODELS, chosen, fitted
from tenure.choice.level import Level, level, pace
from tenure.choice.measures import Measures, judged
from tenure.choice.mixture import Mixture
from tenure.choice.origins import Origin, Seen, checked
from tenure.choice.weights import stacked
from tenure.contracts.history import checked_periods
from tenure.errors import NotFitted
from tenure.prior import Choice as PriorChoice


class Average:
    """Purchases without a contract, foretold by several models at once.

    At each earlier origin (a day gone by, with what came after it) every model is fitted
    to what was known, and judged by the log of the chance it gave to who then bought
    again and who did not. The weights are those whose mixture would have foretold best;
    its totals correct the level where the origins agree (`Level`). Then all models are
    fitted to the whole history. Priors are weak by default, so that a fit without
    identified dropout still gives quiet clients a chance below 1.

    Learned: `weights_` and `models_` by name, `level_`, `held_out_` (`Measures` of the
    average at each origin, with the weights learned from all of them), `words_`.
    """

    def __init__(
        self, *, models: Sequence[str] = tuple(MODELS), prior: PriorChoice = "weak"
    ) -> None:
        self.models, self.prior = tuple(models), prior

    def fit(
        self,
        frequency: Column,
        recency: Column,
        T: Column,
        log_gaps: Column | None = None,
        *,
        origins: Iterable[Origin] = (),
    ) -> Self:
        """Learn weights and level from `origins`, fit all models, and return self.

        Origins at which nobody had bought twice teach nothing and are left out; without
        any the weights are equal. Without `log_gaps`, here or at an origin,
        models of regular buyers are left out. Raises `BadInput` as the models do.
        """
        past = checked_history(frequency, recency, T)
        earlier = [o for o in map(checked, origins) if o.past.frequency.any()]
        gaps = None if log_gaps is None else checked_gaps(log_gaps, past)
        has_gaps = gaps is not None and all(o.log_gaps is not None for o in earlier)
        names = chosen(self.models, has_gaps=has_gaps)
        before = [fitted(names, o.past, o.log_gaps, prior=self.prior) for o in earlier]
        weights = stacked(_scores(before, earlier, models=len(names)))
        known = [Mixture(models, weights) for models in before]
        self.level_: Level = level(
            [pace(m, o) for m, o in zip(known, earlier, strict=True)]
        )
        now = fitted(names, past, gaps, prior=self.prior)
        self.models_: dict[str, Any] = dict(zip(names, now, strict=True))
        self.weights_: dict[str, float] = dict(zip(names, map(float, weights), strict=True))
        self.held_out_: list[Measures] = [
            judged(m, o) for m, o in zip(known, earlier, strict=True)
        ]
        self._mixture = Mixture(now, weights, pace=self.level_.pace)
        return self

    @property
    def words_(self) -> list[str]:
        """What was found, in sentences: weights, level, and whether recency would do."""
        self._known()
        parts = sorted(self.weights_.items(), key=lambda part: -part[1])
        shares = ", ".join(f"{name} {share:.0%}" for name, share in parts)
        said = [f"Weights: {shares}.", f"{self.level_.words.capitalize()}."]
        doubts = {n: self.models_[n].verdict_ for n, _ in parts}
        said += [
            f"{n}: {v.words}." for n, v in doubts.items() if v.finding.name != "IDENTIFIED"
        ]
        if self.held_out_:
            better = [not m.recency_suffices for m in self.held_out_]
            said.append(self.held_out_[-1].words if any(better) else _RECENCY)
        return said

    def probability_alive(self, frequency: Column, recency: Column, T: Column) -> Floats:
        """Return the probability that each client is still active, shape (clients,)."""
        return self._known().alive(checked_history(frequency, recency, T))

    def probability_of_purchase(
        self, horizon: Column, frequency: Column, recency: Column, T: Column
    ) -> Floats:
        """Return the chance of at least one purchase in the next `horizon`, (clients,)."""
        return self._known().chance(*checked_ahead(horizon, frequency, recency, T))

    def expected_purchases(
        self, horizon: Column, frequency: Column, recency: Column, T: Column
    ) -> Floats:
        """Return the purchases to expect in the next `horizon`, shape (clients,)."""
        return self._known().expected(*checked_ahead(horizon, frequency, recency, T))

    def purchases_interval(
        self,
        horizon: Column,
        frequency: Column,
        recency: Column,
        T: Column,
        *,
        level: float = 0.9,
    ) -> tuple[Floats, Floats]:
        """Return the ends between which the purchases in `horizon` will lie, two arrays.

        From the average of the models' predictive laws; at least `level` lies within, and
        what may be missed lies above where nothing can lie below.
        """
        ahead, past = checked_ahead(horizon, frequency, recency, T)
        return self._known().interval(ahead, past, level=checked_level(level))

    def log_score(
        self, horizon: Column, bought: Column, frequency: Column, recency: Column, T: Column
    ) -> Floats:
        """Return ln P(exactly `bought` purchases in the next `horizon`), (clients,)."""
        ahead, past = checked_ahead(horizon, frequency, recency, T)
        times = checked_periods(bought, name="bought")
        names = ("bought", "horizon", *History._fields)
        times, ahead, *rest = same_length([times, ahead, *past], names=names)
        return self._known().log_score(ahead, times, History(*rest))

    def judge(self, origin: Origin) -> Measures:
        """Return how good the forecast was, now that it is known what came after."""
        return judged(self._known(), checked(origin))

    def _known(self) -> Mixture:
        if not hasattr(self, "_mixture"):
            raise NotFitted("Call fit before asking for predictions.")
        return self._mixture


_RECENCY = "At every earlier origin recency alone ranked clients as well as the models."


def _scores(before: list[list[Any]], earlier: list[Seen], *, models: int) -> Floats:
    """Return ln of the chance each model gave to each buying again or not."""
    parts = [np.zeros((0, models))]
    for fits, origin in zip(before, earlier, strict=True):
        asked = origin.horizon, *origin.past
        chances = np.stack([m.probability_of_purchase(*asked) for m in fits], axis=1)
        given = np.where(origin.again[:, None], chances, 1 - chances)
        parts.append(np.log(np.maximum(given, 1e-300)))
    return np.concatenate(parts)
