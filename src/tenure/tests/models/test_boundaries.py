"""Fits at the edge get a verdict in words, never an exception or a NaN."""

import warnings

import numpy as np
import pytest

from tenure import BGNBD, Finding, GammaGamma
from tenure.tests.simulated import histories

NBD = {"r": 0.8, "alpha": 8.0, "a": 1e-9, "b": 1.0}


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_where_nobody_leaves_no_dropout_is_identified():
    x, t_x, T = histories(1_500, **NBD, observed=27, seed=3)
    fitted = BGNBD().fit(x, t_x, T)
    assert fitted.verdict_.finding is Finding.NO_DROPOUT_YET
    assert not fitted.verdict_.is_usable
    assert fitted.verdict_.words.startswith("no dropout identified yet, earliest in ")
    assert fitted.verdict_.earliest > 0
    assert fitted.r_ == pytest.approx(0.8, rel=0.15)


def test_without_dropout_the_forecast_is_that_of_the_nbd():
    x, t_x, T = histories(1_500, **NBD, observed=27, seed=3)
    fitted = BGNBD().fit(x, t_x, T)
    nbd = (fitted.r_ + x) / (fitted.alpha_ + T) * 10
    assert fitted.expected_purchases(10, x, t_x, T) == pytest.approx(nbd, rel=1e-3)


def test_without_dropout_the_interval_still_admits_that_some_may_have_left():
    x, t_x, T = histories(300, **NBD, observed=27, seed=3)
    fitted = BGNBD().fit(x, t_x, T)
    long_gone = (12, 3, 27)
    low, high = fitted.probability_alive_interval(*long_gone)
    assert low < 0.9 < high <= 1


def edge(name):
    T = np.full(60, 50.0)
    few = np.arange(60) % 3
    return {
        "one client": ([1], [5], [9]),
        "one busy client": ([500], [40], [50]),
        "a single repeat each": (np.ones(60), np.linspace(1, 9, 60), T),
        "all silent at once": (few, np.where(few, 0.5, 0.0), T),
        "all bought today": (few, np.where(few, 50.0, 0.0), T),
        "identical clients": (np.full(60, 7), np.full(60, 30.0), T),
        "ten thousand each": (np.full(60, 10_000), np.linspace(20, 50, 60), T),
        "huge and none": ([10_000, 0, 0], [9_000, 0, 0], [9_100, 9_100, 9_100]),
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "one client",
        "one busy client",
        "a single repeat each",
        "all silent at once",
        "all bought today",
        "identical clients",
        "ten thousand each",
        "huge and none",
    ],
)
def test_odd_businesses_get_finite_numbers_and_a_verdict(name):
    x, t_x, T = edge(name)
    fitted = BGNBD().fit(x, t_x, T)
    assert isinstance(fitted.verdict_.finding, Finding)
    assert np.isfinite(fitted.parameters_).all()
    assert np.isfinite(fitted.log_likelihood_)
    assert np.isfinite(fitted.standard_errors_).all()
    assert np.isfinite(fitted.expected_purchases(52, x, t_x, T)).all()
    low, high = fitted.probability_alive_interval(x, t_x, T)
    alive = fitted.probability_alive(x, t_x, T)
    assert ((low <= alive) & (alive <= high)).all()


def test_clients_with_one_rate_are_named_and_still_forecast():
    x, t_x, T = histories(3_000, r=5e5, alpha=5e6, a=1.0, b=4.0, observed=90, seed=4)
    fitted = BGNBD().fit(x, t_x, T)
    assert fitted.verdict_.finding is Finding.SAME_RATE
    assert fitted.verdict_.is_usable
    assert fitted.r_ / fitted.alpha_ == pytest.approx(0.1, rel=0.05)


@pytest.mark.parametrize("seed", range(12))
def test_small_businesses_never_break_the_search(seed):
    rng = np.random.default_rng(seed)
    r, alpha, a, b = np.exp(rng.uniform([-2, -1, -3, -2], [2, 4, 2, 3]))
    x, t_x, T = histories(25, r=r, alpha=alpha, a=a, b=b, observed=60, seed=seed)
    x, t_x, T = np.append(x, 1), np.append(t_x, 3.0), np.append(T, 9.0)
    fitted = BGNBD().fit(x, t_x, T)
    assert np.isfinite(fitted.log_likelihood_)
    assert fitted.verdict_.finding is not Finding.NOT_SETTLED


def test_spend_without_a_mean_for_newcomers_is_said_and_not_invented():
    rng = np.random.default_rng(5)
    mean = 3.0 / rng.gamma(0.6, 1.0, 2_000)
    fitted = GammaGamma().fit(rng.integers(1, 6, 2_000), mean)
    assert fitted.verdict_.finding is Finding.NO_MEAN_SPEND
    assert np.isnan(fitted.expected_spend(0, 0)[0])
    assert np.isfinite(fitted.expected_spend(4, 10.0)[0])
