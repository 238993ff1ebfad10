"""What the data cannot tell is said in words; what is wrong is refused in words."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tenure
from tenure import BadInput, Finding, NotFitted
from tenure.tests.survival.records import clients

ASKED = {"plan": ["monthly", "yearly"], "price": [20.0, 19.0]}


@pytest.fixture(scope="module")
def log():
    return clients(400, seed=21)


def finds(model, finding, *, usable):
    assert model.verdict_.finding is finding
    assert model.verdict_.is_usable is usable
    assert np.isfinite(model.log_hazard_ratios_).all()
    assert np.isfinite(model.log_standard_errors_).all()


@pytest.mark.parametrize("prior", [None, "weak"])
def test_where_nobody_left_all_stay_and_nothing_is_known_of_ratios(log, prior):
    model = tenure.ProportionalHazards(prior=prior).fit(log[0], 0, log[2])
    finds(model, Finding.NOBODY_LEFT, usable=prior is not None)
    assert model.log_hazard_ratios_ == pytest.approx(0)
    assert (model.survival(12, ASKED) == 1).all()
    assert model.expected_lifetime(12, ASKED) == pytest.approx(12)
    assert model.proportionality_ is None
    low, high = model.hazard_ratios_interval()
    assert low["price"] < 0.1 < 10 < high["price"]


def test_a_level_that_nobody_left_has_no_end(log):
    duration, left, known = log
    left = left & (known["plan"] == "monthly")
    model = tenure.ProportionalHazards(reference={"plan": "monthly"})
    finds(model.fit(duration, left, known), Finding.SEPARATED, usable=False)
    assert model.hazard_ratios_["plan=yearly"] < 1e-4
    low, high = model.hazard_ratios_interval()
    assert low["plan=yearly"] < 1e-6 < 10 < high["plan=yearly"]
    weak = tenure.ProportionalHazards(reference={"plan": "monthly"}, prior="weak")
    finds(weak.fit(duration, left, known), Finding.IDENTIFIED, usable=True)
    assert 0.001 < weak.hazard_ratios_["plan=yearly"] < 0.2


def test_a_number_that_orders_leavers_has_no_end():
    duration = np.arange(1.0, 41)
    known = {"price": -duration, "coin": np.arange(40) % 2}
    model = tenure.ProportionalHazards().fit(duration, 1, known)
    finds(model, Finding.SEPARATED, usable=False)


def test_a_level_that_was_never_at_risk_says_nothing(log):
    """Its clients were followed before the first leaver left, and no longer."""
    duration, left, known = log
    more = {
        "tier": np.append(np.repeat("old", 400), ["new"] * 5),
        "price": np.append(known["price"], range(18, 23)),
    }
    model = tenure.ProportionalHazards()
    model.fit(np.append(duration, [0.1] * 5), np.append(left, [0] * 5), more)
    finds(model, Finding.SEPARATED, usable=False)


def test_a_rare_level_is_no_endless_one():
    duration, left, known = clients(3_000, seed=12)
    some = np.append(np.flatnonzero(left)[:2], np.flatnonzero(~left)[:2])
    rare = np.where(np.isin(np.arange(3_000), some), "rare", "usual")
    model = tenure.ProportionalHazards().fit(duration, left, known | {"tier": rare})
    finds(model, Finding.IDENTIFIED, usable=True)
    assert 0.5 < model.log_standard_errors_[-1] < 1


def test_few_leavers_tell_few_ratios(log):
    duration, left, known = log
    some = left & (np.cumsum(left) <= 9)
    model = tenure.ProportionalHazards().fit(duration, some, known)
    finds(model, Finding.FEW_LEAVERS, usable=False)
    assert model.leavers_ == 9
    ten = left & (np.cumsum(left) <= 10)
    finds(
        tenure.ProportionalHazards().fit(duration, ten, known),
        Finding.IDENTIFIED,
        usable=True,
    )


@pytest.mark.parametrize("prior", [None, "weak"])
def test_a_discount_that_ends_is_no_proportional_hazard(prior):
    """Those with a discount leave less in the first half, and more after it."""
    rng = np.random.default_rng(6)
    discount = np.arange(1_500) % 2
    early = rng.exponential(10 * np.exp(1.0 * discount))
    late = 8 + rng.exponential(10 * np.exp(-1.0 * discount))
    stay = np.where(early < 8, early, late)
    model = tenure.ProportionalHazards(prior=prior)
    model.fit(np.minimum(stay, 16), stay <= 16, {"discount": discount})
    finds(model, Finding.NOT_PROPORTIONAL, usable=False)
    assert model.proportionality_.slopes[0] > 1
    assert model.proportionality_.overall_p_value < 1e-6


def test_proportional_hazards_are_seldom_called_otherwise():
    test = [tenure.ProportionalHazards().fit(*clients(120, seed)) for seed in range(100)]
    found = [model.verdict_.finding for model in test]
    assert found.count(Finding.NOT_PROPORTIONAL) <= 4
    small = [model.proportionality_.overall_p_value < 0.05 for model in test]
    assert 1 <= sum(small) <= 12


def test_a_client_who_leaves_with_another_is_not_alone():
    model = tenure.ProportionalHazards().fit(
        [3, 3, 3, 3], [1, 1, 0, 0], {"x": [1, 2, 3, 4]}
    )
    assert model.proportionality_ is None
    assert model.verdict_.finding in {Finding.FEW_LEAVERS, Finding.SEPARATED}


def test_nothing_is_said_before_a_fit():
    for ask in (
        lambda model: model.survival(1, ASKED),
        lambda model: model.hazard_ratios_,
        lambda model: model.simulate(1, ASKED, seed=0),
        lambda model: model.concordance([1], [1], ASKED),
    ):
        with pytest.raises(NotFitted):
            ask(tenure.ProportionalHazards())


def test_what_is_wrong_is_refused():
    cases = [
        ({"duration": [1, -1]}, "duration is before entered"),
        ({"entered": [-1, 0]}, "entered is negative"),
        ({"entered": [5, 0]}, "duration is before entered"),
        ({"left": [2, 0]}, "left must be true or false"),
        ({"duration": [0, 4]}, "there for some time first"),
        ({"weights": [0.5, 1]}, "weights must be whole numbers"),
        ({"weights": [1]}, "1 weights for 2 rows"),
        ({"weights": [0, 0]}, "nothing to learn"),
        ({"duration": [1, 2, 3]}, "differ in length"),
        ({"covariates": {}}, "one covariate"),
        ({"covariates": 7}, "a mapping of names"),
        ({"covariates": {"x": [1, 2, 3]}}, "3 rows"),
        ({"covariates": {"x": [1, 2], "y": [1, 2, 3]}}, "differ in length"),
        ({"covariates": {"x": [1, np.nan]}}, "must be finite"),
        ({"covariates": {"x": ["a", None]}}, "row 1 is None"),
        ({"covariates": {"x": ["a", 1.5]}}, "row 1 is 1.5"),
        ({"covariates": {"x": np.array(["2024-01-01", "2024-01-02"], "M8[D]")}}, "of text"),
        ({"covariates": {"x": [1, 1]}}, "the same for everybody"),
        ({"covariates": {"x": ["a", "a"]}}, "the same for everybody"),
        ({"covariates": {"x": [1, 2], "y": [2, 4]}}, "what the others do: x, y"),
    ]
    for change, words in cases:
        asked = {"duration": [3, 4], "left": [1, 0], "covariates": {"x": [1, 2]}} | change
        with pytest.raises(BadInput, match=words):
            tenure.ProportionalHazards().fit(**asked)
    for settings_, words in (
        ({"reference": {"y": "a"}}, "no covariate"),
        ({"reference": {"x": "a"}}, "no level of reference"),
        ({"prior": tenure.Prior({"z": tenure.Belief(1, 2)})}, "speaks of"),
    ):
        with pytest.raises(BadInput, match=words):
            tenure.ProportionalHazards(**settings_).fit([3, 4], [1, 0], {"x": [1, 2]})
    for settings_ in ({"ties": "exact"}, {"period": 0}, {"prior": "strong"}):
        with pytest.raises(BadInput):
            tenure.ProportionalHazards(**settings_)


def test_questions_that_have_no_answer_are_refused(log):
    duration, left, known = log
    model = tenure.ProportionalHazards().fit(
        duration + 2, left, known, entered=np.full(400, 2.0)
    )
    for ask, words in (
        (
            lambda: model.survival(99, ASKED, age=2),
            "from age 2 to 26 only: nothing is known",
        ),
        (lambda: model.survival(12, ASKED), "from age 2 to 26 only: nothing is known"),
        (lambda: model.survival(3, ASKED, age=4), "time is before age"),
        (lambda: model.survival(-1, ASKED), "time is negative"),
        (lambda: model.retention(25.5, ASKED), "nothing is known"),
        (lambda: model.expected_lifetime(-1, ASKED, age=2), "horizon is negative"),
        (lambda: model.survival(5, {"price": [20]}, age=2), "lack plan"),
        (lambda: model.survival(5, ASKED | {"x": 1}, age=2), "have x"),
        (
            lambda: model.survival(5, ASKED | {"plan": "daily"}, age=2),
            "had 'daily' as plan",
        ),
        (lambda: model.survival(5, ASKED | {"plan": 1}, age=2), "must hold text"),
        (lambda: model.survival(5, ASKED | {"price": "high"}, age=2), "must hold numbers"),
        (lambda: model.survival([5, 6, 7], ASKED, age=2), "differ in length"),
        (lambda: model.survival_interval(5, ASKED, age=2, level=1), "level"),
        (lambda: model.log_score(0, 1, ASKED, age=2), "stayed a while"),
        (lambda: model.concordance([1, 2, 3], 1, ASKED), "2 rows"),
    ):
        with pytest.raises(BadInput, match=words):
            ask()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_was_recorded_no_number_is_out_of_bounds(data):
    size = data.draw(st.integers(2, 25))

    def column(values):
        return np.array(data.draw(st.lists(values, min_size=size, max_size=size)))

    entered = column(st.integers(0, 3)).astype(float)
    duration = entered + column(st.sampled_from([0.5, 1, 2, 3, 1e-9, 1e6]))
    left = column(st.integers(0, 1))
    known = {
        "x": column(st.sampled_from([-1e6, -1.0, 0.0, 1.0, 2.5, 1e6])),
        "plan": column(st.sampled_from(["a", "b", "c"])).astype(object),
    }
    prior = data.draw(st.sampled_from([None, "weak"]))
    weights = column(st.integers(0, 3))
    model = tenure.ProportionalHazards(prior=prior)
    try:
        model.fit(duration, left, known, entered=entered, weights=weights)
    except BadInput:
        return
    followed = (weights > 0) & (duration > entered)
    known = {name: values[followed] for name, values in known.items()}
    start, end = model.youngest_, model.oldest_
    chances = [
        model.survival(end, known, age=start),
        *model.survival_interval(end, known, age=start),
        np.exp(model.log_score(end - start, 0, known, age=start)),
    ]
    if end > start:
        ahead = end - start
        chances += [model.expected_lifetime(ahead, known, age=start) / ahead]
        ends = model.expected_lifetime_interval(ahead, known, age=start)
        chances += list(np.divide(ends, ahead))
    for chance in chances:
        assert ((chance >= 0) & (chance <= 1 + 1e-9)).all()
    assert np.isfinite(model.log_likelihood_)
    assert np.isfinite(model.log_standard_errors_).all()
    assert np.isfinite(model.hazard_ratio(known)).all()


WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"statsmodels", "pandas", "patsy"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import tenure
try:
    tenure.ProportionalHazards
except ModuleNotFoundError as error:
    print(error)
"""


def test_the_models_work_without_statsmodels_and_say_what_survival_needs():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True
    )
    needs = "tenure.ProportionalHazards needs statsmodels: pip install 'tenure[survival]'"
    assert done.stdout.splitlines() == [needs]
    with_it = "import tenure, sys; print('statsmodels' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", with_it], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False"]
