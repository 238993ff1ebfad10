"""BG/BB: the donations of the paper, the law itself, and records that say too little."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.special import roots_jacobi

from tenure import BGBB, BadInput, Finding, NotFitted
from tenure.bgbb.history import checked_chances, compressed
from tenure.bgbb.likelihood import Likelihood
from tenure.tables import DONATIONS

TRUTH = {"alpha": 1.2, "beta": 0.75, "gamma": 0.65, "delta": 2.8}
DONORS = DONATIONS[:3]


def chances(a, b):
    """Return nodes and shares that average any polynomial over Beta(a, b)."""
    nodes, shares = roots_jacobi(20, b - 1, a - 1)
    return (1 + nodes) / 2, shares / shares.sum()


@pytest.fixture(scope="module")
def donors():
    return BGBB().fit(*DONORS, weights=DONATIONS.weights)


def test_fader_hardie_and_shang_2010_come_out_to_the_printed_digits(donors):
    assert DONATIONS.weights.sum() == 11_104
    assert [round(p, 3) for p in donors.parameters_] == [1.204, 0.750, 0.657, 2.783]
    assert round(donors.log_likelihood_, 1) == -33225.6
    assert donors.verdict_.finding is Finding.IDENTIFIED
    assert donors.passes_ < 10


def test_the_papers_forecast_of_2002_to_2006_by_recency_and_frequency(donors):
    # Rows x = 0 … 6, the last gift in 1995 (x = 0), then 1996 to 2001. Noted from memory of
    # the paper; the total is that of its spreadsheet (test_other_programs).
    printed = [
        *[0.07, 0.09, 0.31, 0.59, 0.84, 1.02, 1.15, 0.12, 0.54, 1.06, 1.44, 1.67],
        *[0.22, 1.03, 1.80, 2.19, 0.58, 2.03, 2.71, 1.81, 3.23, 3.75],
    ]
    assert donors.expected_purchases(5, *DONORS).round(2).tolist() == printed


def test_the_papers_chances_to_be_active_in_2002(donors):
    # Table 6; its first, its (2, 1999) and its last row are those that `lifetimes` quotes.
    printed = [0.11, 0.07, 0.25, 0.48, 0.68, 0.83, 0.93]
    assert donors.probability_alive(*DONORS)[:7].round(2).tolist() == printed


@pytest.mark.parametrize("record", [(0, 0, 4), (2, 3, 6), (4, 4, 4)])
def test_the_likelihood_is_that_of_simulated_lives_averaged_by_quadrature(record):
    x, t_x, n = record
    (take, often), (leave, rarely) = chances(1.2, 0.75), chances(0.65, 2.8)
    take, leave = take[:, None], leave[None, :]
    path = (1 - leave) ** n * take**x * (1 - take) ** (n - x)
    for j in range(t_x, n):
        path = path + leave * (1 - leave) ** j * take**x * (1 - take) ** (j - x)
    # A polynomial in both chances, so that the quadrature is exact.
    expected = often @ path @ rarely
    found = BGBB(**TRUTH).log_likelihood(*record)
    assert np.exp(found) == pytest.approx([expected], rel=1e-10)


@pytest.mark.parametrize(
    "values", [(1.2, 0.75, 0.65, 2.8), (30, 0.1, 5, 0.2), (0.02, 90.0, 0.01, 40)]
)
def test_derivatives_equal_finite_differences(values):
    objective = Likelihood(compressed(checked_chances(*DONORS), DONATIONS.weights))
    point, h = np.log(values), 1e-5
    here, axes = objective(point), np.eye(4) * h
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


@pytest.mark.parametrize("gamma", [0.05, 0.65, 1 - 5e-4, 1.0, 1.002, 30.0])
@pytest.mark.parametrize("record", [(0, 0, 0), (0, 0, 6), (3, 5, 6), (6, 6, 6)])
def test_the_law_sums_to_one_and_its_mean_is_the_closed_form(gamma, record):
    model = BGBB(**{**TRUTH, "gamma": gamma})
    times = np.arange(13.0)
    chances = np.exp(model.log_score(12, times, *record))
    assert chances.sum() == pytest.approx(1, abs=1e-11)
    expected = model.expected_purchases(12, *record)
    assert expected == pytest.approx([chances @ times], rel=1e-9)
    assert model.probability_of_purchase(12, *record) == pytest.approx([1 - chances[0]])
    low, high = model.purchases_interval(12, *record, level=0.8)
    assert chances[(times >= low) & (times <= high)].sum() >= 0.8


def test_all_purchases_to_come_are_the_limit_of_a_long_horizon():
    model = BGBB(**{**TRUTH, "gamma": 2.5})
    long = model.expected_purchases(1_000_000, 3, 5, 6)
    assert model.residual_purchases(3, 5, 6) == pytest.approx(long, rel=1e-5)
    steps = np.arange(0.0, 400)
    each = np.diff([model.expected_purchases(h, 3, 5, 6)[0] for h in steps])
    discounted = each @ 1.1 ** -np.arange(1.0, 400)
    found = model.residual_purchases(3, 5, 6, discount=0.1)
    assert found == pytest.approx([discounted], rel=1e-9)
    assert BGBB(**TRUTH).residual_purchases(3, 5, 6) == np.inf


def test_simulated_parameters_are_recovered_within_their_standard_errors():
    log = BGBB(**TRUTH).simulate(np.arange(8_000) % 7 + 4, seed=3)
    fitted = BGBB().fit(log.frequency, log.recency, log.periods)
    off = (np.array(fitted.parameters_) - list(TRUTH.values())) / fitted.standard_errors_
    assert (np.abs(off) < 3).all()
    each = fitted.log_likelihood(log.frequency, log.recency, log.periods)
    assert each.sum() == pytest.approx(fitted.log_likelihood_)


def test_the_predictive_interval_holds_what_then_happens():
    model = BGBB(**TRUTH)
    log = model.simulate(np.full(40_000, 6.0), seed=4, horizon=10)
    past = log[:3]
    low, high = model.purchases_interval(10, *past, level=0.8)
    assert ((log.bought >= low) & (log.bought <= high)).mean() >= 0.8
    assert log.bought.mean() == pytest.approx(
        model.expected_purchases(10, *past).mean(), rel=0.02
    )
    again = model.probability_of_purchase(10, *past)
    likely = again > 0.5
    assert (log.bought > 0)[likely].mean() == pytest.approx(again[likely].mean(), abs=0.01)


def test_act_by_is_the_first_missed_chance_at_which_the_threshold_is_crossed():
    model = BGBB(**TRUTH)
    missed = int(model.act_by(4, 6, 6, threshold=0.5)[0])
    assert missed > 0
    chances = [model.probability_alive(4, 6, 6 + m)[0] for m in (missed - 1, missed)]
    assert chances[0] > 0.5 >= chances[1]
    assert model.act_by(1, 1, 6, threshold=0.5) == 0


def test_long_records_stay_finite():
    model = BGBB(**TRUTH)
    record = ([20_000, 3, 0], [20_100, 5, 0], [20_200, 20_200, 20_200])
    assert np.isfinite(model.log_likelihood(*record)).all()
    alive = model.probability_alive(*record)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert np.isfinite(model.expected_purchases(365, *record)).all()


EDGES = {
    "one client": ([1], [2], [6]),
    "one chance": ([1, 0, 1], [1, 0, 1], [1, 1, 1]),
    "everybody always": (np.full(30, 6), np.full(30, 6), np.full(30, 6)),
    "once and never again": (np.ones(30), np.ones(30), np.full(30, 6)),
    "always or never": (np.arange(30) % 2 * 9, np.arange(30) % 2 * 9, np.full(30, 9)),
}


@pytest.mark.parametrize("name", EDGES)
@pytest.mark.parametrize("prior", [None, "weak"])
@pytest.mark.filterwarnings("error")
def test_odd_businesses_get_finite_numbers_and_a_verdict(name, prior):
    record = EDGES[name]
    fitted = BGBB(prior=prior).fit(*record)
    assert isinstance(fitted.verdict_.finding, Finding)
    assert np.isfinite(fitted.log_likelihood_)
    assert np.isfinite(fitted.standard_errors_).all()
    low, high = fitted.probability_alive_interval(*record)
    alive = fitted.probability_alive(*record)
    assert ((low <= alive + 1e-12) & (alive <= high + 1e-12)).all()
    assert np.isfinite(fitted.expected_purchases(10, *record)).all()


def test_where_nobody_leaves_no_dropout_is_identified():
    stay = BGBB(alpha=1, beta=2, gamma=1e-6, delta=1)
    log = stay.simulate(np.full(2_000, 8.0), seed=6)
    fitted = BGBB().fit(*log[:3])
    assert fitted.verdict_.finding is Finding.NO_DROPOUT_YET
    assert not fitted.verdict_.is_usable
    assert fitted.verdict_.earliest >= 1
    # Long missing, they may still be there, and may be gone.
    low, high = fitted.probability_alive_interval(4, 4, 8)
    assert 0.2 < low < 0.99 <= high <= 1
    low, high = fitted.expected_purchases_interval(5, 4, 4, 8)
    assert low < 0.98 * fitted.expected_purchases(5, 4, 4, 8) < high
    assert BGBB(prior="weak").fit(*log[:3]).verdict_.is_usable


positive = some.floats(1e-3, 1e3)


@given(
    at=some.tuples(positive, positive, positive, positive),
    record=some.lists(some.integers(0, 40), min_size=3, max_size=3).map(sorted),
)
@settings(max_examples=200, deadline=None)
def test_missed_chances_only_ever_lower_the_chance_of_being_active(at, record):
    x, t_x, n = record
    t_x = 0 if x == 0 else t_x
    model = BGBB(**dict(zip(TRUTH, at, strict=True)))
    alive = model.probability_alive(x, t_x, n + np.arange(4))
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (np.diff(alive) <= 1e-12).all()
    expected = model.expected_purchases(20, x, t_x, n)
    assert 0 <= expected <= 20


BAD = {
    "frequency is more than the chances": ([3], [2], [6]),
    "recency is later than periods": ([1], [7], [6]),
    "recency must be 0": ([0], [2], [6]),
    "periods must be a whole number": ([1], [2], [6.5]),
    "Nobody has bought twice": ([0, 0], [0, 0], [6, 6]),
}


@pytest.mark.parametrize("words", BAD)
def test_impossible_records_are_refused_in_words(words):
    with pytest.raises(BadInput, match=words):
        BGBB().fit(*BAD[words])


def test_an_unfitted_model_says_so_and_so_does_an_impossible_future():
    with pytest.raises(NotFitted, match="Call fit"):
        BGBB().probability_alive(1, 1, 6)
    with pytest.raises(BadInput, match="bought is more than horizon"):
        BGBB(**TRUTH).log_score(2, 3, 1, 1, 6)
