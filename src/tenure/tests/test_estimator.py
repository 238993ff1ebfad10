"""What every model inherits: given parameters, priors, widths."""

import numpy as np
import pytest

from tenure import BGNBD, BadInput, Belief, Finding, GammaGamma, NotFitted, Prior
from tenure.newton import Pass
from tenure.tests.simulated import histories

TRUTH = {"r": 0.6, "alpha": 5.0, "a": 0.8, "b": 3.0}


@pytest.fixture(scope="module")
def log():
    return histories(1_500, **TRUTH, observed=120, seed=7)


def test_given_parameters_predict_without_a_fit():
    given, learned = BGNBD(**TRUTH), BGNBD.of(BGNBD(**TRUTH).parameters_)
    assert given.parameters_ == learned.parameters_ == tuple(TRUTH.values())
    assert given.probability_alive(3, 60, 90) == learned.probability_alive(3, 60, 90)
    assert (given.standard_errors_ == 0).all()
    assert repr(given) == "BGNBD(r=0.6, alpha=5, a=0.8, b=3)"
    assert repr(BGNBD()) == "BGNBD()"


def test_parameters_are_given_all_or_none_and_above_zero():
    with pytest.raises(BadInput, match="alpha, a, b missing"):
        BGNBD(r=1)
    with pytest.raises(BadInput, match="q must be above 0"):
        GammaGamma(p=1, q=-1, gamma=1)
    with pytest.raises(NotFitted):
        _ = BGNBD().covariance_


def test_a_fit_replaces_what_was_given(log):
    assert BGNBD(**TRUTH).fit(*log).parameters_ == BGNBD().fit(*log).parameters_


def test_each_clients_log_likelihood_sums_to_that_of_the_fit(log):
    fitted = BGNBD().fit(*log)
    assert fitted.log_likelihood(*log).sum() == pytest.approx(fitted.log_likelihood_)


def test_a_prior_pulls_and_its_weight_fades_with_clients(log):
    plain, weak = BGNBD().fit(*log), BGNBD(prior="weak").fit(*log)
    few = [values[:30] for values in log]
    one, other = BGNBD().fit(*few), BGNBD(prior="weak").fit(*few)

    def apart(a, b):
        return np.abs(np.log(np.divide(a.parameters_, b.parameters_))).max()

    assert apart(plain, weak) < 0.05 < apart(one, other)
    assert weak.log_likelihood_ < plain.log_likelihood_
    assert weak.log_likelihood(*log).sum() == pytest.approx(weak.log_likelihood_)
    assert np.trace(weak.log_covariance_) < np.trace(plain.log_covariance_)


def test_a_prior_means_the_same_in_days_and_in_years(log):
    x, t_x, T = log
    days = BGNBD(prior="weak").fit(x, t_x, T)
    years = BGNBD(prior="weak").fit(x, t_x / 365, T / 365)
    assert years.alpha_ * 365 == pytest.approx(days.alpha_, rel=1e-6)
    assert years.a_ == pytest.approx(days.a_, rel=1e-6)


def test_where_nobody_leaves_a_prior_speaks_and_the_verdict_says_so():
    x, t_x, T = histories(800, r=0.8, alpha=8, a=1e-9, b=1, observed=27, seed=3)
    fitted = BGNBD(prior="weak").fit(x, t_x, T)
    assert fitted.verdict_.finding is Finding.NO_DROPOUT_YET
    assert fitted.verdict_.leans_on_prior
    assert fitted.verdict_.is_usable
    assert 0 < fitted.a_ / (fitted.a_ + fitted.b_) < 0.1
    low, high = fitted.probability_alive_interval(12, 3, 27)
    assert 0 < low[0] < fitted.probability_alive(12, 3, 27)[0] < high[0] < 1


def test_beliefs_about_strangers_and_of_no_width_are_refused(log):
    with pytest.raises(BadInput, match="speaks of"):
        BGNBD(prior=Prior({"beta": Belief(1, 2)})).fit(*log)
    with pytest.raises(BadInput, match="needs a median above 0"):
        Prior({"r": Belief(1, 1)})
    with pytest.raises(BadInput, match="weak"):
        BGNBD(prior="strong")


def test_the_derivatives_of_a_prior_equal_finite_differences():
    prior, names = BGNBD.weak, BGNBD.parameters._fields
    point, h = np.array([0.3, -1.0, 2.0, 0.1]), 1e-6
    here, axes = prior.at(point, names), np.eye(4) * h
    slope = [
        (prior.at(point + e, names).value - prior.at(point - e, names).value) / (2 * h)
        for e in axes
    ]
    assert here.gradient == pytest.approx(slope)
    flat = Prior({"r": Belief(2.0, 3.0)}).at(point, names)
    assert (flat.gradient[1:] == 0).all()
    assert isinstance(flat, Pass)


def test_parameters_lie_between_the_ends_of_their_intervals(log):
    fitted = BGNBD().fit(*log)
    low, high = fitted.parameters_interval(level=0.9)
    assert all(np.less(low, fitted.parameters_) & np.less(fitted.parameters_, high))
    wider, _ = fitted.parameters_interval(level=0.99)
    assert wider.alpha < low.alpha


def test_draws_of_parameters_spread_as_they_are_known_and_are_the_same_for_a_seed():
    log = BGNBD(r=0.5, alpha=5.0, a=0.8, b=2.5).simulate(np.full(3_000, 60.0), seed=2)
    model = BGNBD().fit(*log[:3])
    drawn = model.posterior(4_000, seed=1)
    points = np.log([one.parameters_ for one in drawn])
    assert points.mean(axis=0) == pytest.approx(np.log(model.parameters_), abs=0.02)
    width = np.sqrt(np.diag(model.log_covariance_))
    apart = (np.cov(points.T) - model.log_covariance_) / np.outer(width, width)
    assert np.abs(apart).max() < 0.08
    again = model.posterior(4_000, seed=1)
    assert [one.parameters_ for one in again] == [one.parameters_ for one in drawn]
    low, high = model.probability_alive_interval(3, 20, 60, level=0.9)
    chances = [one.probability_alive(3, 20, 60)[0] for one in drawn]
    assert np.quantile(chances, [0.05, 0.95]) == pytest.approx([low[0], high[0]], abs=0.01)
    with pytest.raises(BadInput):
        model.posterior(0, seed=1)


def test_an_answer_over_draws_is_that_of_each_model_client_by_client():
    columns = [[3, 0, 3, 1], [20, 0, 20, 5], [60, 60, 60, 7]]
    model = BGNBD().fit(*columns, weights=[9, 30, 9, 8])

    def ask(one, *past):
        return one.expected_purchases(52, *past)

    asked = list(model.over_posterior(ask, *columns, draws=5, seed=1))
    for answer, one in zip(asked, model.posterior(5, seed=1), strict=True):
        assert answer == pytest.approx(one.expected_purchases(52, *columns))
