"""The score test of change: silent where nothing changed, and right about what did."""

import numpy as np
import pytest

from tenure import BGNBD, MBGNBD, score_test

TRUTH = {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 2.5}


def drawn(seed, *, clients=1_500, **other):
    ages = np.random.default_rng(seed + 500).uniform(30, 90, clients)
    return MBGNBD(**(TRUTH | other)).simulate(ages, seed=seed)[:3]


def after_more(seed, **other):
    """Test a model of some clients against as many more, who may be otherwise."""
    then, more = drawn(seed), drawn(seed + 1_000, **other)
    now = tuple(map(np.concatenate, zip(then, more, strict=True)))
    return score_test(MBGNBD().fit(*then), then, now)


def test_where_nothing_changed_chances_are_uniform():
    """40 worlds: a tenth of them below .1, give or take three errors."""
    chances = np.array([after_more(seed).p_value for seed in range(40)])
    assert (chances < 0.1).mean() < 0.1 + 3 * np.sqrt(0.09 / 40)
    assert 0.3 < chances.mean() < 0.7


def test_who_buys_faster_is_noticed_by_the_pace():
    found = after_more(1, alpha=3.0)
    assert found.p_value < 1e-4
    pace = found.parameters.r / found.parameters.alpha
    assert pace > 1.3 * TRUTH["r"] / TRUTH["alpha"]
    assert found.moved in {"r", "alpha"}


def test_who_leaves_sooner_is_noticed_by_the_leaving():
    found = after_more(2, a=2.4)
    before = TRUTH["a"] / (TRUTH["a"] + TRUTH["b"])
    assert found.p_value < 1e-3
    assert found.parameters.a / (found.parameters.a + found.parameters.b) > 1.2 * before


def test_nothing_is_said_where_nothing_came_or_nothing_is_known():
    then = drawn(3)
    assert score_test(MBGNBD().fit(*then), then, then) is None
    # Nobody ever leaves: a fit at a boundary.
    x, _, age = then
    ends = x, np.where(x > 0, age, 0.0), age
    found = score_test(BGNBD().fit(*ends), ends, tuple(map(np.tile, ends, [2] * 3)))
    assert found is None or 0 <= found.p_value <= 1


def test_the_unit_of_time_does_not_matter():
    then, more = drawn(4), drawn(5)
    now = tuple(map(np.concatenate, zip(then, more, strict=True)))
    weeks = score_test(MBGNBD().fit(*then), then, now)
    then, now = ((x, 7 * t_x, 7 * age) for x, t_x, age in (then, now))
    days = score_test(MBGNBD().fit(*then), then, now)
    assert days.statistic == pytest.approx(weeks.statistic, rel=1e-3)
    assert days.parameters.alpha == pytest.approx(7 * weeks.parameters.alpha, rel=1e-3)
