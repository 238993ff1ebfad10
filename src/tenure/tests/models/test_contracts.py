"""Renewals: published forecasts, the laws themselves, and records that say too little."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.special import hyp2f1

from tenure import BadInput, BetaDiscreteWeibull, Finding, NotFitted, ShiftedBetaGeometric
from tenure.contracts import from_survivors
from tenure.contracts.likelihood import Likelihood
from tenure.tables import HIGH_END, REGULAR

BOTH = [ShiftedBetaGeometric, BetaDiscreteWeibull]
SEGMENTS = {
    "regular": (REGULAR, (0.704, 1.182), -1680.3, [22.0, 20.4, 19.1, 18.0, 17.0]),
    "high end": (HIGH_END, (0.668, 3.806), -1611.2, [46.0, 43.6, 41.4, 39.5, 37.8]),
}


def seven_years(segment, model=ShiftedBetaGeometric, **options):
    cohort = from_survivors(np.array(SEGMENTS[segment][0][:8]) * 10)
    return model(**options).fit(cohort.periods, cohort.left, weights=cohort.weight)


@pytest.mark.parametrize("segment", SEGMENTS)
def test_fader_and_hardie_2007_come_out_to_the_printed_digits(segment):
    _, parameters, value, forecast = SEGMENTS[segment]
    fitted = seven_years(segment)
    assert tuple(round(p, 3) for p in fitted.parameters_) == parameters
    assert round(fitted.log_likelihood_, 1) == value
    assert [round(100 * s, 1) for s in fitted.survival(np.arange(8, 13))] == forecast
    assert fitted.verdict_.finding is Finding.IDENTIFIED
    assert fitted.passes_ < 12


@pytest.mark.parametrize("segment", SEGMENTS)
def test_duration_dependence_can_only_raise_the_likelihood(segment):
    plain, bent = seven_years(segment), seven_years(segment, BetaDiscreteWeibull)
    assert bent.log_likelihood_ > plain.log_likelihood_
    # Twice the gain is chi-squared (1): High End needs c, Regular does not.
    gain = 2 * (bent.log_likelihood_ - plain.log_likelihood_)
    assert (gain > 3.84) == (segment == "high end")
    # Fader et al. (2018): where c is needed it is above 1 and lifts the projection.
    assert bent.c_ > 1
    assert bent.survival(12) > plain.survival(12)


def test_with_c_of_one_the_two_models_are_one():
    plain = ShiftedBetaGeometric(alpha=0.7, beta=1.2)
    bent = BetaDiscreteWeibull(alpha=0.7, beta=1.2, c=1)
    n, left = np.arange(1.0, 30), np.arange(1.0, 30) % 2
    assert bent.log_likelihood(n, left) == pytest.approx(plain.log_likelihood(n, left))
    assert bent.residual_lifetime(n, discount=0.1) == pytest.approx(
        plain.residual_lifetime(n, discount=0.1)
    )


@pytest.mark.parametrize("values", [(0.7, 1.2, 1.3), (30.0, 2.0, 0.4), (0.02, 90.0, 1.0)])
def test_derivatives_equal_finite_differences(values):
    objective = Likelihood(from_survivors(np.array(REGULAR) * 10))
    point, h = np.log(values), 1e-4
    here, axes = objective(point), np.eye(3) * h
    slope = [
        (objective(point + e).value - objective(point - e).value) / (2 * h) for e in axes
    ]
    bend = [
        (objective(point + e).gradient - objective(point - e).gradient) / (2 * h)
        for e in axes
    ]
    scale = np.abs(here.gradient).max()
    assert np.allclose(here.gradient, slope, rtol=1e-6, atol=1e-6 * scale)
    assert np.allclose(here.hessian, bend, rtol=1e-5, atol=1e-6 * scale)


@pytest.mark.parametrize("c", [0.6, 1.0, 1.7])
def test_chances_of_every_end_sum_to_one_and_to_the_mean(c):
    model = BetaDiscreteWeibull(alpha=0.8, beta=2.5, c=c)
    times = np.arange(13.0)
    chances = np.exp(model.log_score(12, times, 3))
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    assert chances @ times == pytest.approx(model.expected_renewals(12, 3)[0])
    low, high = model.renewals_interval(12, 3, level=0.8)
    inside = (times >= low) & (times <= high)
    assert chances[inside].sum() >= 0.8
    assert model.log_score(12, 0, 3, 1) == 0


@pytest.mark.parametrize("discount", [0.001, 0.1, 3.0])
def test_residual_lifetime_is_the_closed_form_of_fader_and_hardie_2010(discount):
    a, b, n = 0.7, 1.2, np.array([0.0, 4.0, 30.0])
    closed = hyp2f1(1, b + n + 1, a + b + n + 1, 1 / (1 + discount))
    closed *= (b + n) / (a + b + n)
    model = ShiftedBetaGeometric(alpha=a, beta=b)
    assert model.residual_lifetime(n, discount=discount) == pytest.approx(closed, rel=1e-9)


def test_a_lifetime_without_a_mean_is_infinite_and_one_with_a_mean_is_its_sum():
    assert ShiftedBetaGeometric(alpha=0.9, beta=2).residual_lifetime(3) == np.inf
    assert ShiftedBetaGeometric(alpha=3, beta=2).residual_lifetime(4) == pytest.approx(3)
    bent = BetaDiscreteWeibull(alpha=2, beta=5, c=1.3)
    summed = bent.survival(np.arange(1, 400_000)).sum()
    assert bent.residual_lifetime(0) == pytest.approx(summed, rel=1e-7)
    assert bent.residual_lifetime(5, 1) == 0


@pytest.mark.parametrize("model", BOTH)
def test_simulated_parameters_are_recovered_within_their_standard_errors(model):
    truth = {"alpha": 0.9, "beta": 3.0, "c": 1.0}
    known = model(**{n: truth[n] for n in model.parameters._fields})
    drawn = known.simulate(np.arange(6_000) % 12 + 1, seed=5)
    fitted = model().fit(drawn.periods, drawn.left)
    off = np.subtract(fitted.parameters_, known.parameters_) / fitted.standard_errors_
    assert (np.abs(off) < 3).all()


def test_the_interval_holds_what_then_happens():
    model = BetaDiscreteWeibull(alpha=0.9, beta=3.0, c=1.2)
    drawn = model.simulate(np.full(40_000, 3.0), seed=1, horizon=10)
    there = drawn.left == 0
    renewed = drawn.renewed[there]
    low, high = model.renewals_interval(10, 3, level=0.8)
    assert ((renewed >= low) & (renewed <= high)).mean() >= 0.79
    assert renewed.mean() == pytest.approx(model.expected_renewals(10, 3)[0], rel=0.01)
    always = (renewed == 10).mean()
    assert always == pytest.approx(model.probability_of_renewal(10, 3)[0], abs=0.01)
    assert there.mean() == pytest.approx(model.survival(3)[0], abs=0.01)


def test_the_interval_of_survival_covers_the_truth_as_often_as_it_says():
    truth = BetaDiscreteWeibull(alpha=1.2, beta=4.0, c=1.0)
    right, draws = 0, 150
    for seed in range(draws):
        drawn = truth.simulate(np.full(400, 6.0), seed=seed)
        fitted = BetaDiscreteWeibull().fit(drawn.periods, drawn.left)
        low, high = fitted.survival_interval(9, level=0.9)
        right += bool(low <= truth.survival(9) <= high)
    # Three standard errors of a share of 0.9 in 150 draws; `bench coverage` is the study.
    assert right / draws == pytest.approx(0.9, abs=0.073)


EDGES = {
    Finding.NOBODY_LEFT: ([3, 4, 2], [0, 0, 0]),
    Finding.ALL_LEFT_AT_FIRST: ([1, 1], [1, 1]),
    Finding.TOO_FEW_PERIODS: ([1, 1, 1], [1, 0, 0]),
    Finding.SAME_DROPOUT: ([9, 9, 9, 9], [1, 1, 1, 0]),
    Finding.ALL_OR_NOTHING: ([1, 1, 20_000, 20_000], [1, 1, 0, 0]),
}


@pytest.mark.parametrize("model", BOTH)
@pytest.mark.parametrize("finding", EDGES)
@pytest.mark.parametrize("prior", [None, "weak"])
@pytest.mark.filterwarnings("error")
def test_records_that_say_too_little_get_a_verdict_and_finite_numbers(
    model, finding, prior
):
    fitted = model(prior=prior).fit(*EDGES[finding])
    if prior is None:
        assert fitted.verdict_.finding is finding
    assert np.isfinite(fitted.log_likelihood_)
    assert np.isfinite(fitted.standard_errors_).all()
    times = np.array([0, 1, 2, 50, 20_000, 1_000_000])
    low, high = fitted.survival_interval(times)
    at = fitted.survival(times)
    assert ((low <= at + 1e-9) & (at <= high + 1e-9) & (low >= 0) & (high <= 1)).all()
    assert (np.diff(at) <= 0).all()
    assert np.isfinite(fitted.residual_lifetime(times, discount=0.1)).all()


def test_few_leavers_far_apart_are_no_exception_of_the_search():
    apart = ([2, 292, 4_756, 2, 6, 1_862, 32], np.ones(7))
    fitted = BetaDiscreteWeibull().fit(*apart)
    assert fitted.verdict_.finding is Finding.NOT_SETTLED
    assert np.isfinite(fitted.standard_errors_).all()
    assert BetaDiscreteWeibull(prior="weak").fit(*apart).verdict_.is_usable


def test_weights_are_repeats_and_order_does_not_matter():
    drawn = ShiftedBetaGeometric(alpha=1, beta=3).simulate(np.arange(900) % 7 + 1, seed=2)
    n, left = drawn.periods, drawn.left
    plain = ShiftedBetaGeometric().fit(n[::-1], left[::-1])
    assert plain.parameters_ == ShiftedBetaGeometric().fit(n, left).parameters_
    assert plain.log_likelihood(n, left).sum() == pytest.approx(plain.log_likelihood_)
    times = np.arange(900) % 3
    weighed = ShiftedBetaGeometric().fit(n, left, weights=times)
    repeated = ShiftedBetaGeometric().fit(np.repeat(n, times), np.repeat(left, times))
    assert weighed.parameters_ == pytest.approx(repeated.parameters_, rel=1e-6)


positive = some.floats(1e-6, 1e6)


@given(alpha=positive, beta=positive, c=some.floats(1e-3, 30), n=some.integers(0, 10**6))
@settings(max_examples=300, deadline=None)
def test_survival_is_a_chance_that_only_falls(alpha, beta, c, n):
    model = BetaDiscreteWeibull(alpha=alpha, beta=beta, c=c)
    kept = model.survival([n, n + 1, n + 2])
    assert (np.diff(kept) <= 1e-12).all()
    assert ((kept >= 0) & (kept <= 1)).all()
    chance = model.probability_of_renewal(5, n)
    assert 0 <= chance <= 1
    assert 0 <= model.expected_renewals(5, n) <= 5 + 1e-12


BAD = {
    "left must be 0 or 1": ([1], [0.5]),
    "had at least one period": ([0], [1]),
    "periods must be a whole number": ([0.5], [0]),
    "periods is negative": ([-1], [0]),
    "Nobody has had a chance": ([0, 0], [0, 0]),
}


@pytest.mark.parametrize("words", BAD)
def test_impossible_records_are_refused_in_words(words):
    with pytest.raises(BadInput, match=words):
        ShiftedBetaGeometric().fit(*BAD[words])


def test_other_nonsense_is_refused_too():
    with pytest.raises(BadInput, match="survivors must fall"):
        from_survivors([10, 11])
    with pytest.raises(NotFitted, match="Call fit"):
        ShiftedBetaGeometric().survival(3)
    model = ShiftedBetaGeometric(alpha=1, beta=1)
    with pytest.raises(BadInput, match="period counts from 1"):
        model.retention(0)
    with pytest.raises(BadInput, match="renewed is more than horizon"):
        model.log_score(2, 3, 1)
