"""Weights, level, the law of a mixture, and the measures of a forecast."""

import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tenure import BGNBD, MBGNBD, ParetoNBD
from tenure.checks import History
from tenure.choice import Origin
from tenure.choice.level import level, pace
from tenure.choice.measures import auc, calibration_error, coverage, judged, log_loss
from tenure.choice.mixture import Mixture
from tenure.choice.origins import checked
from tenure.choice.weights import stacked
from tenure.errors import BadInput

HORIZON = 26.0
TRUTH = MBGNBD(r=0.6, alpha=5.0, a=0.9, b=2.0)
OTHER = BGNBD(r=0.9, alpha=3.0, a=0.5, b=4.0)
THIRD = ParetoNBD(r=0.7, alpha=6.0, s=0.6, beta=12.0)
SOME = some.lists(
    some.lists(some.floats(-12, 0), min_size=3, max_size=3), min_size=1, max_size=30
)


def seen(clients=4_000, *, seed=2):
    """Return an origin drawn from TRUTH."""
    ages = np.random.default_rng(seed).uniform(10, 50, clients)
    x, t_x, T, bought = TRUTH.simulate(ages, seed=seed, horizon=HORIZON)
    return checked(Origin(x, t_x, T, HORIZON, bought))


def mixture(pace=1.0):
    return Mixture([TRUTH, OTHER, THIRD], [0.5, 0.3, 0.2], pace=pace)


def few():
    past = History(np.array([0.0, 2, 9, 40]), np.array([0.0, 7, 30, 39]), np.full(4, 40.0))
    return np.full(4, HORIZON), past


@given(SOME)
def test_no_model_alone_would_have_foretold_better_than_the_weighted_ones(scores):
    scores = np.array(scores)
    weights = stacked(scores)
    assert weights.sum() == pytest.approx(1)
    assert (weights > 0).all()
    # The objective, with the one event more that each model is granted.
    mixed = np.log(np.exp(scores) @ weights).sum() + np.log(weights).sum()
    even = np.full(3, 1 / 3)
    assert mixed >= np.log(np.exp(scores) @ even).sum() + np.log(even).sum() - 1e-9


def test_the_model_that_was_right_gets_nearly_all_the_weight():
    rng = np.random.default_rng(1)
    happened = rng.random(20_000) < 0.3
    chances = np.array([0.6, 0.3, 0.05])
    scores = np.log(np.where(happened[:, None], chances, 1 - chances))
    weights = stacked(scores)
    assert weights @ chances == pytest.approx(0.3, abs=0.01)
    assert stacked(scores[:, :2])[1] > 0.97


def test_impossible_events_and_no_events_leave_weights():
    assert stacked(np.zeros((0, 4))) == pytest.approx(0.25)
    assert np.isfinite(stacked(np.array([[-np.inf, -np.inf], [-1.0, -np.inf]]))).all()


@pytest.mark.parametrize(
    ("paces", "expected", "words"),
    [
        ([], 1.0, "too few earlier origins"),
        ([1.3], 1.0, "too few earlier origins"),
        ([1.1, 0.9, 1.2], 1.0, "earlier origins disagree"),
        ([1.0, 1.5, 1.0], 1.0, "earlier origins disagree"),
        ([1.2, 1.2, 1.2], 1.2, r"level corrected by \+20%, from 3 origins"),
    ],
)
def test_the_level_is_corrected_where_origins_agree(paces, expected, words):
    found = level(paces)
    assert found.pace == pytest.approx(expected)
    assert found.is_withheld == (expected == 1.0)
    assert found.paces == tuple(paces)
    assert re.search(words, found.words)


def test_the_less_origins_agree_the_less_is_corrected():
    near, far = level([1.2, 1.25, 1.15]).pace, level([1.1, 1.4, 1.1]).pace
    assert 1 < far < near < 1.2


@pytest.mark.parametrize("times", [0.8, 1.0, 1.5])
def test_at_its_pace_a_mixture_foretells_the_total(times):
    origin = seen(500)
    total = times * mixture().expected(origin.horizon, origin.past).sum()
    bought = np.full(500, np.floor(total / 500))
    bought[: round(total - bought.sum())] += 1
    right = pace(mixture(), origin._replace(bought=bought))
    found = mixture(right).expected(origin.horizon, origin.past).sum()
    assert found == pytest.approx(bought.sum(), rel=1e-5)
    assert right == pytest.approx(times, rel=0.5)


def test_a_pace_beyond_reason_stops_at_three_times():
    origin = seen(50)
    assert pace(mixture(), origin._replace(bought=np.full(50, 1e6))) == pytest.approx(3)
    assert pace(mixture(), origin._replace(bought=np.zeros(50))) == pytest.approx(1 / 3)


@pytest.mark.parametrize("at", [1.0, 1.3])
def test_counts_chances_means_and_intervals_of_a_mixture_are_one_law(at):
    ahead, past = few()
    law, counts = mixture(at), np.arange(600.0)
    for i in range(4):
        one = History(*(v[[i]] for v in past))
        rows = History(*(np.repeat(v, len(counts)) for v in one))
        p = np.exp(law.log_score(np.full(len(counts), HORIZON), counts, rows))
        assert p.sum() == pytest.approx(1, abs=1e-6)
        assert law.chance(ahead[[i]], one)[0] == pytest.approx(1 - p[0])
        assert law.expected(ahead[[i]], one)[0] == pytest.approx(p @ counts, rel=1e-4)
        ends = np.arange(-1.0, 6)
        beyond = law.beyond(np.full(7, HORIZON), ends, History(*(v[:7] for v in rows)))
        np.testing.assert_allclose(beyond, 1 - np.concatenate([[0], np.cumsum(p)[:6]]))
        low, high = law.interval(ahead[[i]], one, level=0.8)
        within = p[int(low[0]) : int(high[0]) + 1]
        assert within.sum() >= 0.8 > within[:-1].sum()


def test_a_forecast_that_is_true_is_judged_so():
    origin = seen(20_000)
    right = judged(Mixture([TRUTH], [1.0]), origin)
    assert right.coverage == pytest.approx(0.8, abs=0.01)
    assert right.calibration_error < 0.012
    assert abs(right.bias) < 0.03
    wrong = judged(Mixture([TRUTH], [1.0], pace=2.0), origin)
    assert wrong.log_loss > right.log_loss
    assert wrong.bias > 0.3
    assert wrong.calibration_error > 0.05
    assert abs(wrong.coverage - 0.8) > 0.02


def test_an_interval_too_narrow_or_too_wide_does_not_cover_at_its_level():
    origin = seen(5_000)
    everyone = Mixture([BGNBD(r=500.0, alpha=5000.0, a=1e-4, b=1e4)], [1.0])
    assert coverage(everyone, origin) < 0.6


def test_the_area_under_the_curve_counts_pairs():
    score, happened = np.array([1.0, 2, 2, 3]), np.array([False, True, False, True])
    assert auc(score, happened) == pytest.approx((1 + 0.5 + 1 + 1) / 4)
    assert np.isnan(auc(score, np.ones(4, dtype=bool)))


CORE = "import sys, tenure; print([m for m in ('scipy.stats', 'ibis') if m in sys.modules])"


def test_importing_tenure_does_not_load_what_takes_long():
    run = [sys.executable, "-c", CORE]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_losses_and_calibration_by_hand():
    chance, happened = np.array([0.8, 0.4]), np.array([True, False])
    assert log_loss(chance, happened) == pytest.approx(-np.log([0.8, 0.6]).mean())
    assert calibration_error(chance, happened) == pytest.approx((0.2 + 0.4) / 2)
    assert np.isfinite(log_loss(np.array([0.0]), np.array([True])))


def test_an_origin_must_be_possible():
    with pytest.raises(BadInput, match="horizon of an origin must be above 0"):
        checked(Origin([1], [2], [3], 0, [1]))
    with pytest.raises(BadInput, match="bought"):
        checked(Origin([1], [2], [3], 1, [-1]))
