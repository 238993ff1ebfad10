"""Gamma-Gamma: what must hold for any spend."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tenure import BGNBD, BadInput, GammaGamma, NotFitted, residual_lifetime_value
from tenure.tests.simulated import histories, spends

TRUTH = {"p": 5.0, "q": 3.5, "gamma": 14.0}


@pytest.fixture(scope="module")
def log():
    x = np.random.default_rng(1).geometric(0.3, 4_000).astype(float)
    return x, spends(x, **TRUTH, seed=2)


@pytest.fixture(scope="module")
def fitted(log):
    return GammaGamma().fit(*log)


def values(model):
    return model.p_, model.q_, model.gamma_


def test_simulated_parameters_are_recovered_within_their_standard_errors(fitted):
    off = (np.array(values(fitted)) - list(TRUTH.values())) / fitted.standard_errors_
    assert (np.abs(off) < 3).all()


def test_order_does_not_matter_and_weights_are_repeats(log, fitted):
    order = np.random.default_rng(0).permutation(len(log[0]))
    assert values(GammaGamma().fit(*(v[order] for v in log))) == values(fitted)
    times = np.arange(len(log[0])) % 3
    weighed = GammaGamma().fit(*log, weights=times)
    repeated = GammaGamma().fit(*(np.repeat(v, times) for v in log))
    assert values(weighed) == pytest.approx(values(repeated), rel=1e-6)


def test_cents_or_thousands_give_the_same_answers(log, fitted):
    x, mean = log
    cents = GammaGamma().fit(x, mean * 100)
    assert values(cents) == pytest.approx(
        (fitted.p_, fitted.q_, fitted.gamma_ * 100), rel=1e-6
    )
    assert cents.expected_spend(x, mean * 100) == pytest.approx(
        100 * fitted.expected_spend(x, mean)
    )


def test_clients_without_purchases_are_left_out_of_the_fit(log, fitted):
    x, mean = (np.append(v, [0.0, 0.0]) for v in log)
    assert values(GammaGamma().fit(x, mean)) == values(fitted)


@given(x=some.integers(1, 10_000), mean=some.floats(0.01, 1e6))
@settings(max_examples=200, deadline=None)
def test_the_forecast_lies_between_the_clients_mean_and_everyones(x, mean):
    model = GammaGamma()
    model.p_, model.q_, model.gamma_ = TRUTH.values()
    everyone = TRUTH["p"] * TRUTH["gamma"] / (TRUTH["q"] - 1)
    (found,) = model.expected_spend(x, mean)
    slack = 1e-9 * max(mean, everyone)
    assert min(mean, everyone) - slack <= found <= max(mean, everyone) + slack


def test_the_interval_holds_the_forecast_and_narrows_with_purchases(fitted):
    low, high = fitted.spend_interval([1, 10, 1_000], 30.0)
    middle = fitted.expected_spend([1, 10, 1_000], 30.0)
    assert ((low < middle) & (middle < high)).all()
    assert (np.diff(high - low) < 0).all()


def test_the_interval_covers_the_true_means_as_often_as_it_says():
    rng = np.random.default_rng(8)
    x = rng.integers(1, 6, 20_000).astype(float)
    nu = rng.gamma(TRUTH["q"], 1 / TRUTH["gamma"], len(x))
    mean = rng.gamma(TRUTH["p"] * x, 1 / (nu * x))
    model = GammaGamma().fit(x, mean)
    low, high = model.spend_interval(x, mean, level=0.8)
    truth = TRUTH["p"] / nu
    assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(0.8, abs=0.02)


BAD = {
    "monetary must be above 0": ([1], [0.0]),
    "Nobody has spent": ([0, 0], [5.0, 6.0]),
    "Spend is constant": ([1, 2, 3], [9.99, 9.99, 9.99]),
    "must be finite": ([1], [np.nan]),
    "whole number": ([0.5], [1.0]),
}


@pytest.mark.parametrize("words", BAD)
def test_impossible_spend_is_refused_in_words(words):
    with pytest.raises(BadInput, match=words):
        GammaGamma().fit(*BAD[words])


def test_an_unfitted_model_says_so():
    with pytest.raises(NotFitted, match="Call fit"):
        GammaGamma().expected_spend(1, 1.0)


def test_discounting_nothing_is_no_discount_and_more_discount_is_less_worth(log, fitted):
    x, t_x, T = histories(400, r=0.6, alpha=5, a=0.8, b=3, observed=120, seed=7)
    orders = BGNBD().fit(x, t_x, T)
    mean = np.where(x > 0, 20.0, 0.0)
    past = {"frequency": x, "recency": t_x, "T": T, "monetary": mean}
    worths = [
        residual_lifetime_value(orders, fitted, **past, horizon=52, discount=rate)
        for rate in (0.0, 1e-12, 0.01)
    ]
    assert worths[1] == pytest.approx(worths[0], rel=1e-9)
    assert (worths[2] < worths[0]).all()
    with pytest.raises(BadInput, match="discount above -1"):
        residual_lifetime_value(orders, fitted, **past, horizon=52, discount=-1)
