"""The hazard of the average client, age by age, and what is not known of it.

Breslow (1972), in the discussion of Cox's paper, and its like for Efron's ties (Therneau
and Grambsch 2000, section 10.2), so that a cohort in whole periods comes to the shares that
are counted. With deviations x from the average client, logarithms b of hazard ratios and V
their covariance, a client's cumulative hazard over a stretch of ages is e^{xb} Σ h, with
variance e^{2xb} (Σ v + qVq), q = x Σ h - Σ a: Tsiatis (1981), Link (1984).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats
from tenure.survival.columns import Followed
from tenure.survival.partial import Ties


class Stretch(NamedTuple):
    """Sums over the ages in a stretch, one row per client: h, v and a."""

    hazard: Floats
    noise: Floats
    pull: Floats


@dataclass(frozen=True)
class Baseline:
    """One row per age at which somebody left, in order.

    `hazard` is h, `noise` its variance v, `pull` is minus its slope in b, a; `middle` the
    mean client at risk, `leavers` and `at_risk` how many. `first` and `last` are the
    youngest and the oldest age at which anybody was followed.
    """

    ages: Floats
    hazard: Floats
    noise: Floats
    pull: Floats
    middle: Floats
    leavers: Floats
    at_risk: Floats
    first: float
    last: float

    @cached_property
    def sums(self) -> Stretch:
        """h, v and a up to each place in `ages`, from none to all."""
        none = np.zeros((1, self.pull.shape[1]))
        return Stretch(
            np.append(0.0, np.cumsum(self.hazard)),
            np.append(0.0, np.cumsum(self.noise)),
            np.concatenate([none, np.cumsum(self.pull, axis=0)]),
        )

    def place(self, ages: Floats) -> np.ndarray:
        """Return how many of the ages at which somebody left are at or below each."""
        return np.searchsorted(self.ages, ages, side="right")

    def stretch(self, start: Floats, end: Floats) -> Stretch:
        """Return the sums over the ages after `start` up to `end`."""
        here, there = self.place(start), self.place(end)
        return Stretch(*(values[there] - values[here] for values in self.sums))


def baseline(rows: Followed, matrix: Floats, logs: Floats, *, ties: Ties) -> Baseline:
    """Return the hazard of the average client under these logarithms of hazard ratios."""
    ratio = np.exp(np.clip(matrix @ logs, -300.0, 300.0))
    gone = rows.left > 0
    ages, place = np.unique(rows.duration[gone], return_inverse=True)
    weighted = rows.weight * ratio
    each = np.column_stack([rows.weight, weighted, weighted[:, None] * matrix])
    at_risk = _at_risk(rows, each, ages)
    leaving = np.zeros((len(ages), each.shape[1]))
    np.add.at(leaving, place, each[gone])
    sums = np.array(
        [
            _tied(int(own[0]), both[1], own[1] if ties == "efron" else 0.0)
            for both, own in zip(at_risk, leaving, strict=True)
        ]
    ).reshape(len(ages), 4)
    hazard, noise, share, pull = sums.T
    whole, part = at_risk[:, 2:], leaving[:, 2:]
    if ties == "breslow":
        part = np.zeros_like(part)
    count = np.maximum(leaving[:, :1], 1.0)
    return Baseline(
        ages=ages,
        hazard=hazard,
        noise=noise,
        pull=whole * noise[:, None] - part * pull[:, None],
        middle=(whole * hazard[:, None] - part * share[:, None]) / count,
        leavers=leaving[:, 0],
        at_risk=at_risk[:, 0],
        first=float(rows.entered.min()),
        last=float(rows.duration.max()),
    )


def _at_risk(rows: Followed, each: Floats, ages: Floats) -> Floats:
    """Return the sums of `each` over clients with entered < age <= duration."""
    return _from(rows.duration, each, ages) - _from(rows.entered, each, ages)


def _from(times: Floats, each: Floats, ages: Floats) -> Floats:
    """Return the sums of `each` over rows whose time is at or above each age."""
    order = np.argsort(times, kind="stable")
    total = np.cumsum(each[order][::-1], axis=0)[::-1]
    total = np.concatenate([total, np.zeros((1, each.shape[1]))])
    return np.asarray(total[np.searchsorted(times[order], ages, side="left")])


def _tied(many: int, whole: float, part: float) -> tuple[float, float, float, float]:
    """Return Σ 1/c, Σ 1/c², Σ s/c and Σ s/c² with c = whole - s part, s = 0, 1/m, ….

    Efron (1977): those who leave at one age go one after the other, in any order.
    """
    if not part:
        return many / whole, many / whole**2, 0.0, 0.0
    share = np.arange(many) / many
    one = 1 / (whole - share * part)
    return float(one.sum()), float(one @ one), float(share @ one), float(share @ one**2)
