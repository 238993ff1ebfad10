"""Pareto/NBD: the printed forms, brute force, simulation, and the edges."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.integrate import quad
from scipy.special import betainc, expit, gammaln, hyp2f1

from tenure import BadInput, Finding, NotFitted, ParetoNBD
from tenure.pareto import Parameters, purchases
from tenure.pareto.likelihood import Likelihood, Rows
from tenure.pareto.silence import log_odds_gone
from tenure.tests.published import cdnow

TRUTH = {"r": 0.6, "alpha": 10.0, "s": 0.8, "beta": 14.0}
BTYD = {"r": 0.5534, "alpha": 10.5802, "s": 0.6061, "beta": 11.6562}


@pytest.fixture(scope="module")
def log():
    ages = np.random.default_rng(7).uniform(60, 120, 6_000)
    return ParetoNBD(**TRUTH).simulate(ages, seed=7, horizon=60)


@pytest.fixture(scope="module")
def fitted(log):
    return ParetoNBD().fit(*log[:3])


@pytest.mark.shared
def test_cdnow_gives_the_parameters_of_fader_hardie_and_lee():
    sample = cdnow()
    # The paper counts weeks as days / 7; the summary has rounded them to 0.01.
    t_x, T = (np.round(v * 7) / 7 for v in (sample.t_x, sample.T))
    model = ParetoNBD().fit(sample.x, t_x, T)
    assert [round(p, 3) for p in model.parameters_] == [0.553, 10.578, 0.606, 11.669]
    assert round(model.log_likelihood_, 1) == -9595.0
    assert model.verdict_.finding is Finding.IDENTIFIED
    assert model.passes_ < 15


def test_the_walkthrough_of_btyd_comes_out():
    # Dziurzynski, Wadsworth and McCarthy (2014), Buy 'til you die: a walkthrough (BTYD).
    model = ParetoNBD(**BTYD)
    busy = (26, 30.86, 31)
    assert round(model.probability_alive(*busy)[0], 4) == 0.9979
    assert model.expected_purchases(52, *busy) == pytest.approx([25.46], abs=0.01)
    assert round(model.expected_purchases(52, 0, 0, 0)[0], 3) == 1.473


def printed(at, x, t_x, T):
    """Fader and Hardie (2005), equations (17) to (20): two hypergeometric functions."""
    big, small = max(at.alpha, at.beta), min(at.alpha, at.beta)
    n = at.r + at.s + x
    second = at.s + 1 if at.alpha >= at.beta else at.r + x
    early, late = (
        hyp2f1(n, second, n + 1, (big - small) / (big + t)) / (big + t) ** n
        for t in (t_x, T)
    )
    alive = (at.alpha + T) ** -(at.r + x) * (at.beta + T) ** -at.s
    start = gammaln(at.r + x) - gammaln(at.r)
    start += at.r * np.log(at.alpha) + at.s * np.log(at.beta)
    return start + np.log(alive + at.s / n * (early - late))


@pytest.mark.parametrize("at", [(0.55, 10.6, 0.6, 11.7), (2, 30, 1.5, 4), (0.3, 3, 0.5, 3)])
@pytest.mark.parametrize("past", [(0, 0, 39), (2, 30.4, 38.9), (7, 35, 38), (20, 5, 30)])
def test_the_likelihood_is_the_printed_one_where_that_can_be_computed(at, past):
    found = ParetoNBD.of(Parameters(*at)).log_likelihood(*past)
    assert found == pytest.approx([printed(Parameters(*at), *past)], abs=1e-9)


@pytest.mark.parametrize(
    "at", [(0.5, 1e-3, 0.7, 1e3), (0.5, 1e3, 0.7, 1e-3), (8, 1, 90, 9)]
)
@pytest.mark.parametrize("past", [(0, 0, 50), (3, 0.01, 2_000), (20_000, 9_990, 10_000)])
def test_the_odds_equal_adaptive_quadrature_at_any_size(at, past):
    at, (x, t_x, T) = Parameters(*at), past

    def relative(u):
        power = (at.r + x) * np.log((at.alpha + u) / (at.alpha + t_x))
        power += at.s * np.log((at.beta + u) / (at.beta + t_x))
        return at.s * np.exp(-power) / (at.beta + u)

    # Piece by piece on a logarithmic scale, so that no spike is missed.
    ends = t_x + np.concatenate([[0.0], np.geomspace(1e-9, 1, 60) * (T - t_x)])
    pieces = pairwise(ends)
    total = sum(quad(relative, *piece, epsabs=0)[0] for piece in pieces)
    rise = (at.r + x) * np.log((at.alpha + T) / (at.alpha + t_x))
    rise += at.s * np.log((at.beta + T) / (at.beta + t_x))
    (found,) = log_odds_gone(at, *(np.array([float(v)]) for v in past))
    assert found == pytest.approx(np.log(total) + rise, abs=1e-9)


POINTS = [
    (0.55, 10.6, 0.6, 11.7),
    (3.0, 0.4, 20.0, 0.2),
    (0.05, 300.0, 0.01, 90.0),
    (0.5, 0.01, 0.5, 100.0),
    (2.0, 5.0, 1e5, 1e6),
]


@pytest.mark.parametrize("values", POINTS)
def test_derivatives_equal_finite_differences(values, log):
    rows = Rows(*(v[:300] for v in log[:3]), np.linspace(0.5, 2, 300))
    objective, point, h = Likelihood(rows), np.log(values), 1e-5
    here, axes = objective(point), np.eye(4) * h
    slope = [
        (objective(point + e).value - objective(point - e).value) / (2 * h) for e in axes
    ]
    bend = [
        (objective(point + e).gradient - objective(point - e).gradient) / (2 * h)
        for e in axes
    ]
    scale = np.abs(here.gradient).max()
    assert np.allclose(here.gradient, slope, rtol=1e-6, atol=1e-7 * scale)
    assert np.allclose(here.hessian, bend, rtol=1e-5, atol=1e-6 * scale)


def test_simulated_parameters_are_recovered_within_their_standard_errors(log, fitted):
    off = (np.array(fitted.parameters_) - list(TRUTH.values())) / fitted.standard_errors_
    assert (np.abs(off) < 3).all()
    each = fitted.log_likelihood(*log[:3])
    assert each.sum() == pytest.approx(fitted.log_likelihood_)


def test_order_does_not_matter_and_weights_are_repeats(log, fitted):
    order = np.random.default_rng(0).permutation(len(log.T))
    again = ParetoNBD().fit(*(v[order] for v in log[:3]))
    assert again.parameters_ == pytest.approx(fitted.parameters_, rel=1e-9)
    few, times = [v[:500] for v in log[:3]], np.arange(500) % 4
    weighed = ParetoNBD().fit(*few, weights=times)
    repeated = ParetoNBD().fit(*(np.repeat(v, times) for v in few))
    assert weighed.parameters_ == pytest.approx(repeated.parameters_, rel=1e-6)


@pytest.mark.parametrize("unit", [7.0, 1 / 52])
def test_days_or_years_give_the_same_answers(log, fitted, unit):
    x, t_x, T = log[:3]
    other = ParetoNBD().fit(x, t_x * unit, T * unit)
    assert other.alpha_ == pytest.approx(fitted.alpha_ * unit, rel=1e-6)
    assert other.beta_ == pytest.approx(fitted.beta_ * unit, rel=1e-6)
    ours = fitted.expected_purchases(10, x, t_x, T)
    assert other.expected_purchases(10 * unit, x, t_x * unit, T * unit) == pytest.approx(
        ours, rel=1e-5
    )


LAWS = [(0.6, 10.0, 0.8, 14.0), (3, 0.4, 1.0, 0.2), (0.05, 300, 0.01, 90), (2, 5, 1e4, 1e5)]


@pytest.mark.parametrize("at", LAWS)
@pytest.mark.parametrize("past", [(0, 0, 0), (2, 30, 40), (200, 39, 40)])
def test_the_law_sums_to_one_and_to_the_closed_form_of_its_mean(at, past):
    model = ParetoNBD.of(Parameters(*at))
    times = np.arange(20_000.0)
    chances = np.exp(model.log_score(5, times, *past))
    assert chances.sum() == pytest.approx(1, abs=1e-6)
    mean = model.expected_purchases(5, *past)
    assert chances @ times == pytest.approx(mean[0], rel=1e-4)
    some_ = model.probability_of_purchase(5, *past)
    assert chances[0] == pytest.approx(1 - some_[0], abs=1e-9)
    low, high = model.purchases_interval(5, *past, level=0.8)
    assert chances[(times >= low) & (times <= high)].sum() >= 0.8 - 1e-9


@pytest.mark.parametrize("past", [(0, 0, 10), (2, 30, 50), (200, 40, 30)])
def test_the_tail_of_the_law_equals_the_average_over_the_time_of_leaving(past):
    at, (x, T, horizon) = Parameters(**TRUTH), past
    power, alpha, beta = at.r + x, at.alpha + T, at.beta + T
    for k in (1.0, 3.0, 50.0):

        def leaving(u, k=k):
            bought = betainc(k, power, u / (alpha + u))
            return bought * at.s / beta * (1 + u / beta) ** (-at.s - 1)

        staying = (1 + horizon / beta) ** -at.s
        brute = staying * betainc(k, power, horizon / (alpha + horizon))
        brute += quad(leaving, 0, horizon, epsabs=0, epsrel=1e-10)[0]
        columns = (np.array([float(v)]) for v in (x, T, horizon, k))
        (found,) = np.exp(purchases.log_chance_of(at, *columns))
        assert found == pytest.approx(brute, rel=1e-8)


def test_what_then_happens_is_what_was_forecast(log, fitted):
    past = log[:3]
    low, high = fitted.purchases_interval(60, *past, level=0.8)
    assert ((log.bought >= low) & (log.bought <= high)).mean() >= 0.8
    expected = fitted.expected_purchases(60, *past)
    assert log.bought.sum() == pytest.approx(expected.sum(), rel=0.05)
    again = fitted.probability_of_purchase(60, *past)
    for group in np.array_split(np.argsort(again), 4):
        assert (log.bought > 0)[group].mean() == pytest.approx(
            again[group].mean(), abs=0.04
        )
    # Its own law scores the future better than one that is off by half.
    worse = ParetoNBD(**{**TRUTH, "beta": 7.0})
    best = fitted.log_score(60, log.bought, *past).mean()
    assert best > worse.log_score(60, log.bought, *past).mean()


def test_discounted_purchases_to_come_are_the_discounted_increments():
    model, past = ParetoNBD(**TRUTH), (2, 30.4, 38.9)
    ends = np.arange(0.0, 30_000)
    each = np.diff(model.expected_purchases(ends, *past))
    discounted = each @ 1.01 ** -(ends[1:] - 0.5)
    found = model.residual_purchases(*past, discount=0.01)
    assert found == pytest.approx([discounted], rel=1e-4)
    assert model.residual_purchases(*past) == np.inf
    lasting = ParetoNBD(**{**TRUTH, "s": 2.0})
    long = lasting.expected_purchases(1e12, *past)
    assert lasting.residual_purchases(*past) == pytest.approx(long)
    assert lasting.residual_purchases(*past, discount=1e-9) == pytest.approx(long, rel=1e-5)


def test_act_by_is_the_day_on_which_the_threshold_is_crossed(log, fitted):
    x, t_x, T = (v[:200] for v in log[:3])
    for threshold in (0.1, 0.5, 0.9):
        wait = fitted.act_by(x, t_x, T, threshold=threshold)
        there = fitted.probability_alive(x, t_x, T + wait)
        assert there == pytest.approx(np.full(200, threshold), abs=1e-6)


def test_the_interval_of_the_chance_holds_it_and_narrows_with_clients(log, fitted):
    one = (3, 60, 90)
    few = ParetoNBD().fit(*(values[:600] for values in log[:3]))
    low, high = fitted.probability_alive_interval(*one)
    wide = np.subtract(*few.probability_alive_interval(*one)[::-1])
    assert low < fitted.probability_alive(*one) < high
    assert wide > 2 * (high - low)
    assert fitted.probability_alive_interval(3, 60, 60) == (1, 1)


def test_twenty_thousand_purchases_over_decades_stay_finite_and_sensible(fitted):
    x, T = np.array([3_000, 10_000, 20_000]), np.array([3_650.0, 10_000, 20_000])
    assert np.isfinite(fitted.log_likelihood(x, T - 1, T)).all()
    expected = fitted.expected_purchases(365, x, T - 1, T)
    assert expected == pytest.approx(x / T * 365, rel=0.1)
    low, high = fitted.purchases_interval(365, x, T - 1, T)
    assert ((low < expected) & (expected < high)).all()
    assert np.isfinite(fitted.act_by(x, T - 1, T)).all()
    assert np.isfinite(fitted.log_score(365, np.round(expected), x, T - 1, T)).all()


positive = some.floats(1e-3, 1e3)
history = some.tuples(
    some.integers(0, 20_000), some.floats(0.1, 10_000), some.floats(0, 10_000)
)


@given(at=some.tuples(positive, positive, positive, positive), past=history)
@settings(max_examples=100, deadline=None)
def test_silence_only_ever_lowers_the_chance_of_being_active(at, past):
    x, t_x, silence = past
    t_x = t_x if x else 0.0
    model = ParetoNBD.of(Parameters(*at))
    ages = t_x + silence * np.array([0.0, 0.5, 1.0, 2.0])
    alive = model.probability_alive(x, t_x, ages)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (np.diff(alive) <= 1e-12).all()
    why = model.reasons(x, t_x, ages)
    assert np.allclose(expit(why.score), alive, atol=1e-12)
    assert (why.silence <= 0).all()
    assert (why.frequency >= -1e-9 * (1 + np.abs(why.silence))).all()


@given(
    at=some.tuples(positive, positive, positive, positive),
    past=history,
    horizon=some.floats(0.1, 1_000),
)
@settings(max_examples=60, deadline=None)
def test_expectation_interval_and_score_are_finite_and_possible(at, past, horizon):
    x, t_x, silence = past
    t_x = t_x if x else 0.0
    model = ParetoNBD.of(Parameters(*at))
    T = t_x + silence
    expected = model.expected_purchases(horizon, x, t_x, T)
    low, high = model.purchases_interval(horizon, x, t_x, T)
    never_leaving = (model.r_ + x) / (model.alpha_ + T) * horizon
    assert 0 <= expected <= never_leaving * (1 + 1e-12)
    assert 0 <= low <= high < np.inf
    assert 0 <= model.probability_of_purchase(horizon, x, t_x, T) <= 1
    assert model.log_score(horizon, [0, 1, 30], x, t_x, T).max() <= 1e-12


EDGES = {
    "one client": ([1], [5], [9]),
    "one busy client": ([500], [40], [50]),
    "a single repeat each": (np.ones(60), np.linspace(1, 9, 60), np.full(60, 50.0)),
    "identical clients": (np.full(60, 7), np.full(60, 30.0), np.full(60, 50.0)),
    "all bought today": ([1, 2, 3], [50, 50, 50], [50, 50, 50]),
    "ten thousand each": (np.full(9, 10_000), np.linspace(20, 50, 9), np.full(9, 50.0)),
    "huge and none": ([10_000, 0, 0], [9_000, 0, 0], [9_100, 9_100, 9_100]),
    "a newcomer": ([2, 0], [5, 0], [9, 0]),
}


@pytest.mark.parametrize("name", EDGES)
@pytest.mark.parametrize("prior", [None, "weak"])
@pytest.mark.filterwarnings("error")
def test_odd_businesses_get_finite_numbers_and_a_verdict(name, prior):
    x, t_x, T = EDGES[name]
    model = ParetoNBD(prior=prior).fit(x, t_x, T)
    assert isinstance(model.verdict_.finding, Finding)
    assert model.verdict_.finding is not Finding.NOT_SETTLED
    assert np.isfinite(model.log_likelihood_)
    assert np.isfinite(model.standard_errors_).all()
    assert np.isfinite(model.expected_purchases(52, x, t_x, T)).all()
    low, high = model.probability_alive_interval(x, t_x, T)
    alive = model.probability_alive(x, t_x, T)
    assert ((low <= alive + 1e-12) & (alive <= high + 1e-12)).all()


def test_where_nobody_leaves_no_dropout_is_identified_and_doubt_stays():
    stay = ParetoNBD(r=0.8, alpha=8, s=1e-9, beta=1)
    log = stay.simulate(np.random.default_rng(3).uniform(13, 27, 1_500), seed=3)
    model = ParetoNBD().fit(*log[:3])
    assert model.verdict_.finding is Finding.NO_DROPOUT_YET
    assert not model.verdict_.is_usable
    assert model.verdict_.earliest > 0
    assert model.r_ == pytest.approx(0.8, rel=0.2)
    low, high = model.probability_alive_interval(12, 3, 27)
    assert low < 0.9 < high <= 1


def test_clients_who_all_leave_at_one_rate_are_named_and_still_forecast():
    alike = ParetoNBD(r=2, alpha=8, s=1e5, beta=3e6)
    log = alike.simulate(np.full(3_000, 60.0), seed=4)
    model = ParetoNBD().fit(*log[:3])
    assert model.verdict_.finding in (Finding.SAME_DROPOUT, Finding.IDENTIFIED)
    assert model.s_ > 3
    assert model.s_ / model.beta_ == pytest.approx(1 / 30, rel=0.15)


def test_an_unfitted_model_says_so_and_nonsense_is_refused():
    with pytest.raises(NotFitted, match="Call fit"):
        ParetoNBD().probability_alive(1, 1, 2)
    with pytest.raises(BadInput, match="Nobody has bought twice"):
        ParetoNBD().fit([0, 0], [0, 0], [5, 6])
    model = ParetoNBD(**TRUTH)
    with pytest.raises(BadInput, match="discount must be"):
        model.residual_purchases(1, 1, 2, discount=-0.1)
    with pytest.raises(BadInput, match="T is negative"):
        model.simulate([-1], seed=0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("prior", [None, "weak"])
def test_a_silence_too_short_for_its_length_to_be_told_counts_as_none(prior):
    # Found by the fuzz, seed 520: in units of the mean T this T is no number above 0.
    model = ParetoNBD(prior=prior).fit([0, 1], [0, 1.0], [5e-324, 1.0])
    assert np.isfinite(model.log_likelihood_)
    assert model.probability_alive(0, 0, 5e-324) == 1
