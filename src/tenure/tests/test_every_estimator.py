"""What every model must do, whatever it models."""

from inspect import signature

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tenure import BadInput, NotFitted, Verdict
from tenure.tests.cases import CASES, HORIZON, gapped

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module", params=CASES, ids=[case.name for case in CASES])
def case(request):
    return request.param


@pytest.fixture(scope="module")
def log(case):
    return case.drawn(3_000)


@pytest.fixture(scope="module")
def fitted(case, log):
    return case.fitted(*log)


def past_of(case, log, rows=slice(None)):
    return tuple(np.asarray(values)[rows] for values in log[: case.columns])


def test_simulated_parameters_are_recovered_within_their_standard_errors(case, fitted):
    truth = [case.truth[name] for name in fitted.parameters._fields]
    width = np.sqrt(np.diag(fitted.log_covariance_))
    assert (np.abs(np.log(fitted.parameters_) - np.log(truth)) < 3.5 * width).all()
    assert fitted.verdict_.is_usable


def test_learned_values_are_kept_under_their_names(fitted):
    for name, value in fitted.parameters_._asdict().items():
        assert getattr(fitted, f"{name}_") == value
    spread = fitted.standard_errors_ / np.array(fitted.parameters_)
    assert np.sqrt(np.diag(fitted.log_covariance_)) == pytest.approx(spread)
    assert fitted.covariance_ == pytest.approx(fitted.covariance_.T)
    assert isinstance(fitted.verdict_, Verdict)


def test_the_fit_does_not_depend_on_the_order_of_rows(case, log, fitted):
    order = np.random.default_rng(0).permutation(len(log[0]))
    again = case.fitted(*(values[order] for values in log))
    assert again.parameters_ == pytest.approx(fitted.parameters_, rel=1e-9)


def test_weights_are_repeated_rows_and_none_is_no_row(case, log):
    few = [values[:600] for values in log]
    times = np.arange(600) % 4
    weighed = case.fitted(*few, weights=times)
    repeated = case.fitted(*(np.repeat(values, times) for values in few))
    assert weighed.parameters_ == pytest.approx(repeated.parameters_, rel=1e-6)
    assert weighed.log_likelihood_ == pytest.approx(repeated.log_likelihood_)
    assert weighed.covariance_ == pytest.approx(repeated.covariance_, rel=1e-4)
    each = weighed.log_likelihood(*few)
    assert times @ each == pytest.approx(weighed.log_likelihood_)


@pytest.mark.parametrize("unit", [7.0, 1 / 365, 86_400.0])
def test_another_unit_gives_the_same_answers(case, log, fitted, unit):
    if case.scaled is None:
        assert set(case.model.units) == {0}
        return
    other = case.fitted(*case.scaled(log, unit))
    expected = np.array(fitted.parameters_) * unit ** np.array(case.model.units)
    assert other.parameters_ == pytest.approx(tuple(expected), rel=1e-6)
    shift = case.densities(*log) * np.log(unit)
    assert other.log_likelihood_ + shift == pytest.approx(fitted.log_likelihood_)


def test_each_clients_log_likelihood_sums_to_that_of_the_fit(fitted, log):
    each = fitted.log_likelihood(*log)
    assert each.shape == log[0].shape
    assert each.sum() == pytest.approx(fitted.log_likelihood_)


def test_the_optimum_is_one_and_its_curvature_is_what_was_reported(case, fitted, log):
    point, h = np.log(fitted.parameters_), 2e-3
    size = len(point)

    def value(step):
        moved = dict(zip(fitted.parameters._fields, np.exp(point + step), strict=True))
        return case.known(**moved).log_likelihood(*log).sum()

    axes = np.eye(size) * h
    here = value(np.zeros(size))
    slope = np.array([value(e) - value(-e) for e in axes]) / (2 * h)
    bend = np.empty((size, size))
    for i, e in enumerate(axes):
        for j, f in enumerate(axes):
            cross = value(e + f) - value(e - f) - value(f - e) + value(-e - f)
            bend[i, j] = cross / (4 * h * h)
    # A step of a standard error costs half a point; the slope must promise far less.
    width = np.sqrt(np.diag(fitted.log_covariance_))
    assert (np.abs(slope) * width < 0.01).all()
    assert max(value(e) for e in [*axes, *-axes]) < here
    assert np.linalg.inv(-bend) == pytest.approx(fitted.log_covariance_, rel=0.02, abs=1e-4)


def test_a_refit_is_the_same_and_a_warm_one_is_sooner(case, log, fitted):
    model = case.fitted(*log, warm_start=True)
    assert model.parameters_ == fitted.parameters_
    model.fit(*log)
    assert model.parameters_ == pytest.approx(fitted.parameters_, rel=1e-5)
    assert model.passes_ <= min(3, fitted.passes_)
    cold = case.fitted(*log)
    assert cold.fit(*log).parameters_ == fitted.parameters_


def test_a_weak_prior_hardly_moves_what_many_clients_say(case, log, fitted):
    weak = case.fitted(*log, prior="weak")
    assert weak.parameters_ == pytest.approx(fitted.parameters_, rel=0.15)
    assert weak.log_likelihood_ <= fitted.log_likelihood_
    assert weak.verdict_.leans_on_prior


def test_given_parameters_predict_as_learned_ones(case, fitted, log):
    given_ = case.known(**fitted.parameters_._asdict())
    past = past_of(case, log, slice(50))
    for name in case.chances + case.amounts:
        if hasattr(fitted, name):
            ours = case.asked(fitted, name, past)
            assert (case.asked(given_, name, past) == ours).all()


def test_an_unfitted_model_says_so(case, log):
    past = past_of(case, log, slice(5))
    for name in case.chances + case.amounts:
        for asked in (name, f"{name}_interval"):
            if hasattr(case.model, asked):
                with pytest.raises(NotFitted, match="Call fit"):
                    case.asked(case.model(), asked, past)


def test_a_seed_fixes_what_is_drawn(case):
    seen, model = case.seen(200, 1), case.known()
    one, same, other = (model.simulate(seen, seed=seed) for seed in (5, 5, 6))
    assert all((a == b).all() for a, b in zip(one, same, strict=True))
    assert any((a != b).any() for a, b in zip(one, other, strict=True))


def test_parameters_lie_in_their_interval_and_more_certainty_is_wider(fitted):
    low, high = fitted.parameters_interval(level=0.9)
    assert all(np.less(low, fitted.parameters_) & np.less(fitted.parameters_, high))
    wider = fitted.parameters_interval(level=0.99)
    assert all(np.less(wider[0], low) & np.less(high, wider[1]))


def test_intervals_hold_what_they_are_of_and_grow_with_their_level(case, fitted, log):
    past = past_of(case, log, slice(200))
    for name in case.chances + case.amounts:
        if not hasattr(fitted, f"{name}_interval"):
            continue
        low, high = case.asked(fitted, f"{name}_interval", past, level=0.8)
        wide = case.asked(fitted, f"{name}_interval", past, level=0.99)
        assert (wide[0] <= low + 1e-12).all()
        assert (high <= wide[1] + 1e-12).all()
        assert (low <= high).all()
        if hasattr(fitted, name):
            middle = case.asked(fitted, name, past)
            assert (low <= middle + 1e-12).all()
            assert (middle <= high + 1e-12).all()


def test_the_log_score_is_that_of_a_law_that_sums_to_one(case, fitted, log):
    for row in (0, 1, 7, 23):
        past = [values[row] for values in past_of(case, log)]
        ahead = 3.0 if case.is_density else HORIZON
        score = fitted.log_score(ahead, case.outcomes, *past)
        assert (score <= 0).all() or case.is_density
        if case.is_density:  # a density: the trapezoid in logarithms
            area = np.trapezoid(np.exp(score) * case.outcomes, np.log(case.outcomes))
            assert area == pytest.approx(1, abs=1e-6)
        else:
            assert np.exp(score).sum() == pytest.approx(1, abs=1e-9)


def test_the_log_score_prefers_the_truth_to_a_wrong_model(case):
    model = case.known()
    ahead = 4 if case.is_density else HORIZON
    drawn = model.simulate(case.seen(4_000, 3), seed=3, horizon=ahead)
    past, then = past_of(case, drawn), drawn[-1]
    names = list(case.truth)
    for name in names:
        wrong = case.known(**{name: case.truth[name] * 3})
        gain = model.log_score(ahead, then, *past) - wrong.log_score(ahead, then, *past)
        assert gain.mean() > 0


def test_every_public_method_promises_something_in_its_docstring(case):
    for name in dir(case.model):
        method = getattr(case.model, name)
        if not name.startswith("_") and callable(method) and name != "parameters":
            assert (method.__doc__ or "").strip().endswith((".", "`"))
            assert signature(method)


ODD = [(case, name) for case in CASES for name in case.odd]


@pytest.mark.parametrize("prior", [None, "weak"])
@pytest.mark.parametrize(("case", "name"), ODD, ids=[f"{c.name} {n}" for c, n in ODD])
def test_odd_businesses_get_a_verdict_and_finite_numbers_or_a_reason(case, name, prior):
    columns = [np.asarray(values, dtype=float) for values in case.odd[name]]
    try:
        model = case.fitted(*columns, prior=prior)
    except BadInput as refused:
        reason = str(refused)
    else:
        reason = ""
        _check(case, model, columns)
    assert reason.endswith("." if reason else "")


def _check(case, model, columns):
    assert isinstance(model.verdict_, Verdict)
    assert np.isfinite(model.parameters_).all()
    assert np.isfinite(model.log_likelihood_)
    assert np.isfinite(model.standard_errors_).all()
    assert not np.isnan(model.log_likelihood(*columns)).any()
    past = past_of(case, columns)
    for asked in case.chances + case.amounts:
        if hasattr(model, asked):
            finite = np.isfinite(case.asked(model, asked, past)).all()
            assert finite or not model.verdict_.is_usable, asked


values = some.lists(some.floats(0.02, 100), min_size=4, max_size=4)
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@given(data=some.data(), at=values, level=some.floats(0.01, 0.99))
@few
def test_no_prediction_is_ever_nan_nor_a_probability_outside_0_and_1(case, data, at, level):
    model = case.known(**dict(zip(case.truth, at, strict=False)))
    past = data.draw(case.pasts)
    for name in case.chances + case.amounts:
        for asked in (name, f"{name}_interval"):
            if not hasattr(model, asked):
                continue
            more = {"level": level} if asked != name else {}
            found = np.array(case.asked(model, asked, past, **more))
            none = case.model.__name__ == "GammaGamma" and np.isnan(found).all()
            assert (found >= 0).all() or none, asked
            assert name not in case.chances or (found <= 1).all(), asked
            if asked != name:
                assert found[0] <= found[1] or none, asked
    assert not np.isnan(model.log_score(HORIZON, 3, *past)).any()


@pytest.mark.parametrize("prior", [None, "weak"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@given(data=some.data())
@few
def test_any_records_get_a_verdict_or_a_reason_and_never_a_broken_search(case, prior, data):
    rows = data.draw(some.lists(case.pasts, min_size=1, max_size=12))
    columns = [np.array(values, dtype=float) for values in zip(*rows, strict=True)]
    weights = data.draw(some.lists(some.integers(0, 500), min_size=len(rows), max_size=12))
    if "k" in case.settings:
        (columns,) = gapped({"": columns}).values()
    try:
        model = case.fitted(*columns, prior=prior, weights=(weights * 12)[: len(rows)])
    except BadInput:
        return
    _check(case, model, columns)


SILENT = [case for case in CASES if "probability_alive" in case.chances]


@pytest.mark.parametrize("case", SILENT, ids=[case.name for case in SILENT])
@given(data=some.data(), at=values, more=some.integers(1, 1_000))
@few
def test_silence_only_ever_lowers_the_chance_of_being_active(case, data, at, more):
    model = case.known(**dict(zip(case.truth, at, strict=True)))
    x, t_x, T = data.draw(case.pasts)
    alive = model.probability_alive(x, t_x, T + more * np.arange(4))
    assert (np.diff(alive) <= 1e-15).all()


@pytest.mark.parametrize("case", SILENT, ids=[case.name for case in SILENT])
@given(data=some.data(), at=values, threshold=some.floats(0.05, 0.95))
@few
def test_by_the_act_by_date_the_chance_has_fallen_to_the_threshold(
    case, data, at, threshold
):
    model = case.known(**dict(zip(case.truth, at, strict=True)))
    x, t_x, T = data.draw(case.pasts)
    (wait,) = model.act_by(x, t_x, T, threshold=threshold)
    if 0 <= wait < 1e9:
        (then,) = model.probability_alive(x, t_x, np.ceil(T + wait) + 1)
        assert then <= threshold + 1e-6
