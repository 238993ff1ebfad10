"""The weights of answers and meetings are learned where enough is known, else assumed."""

import numpy as np
import pytest
from scipy.special import expit

from fondly.insight.scoring.history import History
from fondly.insight.scoring.ties.known import Earlier
from fondly.insight.scoring.ties.weights import ASSUMED, _chance, learn_weights
from tenure import BGCNBD, Parameters

LAW = BGCNBD.of(Parameters(r=1.5, alpha=3.0, a=0.8, b=2.5), k=1)
TRUE = np.array([0.2, 1.2, -0.8, 0.1, -1.0])


def earlier(count, *, seed=5):
    """Simulate who spoke within 91 days, by known weights."""
    dice = np.random.default_rng(seed)
    x = dice.integers(1, 12, count).astype(float)
    recency = x * dice.uniform(1, 3, count)
    age = recency + dice.exponential(6, count)
    movers = np.column_stack(
        [
            np.ones(count),
            dice.uniform(-1, 1, count),
            dice.normal(0, 0.7, count),
            dice.normal(0, 0.7, count),
            np.log1p(dice.integers(0, 4, count)),
        ]
    )
    odds = LAW.reasons(x, recency, age).score + movers @ TRUE
    chance = expit(odds) * _chance(LAW, x, age)
    none = np.full(count, np.nan)
    history = History(np.arange(count), x, recency, age, none, none, None)
    returned = dice.random(count) < chance
    return Earlier(history=history, movers=movers, returned=returned)


def test_many_teach_their_own_weights_within_their_errors():
    found = learn_weights(LAW, earlier(40_000))
    errors = np.sqrt(np.diag(found.covariance))
    assert found.is_learned
    assert np.all(np.abs(np.array(found.values) - TRUE) < 4 * errors)
    assert np.all(errors < 0.2)


def test_few_move_the_assumption_a_little_and_too_few_not_at_all():
    few, too_few = (learn_weights(LAW, earlier(count)) for count in (150, 90))
    assert few.is_learned
    assert np.all(np.abs(np.array(few.values) - ASSUMED) < 1.0)
    assert not too_few.is_learned
    assert too_few.values == pytest.approx(ASSUMED)


def test_where_everybody_came_back_nothing_can_be_learned():
    rows = earlier(500)
    all_back = rows._replace(returned=np.ones(500, dtype=bool))
    assert not learn_weights(LAW, all_back).is_learned


def test_without_a_law_the_assumption_stands():
    assert learn_weights(None, earlier(500)).values == list(ASSUMED)
