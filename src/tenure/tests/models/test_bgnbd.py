"""BG/NBD: what must hold for any history."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.special import expit

from tenure import BGNBD, BadInput, NotFitted
from tenure.bgnbd import Parameters, purchases
from tenure.bgnbd.law import Law
from tenure.bgnbd.parameters import BG
from tenure.checks import History
from tenure.tests.simulated import histories

TRUTH = {"r": 0.6, "alpha": 5.0, "a": 0.8, "b": 3.0}


def model(**changes):
    """Return a fitted model with parameters of one's choice."""
    fitted = BGNBD()
    for name, value in {**TRUTH, **changes}.items():
        setattr(fitted, f"{name}_", value)
    return fitted


@pytest.fixture(scope="module")
def log():
    return histories(4_000, **TRUTH, observed=120, seed=7)


@pytest.fixture(scope="module")
def fitted(log):
    return BGNBD().fit(*log)


def test_simulated_parameters_are_recovered_within_their_standard_errors(fitted):
    off = (np.array(fitted.parameters_) - np.array(list(TRUTH.values()))) / (
        fitted.standard_errors_
    )
    assert (np.abs(off) < 3).all()


def test_the_fit_does_not_depend_on_the_order_of_rows(log, fitted):
    order = np.random.default_rng(0).permutation(len(log[0]))
    again = BGNBD().fit(*(values[order] for values in log))
    assert again.parameters_ == fitted.parameters_


def test_weights_are_repeated_rows(log):
    few = [values[:500] for values in log]
    times = np.arange(500) % 4
    weighed = BGNBD().fit(*few, weights=times)
    repeated = BGNBD().fit(*(np.repeat(values, times) for values in few))
    assert weighed.parameters_ == pytest.approx(repeated.parameters_, rel=1e-6)
    assert weighed.log_likelihood_ == pytest.approx(repeated.log_likelihood_)
    assert weighed.covariance_ == pytest.approx(repeated.covariance_, rel=1e-4)


@pytest.mark.parametrize("unit", [7.0, 1 / 52, 86_400.0 * 7])
def test_days_or_years_give_the_same_answers(log, fitted, unit):
    x, t_x, T = log
    other = BGNBD().fit(x, t_x * unit, T * unit)
    assert other.alpha_ == pytest.approx(fitted.alpha_ * unit, rel=1e-6)
    assert other.r_ == pytest.approx(fitted.r_, rel=1e-6)
    ours = fitted.expected_purchases(10, x, t_x, T)
    theirs = other.expected_purchases(10 * unit, x, t_x * unit, T * unit)
    assert theirs == pytest.approx(ours, rel=1e-5)
    shift = (x.sum()) * np.log(unit)
    assert other.log_likelihood_ + shift == pytest.approx(fitted.log_likelihood_)


positive = some.floats(0.01, 100)
history = some.tuples(
    some.integers(1, 10_000), some.floats(0.1, 1_000), some.floats(0, 1_000)
)


@given(at=some.tuples(positive, positive, positive, positive), past=history)
@settings(max_examples=200, deadline=None)
def test_silence_only_ever_lowers_the_chance_of_being_active(at, past):
    x, t_x, silence = past
    fitted = model(**dict(zip(TRUTH, at, strict=True)))
    ages = t_x + silence * np.array([0.0, 0.5, 1.0, 2.0])
    alive = fitted.probability_alive(x, t_x, ages)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (np.diff(alive) <= 0).all()


@given(at=some.tuples(positive, positive, positive, positive), past=history)
@settings(max_examples=200, deadline=None)
def test_reasons_sum_exactly_to_the_score_and_the_score_to_the_probability(at, past):
    x, t_x, silence = past
    fitted = model(**dict(zip(TRUTH, at, strict=True)))
    why = fitted.reasons(x, t_x, t_x + silence)
    assert why.population + why.frequency + why.silence == why.score
    alive = fitted.probability_alive(x, t_x, t_x + silence)
    assert alive == pytest.approx(expit(why.score), rel=1e-14, abs=1e-300)
    assert why.silence <= 0 <= why.frequency


@given(
    at=some.tuples(positive, positive, positive, positive),
    past=history,
    horizon=some.floats(0.1, 1_000),
)
@settings(max_examples=200, deadline=None)
def test_expectation_and_interval_are_finite_and_possible(at, past, horizon):
    x, t_x, silence = past
    fitted = model(**dict(zip(TRUTH, at, strict=True)))
    expected = fitted.expected_purchases(horizon, x, t_x, t_x + silence)
    low, high = fitted.purchases_interval(horizon, x, t_x, t_x + silence)
    never_leaving = (fitted.r_ + x) / (fitted.alpha_ + t_x + silence) * horizon
    assert 0 <= expected <= never_leaving
    assert 0 <= low <= high < np.inf


@pytest.mark.parametrize("a", [0.05, 0.7, 1 - 5e-4, 1.0, 1 + 1e-7, 1.002, 2.0, 30.0])
@pytest.mark.parametrize("x", [0.0, 1.0, 40.0])
@pytest.mark.parametrize("horizon", [0.5, 30.0, 400.0])
def test_the_closed_form_equals_the_sum_over_the_exact_law(a, x, horizon):
    at = Parameters(r=0.6, alpha=5.0, a=a, b=3.0)
    k = np.arange(1.0, 50_000)
    same = np.ones_like(k)
    past = History(x * same, 50 * same, 50 * same)
    summed = Law(at, BG, past, horizon * same).reaches(k).sum()
    (closed,) = purchases.expected(at, np.array([x]), np.array([50.0]), np.array([horizon]))
    assert closed == pytest.approx(summed, rel=1e-8)


def test_ten_thousand_purchases_over_decades_stay_finite_and_sensible(fitted):
    x, T = np.array([3_000, 10_000, 20_000]), np.array([3_650.0, 10_000, 20_000])
    expected = fitted.expected_purchases(365, x, T - 1, T)
    # They bought about once a day; so far almost none of them left after a purchase.
    assert expected == pytest.approx(x / T * 365, rel=0.1)


def test_the_predictive_interval_holds_what_then_happens():
    rng = np.random.default_rng(3)
    at = model()
    rate = rng.gamma(at.r_, 1 / at.alpha_, 60_000)
    leave = rng.beta(at.a_, at.b_, 60_000)
    # Newcomers: everything before T = 0 is empty, so the prior law is the exact one.
    bought = np.minimum(rng.poisson(rate * 52), rng.geometric(leave))
    low, high = at.purchases_interval(52, 0, 0, 0, level=0.8)
    assert ((bought >= low) & (bought <= high)).mean() >= 0.8
    assert (bought > high).mean() < 0.2
    assert bought.mean() == pytest.approx(at.expected_purchases(52, 0, 0, 0)[0], rel=0.02)
    some_ = at.probability_of_purchase(52, 0, 0, 0)
    assert (bought > 0).mean() == pytest.approx(some_[0], abs=0.01)


def test_the_interval_of_the_chance_holds_it_and_narrows_with_clients(log, fitted):
    one = (3, 60, 90)
    few = BGNBD().fit(*(values[:400] for values in log))
    low, high = fitted.probability_alive_interval(*one)
    wide = np.subtract(*few.probability_alive_interval(*one)[::-1])
    assert low < fitted.probability_alive(*one) < high
    assert wide > 2 * (high - low)


def test_the_delta_method_agrees_with_draws_of_the_parameters(fitted):
    rng = np.random.default_rng(11)
    logs = rng.multivariate_normal(fitted.parameters_.logs, fitted._log_covariance, 4_000)
    drawn = [
        model(**dict(zip(TRUTH, np.exp(p), strict=True))).probability_alive(3, 60, 90)[0]
        for p in logs
    ]
    low, high = fitted.probability_alive_interval(3, 60, 90, level=0.9)
    assert np.quantile(drawn, [0.05, 0.95]) == pytest.approx([low[0], high[0]], abs=0.005)


def test_act_by_is_the_day_on_which_silence_crosses_the_threshold(fitted):
    wait = fitted.act_by(6, 80, 85, threshold=0.4)
    assert wait > 0
    assert fitted.probability_alive(6, 80, 85 + wait) == pytest.approx([0.4])
    assert fitted.act_by(0, 0, 85) == np.inf


def test_nobody_without_a_repeat_purchase_has_left(fitted):
    assert fitted.probability_alive(0, 0, 500) == 1
    assert fitted.probability_alive_interval(0, 0, 500) == (1, 1)


BAD = {
    "recency is negative": ([1], [-1], [5]),
    "recency is later than T": ([1], [6], [5]),
    "frequency is negative": ([-1], [1], [5]),
    "whole number": ([1.5], [1], [5]),
    "must be finite": ([1], [np.nan], [5]),
    "T must be finite": ([1], [1], [np.inf]),
    "recency must be 0": ([0], [1], [5]),
    "needs a recency above 0": ([1], [0], [5]),
    "no repeat buyers": ([0, 0], [0, 0], [5, 6]),
    "differ in length": ([1, 2], [1, 2, 3], [5, 6]),
    "must hold numbers": (["many"], [1], [5]),
    "one column": ([[1], [2]], [1], [5]),
    "above 10,000,000": ([2e7], [1], [5]),
}


@pytest.mark.parametrize("words", BAD)
def test_impossible_histories_are_refused_in_words(words):
    with pytest.raises(BadInput, match=words):
        BGNBD().fit(*BAD[words])


def test_bad_weights_levels_and_horizons_are_refused(fitted):
    with pytest.raises(BadInput, match="2 weights for 1 rows"):
        BGNBD().fit([1], [1], [2], weights=[1, 1])
    with pytest.raises(BadInput, match="weights is negative"):
        BGNBD().fit([1], [1], [2], weights=[-1])
    with pytest.raises(BadInput, match="no repeat buyers"):
        BGNBD().fit([1, 0], [1, 0], [2, 2], weights=[0, 1])
    with pytest.raises(BadInput, match="level"):
        fitted.probability_alive_interval(1, 1, 2, level=1)
    with pytest.raises(BadInput, match="horizon is negative"):
        fitted.expected_purchases(-1, 1, 1, 2)


def test_an_unfitted_model_says_so():
    with pytest.raises(NotFitted, match="Call fit"):
        BGNBD().probability_alive(1, 1, 2)


def test_no_clients_are_scored_as_no_clients(fitted):
    assert fitted.expected_purchases(10, [], [], []).shape == (0,)
    assert fitted.purchases_interval(10, [], [], [])[1].shape == (0,)
