"""What is said of a client: within bounds, adding up, and no better than it is."""

import numpy as np
import pytest

import tenure
from tenure.tests.survival.records import TRUTH, clients

ASKED = {"plan": ["monthly", "yearly", "yearly"], "price": [20.0, 19.0, 22.0]}


@pytest.fixture(scope="module")
def log():
    duration, left, known = clients(1_500, seed=8)
    return np.ceil(duration), left, known


@pytest.fixture(scope="module")
def model(log):
    pytest.importorskip("statsmodels", reason="missing: pip install 'tenure[survival]'")
    return tenure.ProportionalHazards(reference={"plan": "monthly"}).fit(*log)


def test_reasons_add_up_to_the_ratio_to_the_average_client(model, log):
    found = model.reasons(log[2])
    assert set(found.parts) == {"plan", "price"}
    assert sum(found.parts.values()) == pytest.approx(found.score)
    assert np.exp(found.score) == pytest.approx(model.hazard_ratio(log[2]))
    assert found.score.mean() == pytest.approx(0, abs=1e-10)
    plan, price = model.log_hazard_ratios_
    share, mean = (log[2]["plan"] == "yearly").mean(), log[2]["price"].mean()
    known = {"plan": "yearly", "price": mean + 2}
    parts = model.reasons(known).parts
    assert parts["plan"] == pytest.approx([plan * (1 - share)])
    assert parts["price"] == pytest.approx([price * 2])


def test_survival_is_the_product_of_retention(model):
    ages = np.arange(12.0)
    for who in range(3):
        one = {name: values[who] for name, values in ASKED.items()}
        kept = model.retention(ages, one)
        assert np.prod(kept) == pytest.approx(model.survival(12, one)[0])
        assert (np.diff(model.survival(ages, one)) <= 0).all()
    assert model.survival(0, ASKED) == pytest.approx(1)
    later = model.survival(12, ASKED) / model.survival(5, ASKED)
    assert model.survival(12, ASKED, age=5) == pytest.approx(later)


def test_the_expected_lifetime_is_the_area_under_survival(model):
    for start, ahead in ((0, 12), (3, 9), (3.5, 8.25), (0, 0)):
        steps = np.linspace(start, start + ahead, 20_001)
        middle = (steps[1:] + steps[:-1]) / 2
        for who in range(3):
            one = {name: values[who] for name, values in ASKED.items()}
            area = model.survival(middle, one, age=start).mean() * ahead
            found = model.expected_lifetime(ahead, one, age=start)
            assert found == pytest.approx([area], abs=1e-3)
            assert 0 <= found[0] <= ahead


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("survival", (12,)),
        ("retention", (6,)),
        ("expected_lifetime", (12,)),
        ("hazard_ratio", ()),
    ],
)
def test_intervals_hold_what_is_expected_and_widen_with_their_level(model, name, columns):
    middle = getattr(model, name)(*columns, ASKED)
    low, high = getattr(model, f"{name}_interval")(*columns, ASKED, level=0.9)
    lower, higher = getattr(model, f"{name}_interval")(*columns, ASKED, level=0.99)
    assert (lower < low).all()
    assert (low < middle).all()
    assert (middle < high).all()
    assert (high < higher).all()


def test_intervals_shrink_as_clients_come(log):
    def width(times):
        more = {name: np.repeat(values, times) for name, values in log[2].items()}
        columns = [np.repeat(values, times) for values in log[:2]]
        many = tenure.ProportionalHazards().fit(*columns, more)
        ends = (many.survival_interval, many.expected_lifetime_interval)
        return [np.diff(end(12, ASKED), axis=0).mean() for end in ends]

    assert width(4) == pytest.approx(np.array(width(1)) / 2, rel=0.05)


@pytest.mark.parametrize("period", [1.0, 3.0])
@pytest.mark.parametrize("age", [0.0, 4.0])
def test_the_log_score_is_that_of_a_law(log, period, age):
    model = tenure.ProportionalHazards(period=period).fit(*log)
    ends = np.arange(period, 13, period)
    for who in range(3):
        one = {name: values[who] for name, values in ASKED.items()}
        leaves = np.exp(model.log_score(ends - period / 3, 1, one, age=age))
        stays = np.exp(model.log_score(ends[-1], 0, one, age=age))
        assert leaves.sum() + stays[0] == pytest.approx(1)
        assert stays == pytest.approx(model.survival(age + ends[-1], one, age=age))


def test_knowing_more_scores_better_on_clients_not_seen(model, log):
    then = clients(3_000, seed=99, oldest=20)
    blind = tenure.ProportionalHazards().fit(*log[:2], {"coin": np.arange(1_500) % 2})
    coin = {"coin": np.arange(3_000) % 2}
    gain = model.log_score(*then) - blind.log_score(*then[:2], coin)
    assert gain.mean() > 3 * gain.std() / np.sqrt(len(gain))
    assert model.concordance(*then) > 0.6 > blind.concordance(*then[:2], coin)


def test_the_concordance_counts_pairs(model):
    duration, left, known = clients(120, seed=2)
    duration = np.ceil(duration)
    entered = np.minimum(np.arange(120) % 7, duration - 1)
    weight = 1 + np.arange(120) % 3
    known = known | {"price": np.round(known["price"])}
    score = model.reasons(known).score
    right = pairs = 0.0
    for i in np.flatnonzero(left):
        for j in range(120):
            later = duration[j] > duration[i] or (
                duration[j] == duration[i] and not left[j]
            )
            if later and entered[j] < duration[i]:
                pairs += weight[i] * weight[j]
                more = np.sign(round(score[i] - score[j], 12))
                right += weight[i] * weight[j] * (1 + more) / 2
    found = model.concordance(duration, left, known, entered=entered, weights=weight)
    assert found == pytest.approx(right / pairs)
    assert np.isnan(model.concordance(duration, 0, known))


def test_clients_drawn_from_a_model_teach_it_again(model):
    rng = np.random.default_rng(4)
    size = 20_000
    plan = rng.choice(["monthly", "yearly"], size)
    known = {"plan": plan, "price": rng.normal(20, 1, size)}
    entered, until = rng.integers(0, 5, size), rng.integers(5, 24, size)
    drawn = model.simulate(until, known, seed=1, entered=entered)
    again = tenure.ProportionalHazards(reference={"plan": "monthly"})
    again.fit(drawn.duration, drawn.left, known, entered=drawn.entered)
    assert again.log_hazard_ratios_ == pytest.approx(model.log_hazard_ratios_, abs=0.06)
    assert again.survival(15, ASKED) == pytest.approx(model.survival(15, ASKED), abs=0.02)
    assert again.verdict_.finding is tenure.Finding.IDENTIFIED
    twice = model.simulate(until, known, seed=1, entered=entered)
    assert (twice.duration == drawn.duration).all()


def test_prices_far_beyond_those_seen_give_no_nonsense(model):
    far = {"plan": "monthly", "price": [-1e9, 0, 1e9]}
    for values in (
        model.survival(12, far),
        *model.survival_interval(12, far),
        model.retention(5, far),
        model.expected_lifetime(12, far) / 12,
        *np.divide(model.expected_lifetime_interval(12, far), 12),
    ):
        assert ((values >= 0) & (values <= 1)).all()
    ratios = [model.hazard_ratio(far), *model.hazard_ratio_interval(far)]
    assert np.isfinite(ratios).all()


def test_columns_and_numbers_are_repeated_for_every_client(model):
    one = {"plan": "monthly", "price": 20.0}
    many = model.survival([1, 5, 12], one)
    assert many == pytest.approx(
        [
            model.survival(time, {"plan": ["monthly"], "price": [20.0]})[0]
            for time in (1, 5, 12)
        ]
    )
    assert model.survival(12, ASKED, age=[0, 1, 2]).shape == (3,)
    assert model.names_ == tuple(TRUTH)
