"""The odds that a client is still active, in parts, and when silence will change them."""

from typing import NamedTuple

import numpy as np
from scipy.special import logit

from tenure.arrays import Floats, distinct
from tenure.checks import History
from tenure.pareto.parameters import Parameters
from tenure.pareto.silence import log_odds_gone

STEPS = 80


class Reasons(NamedTuple):
    """Log-odds of being active; `score` is population + frequency + silence."""

    population: Floats
    frequency: Floats
    silence: Floats

    @property
    def score(self) -> Floats:
        """The log-odds themselves: `probability_alive` is expit of it."""
        return self.population + self.frequency + self.silence


def score(at: Parameters, history: History) -> Floats:
    """Return ln P/(1-P), P(alive) of Schmittlein, Morrison and Colombo (1987)."""
    rows = distinct(*history)
    return np.asarray(-log_odds_gone(at, *rows.columns)[rows.place])


def reasons(at: Parameters, history: History) -> Reasons:
    """Split the log-odds of being active.

    `population` is what they would be after the same silence if purchases told nothing
    of the client's own rate; `silence`, -x ln((α+T)/(α+t_x)), what so long a silence
    means for one who bought x times; `frequency` the rest, at or above 0: one who bought
    often would have had to leave soon after the last purchase.
    """
    x, t_x, T = history
    silence = -x * np.log1p((T - t_x) / (at.alpha + t_x))
    population = -log_odds_gone(at, np.zeros_like(x), t_x, T)
    whole = score(at, history)
    with np.errstate(invalid="ignore"):
        frequency = whole - population - silence
    return Reasons(population, np.where(t_x < T, frequency, 0.0), silence + 0.0)


def age_at(at: Parameters, history: History, *, threshold: float) -> Floats:
    """Return the T at which a client who stays silent falls to `threshold`.

    Newton in w = ln(T - t_x) on q = ln(odds gone), which rises convexly in w: its slope is
    known, as d e^q/dT = s/(β+T) + e^q ((r+x)/(α+T) + s/(β+T)).
    """
    rows = distinct(history.frequency, history.recency)
    x, t_x = rows.columns
    goal = -float(logit(threshold))
    # Where leaving is rare the odds are about s (T - t_x)/(β+t_x).
    w = np.log((at.beta + t_x) / at.s) + min(goal, 0.0)
    left = np.arange(len(w))
    for _ in range(STEPS):
        step = _newton(at, x[left], t_x[left], w[left], goal)
        w[left] = np.clip(w[left] - np.clip(step, -4.0, 4.0), -700.0, 700.0)
        left = left[np.abs(step) > 1e-10]
        if not len(left):
            break
    return np.asarray((t_x + np.exp(w))[rows.place])


def _newton(at: Parameters, x: Floats, t_x: Floats, w: Floats, goal: float) -> Floats:
    silence = np.exp(w)
    T = t_x + silence
    # A silence below the last digit of t_x still has its own odds: move the origin.
    odds = log_odds_gone(at, x, t_x, np.maximum(T, np.nextafter(t_x, np.inf)))
    leave = at.s / (at.beta + T)
    with np.errstate(over="ignore"):
        speed = silence * (leave * (1 + np.exp(-odds)) + (at.r + x) / (at.alpha + T))
    return np.asarray((odds - goal) / np.maximum(speed, 1e-300))
