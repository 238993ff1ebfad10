"""Worth: any model of purchases, any discount, and the sum of all with its interval."""

import numpy as np
import pytest

from tenure import (
    BGBB,
    BGCNBD,
    BGNBD,
    MBGNBD,
    BadInput,
    GammaGamma,
    ParetoNBD,
    customer_equity,
    discounted_purchases,
    forecast,
    residual_lifetime_value,
)
from tenure.tables import DONATIONS
from tenure.worth.equity import _purchases

PAST = {"frequency": [0, 2, 9], "recency": [0, 30.4, 35], "T": [39, 38.9, 38]}
MODELS = [
    ParetoNBD(r=0.6, alpha=10, s=0.8, beta=14),
    BGNBD(r=0.25, alpha=4.4, a=0.8, b=2.4),
    MBGNBD(r=0.5, alpha=6.2, a=0.9, b=1.6),
]
SPEND = GammaGamma(p=6.25, q=3.74, gamma=15.44)


def name(model):
    return type(model).__name__


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_a_discount_is_applied_to_every_purchase_at_its_own_time(model):
    ends = np.linspace(0, 52, 4_001)
    columns = [np.array(v)[:, None] for v in PAST.values()]
    upto = np.stack(
        [model.expected_purchases(ends, *(c[i] for c in columns)) for i in range(3)]
    )
    middle = (ends[1:] + ends[:-1]) / 2
    brute = np.diff(upto, axis=1) @ 1.01**-middle
    found = discounted_purchases(model, **PAST, horizon=52, discount=0.01)
    assert found == pytest.approx(brute, rel=1e-6)


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_without_a_horizon_it_is_the_limit_of_a_long_one(model):
    endless = discounted_purchases(model, **PAST, discount=0.01)
    long = discounted_purchases(model, **PAST, horizon=5_000, discount=0.01, steps=100)
    assert endless == pytest.approx(long, rel=1e-6)


def test_the_closed_form_of_the_pareto_nbd_agrees_with_the_integral():
    class Plain:  # hides that the model knows a closed form
        expected_purchases = MODELS[0].expected_purchases

    closed = discounted_purchases(MODELS[0], **PAST, discount=0.0027)
    assert discounted_purchases(Plain(), **PAST, discount=0.0027) == pytest.approx(closed)


def test_chances_are_discounted_from_their_own_ends():
    model = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)
    past = {"frequency": 3, "recency": 5, "T": 6}
    each = np.diff([model.expected_purchases(h, 3, 5, 6)[0] for h in range(11)])
    found = discounted_purchases(model, **past, horizon=10, discount=0.1)
    assert found == pytest.approx([each @ 1.1 ** -np.arange(1.0, 11)])
    endless = discounted_purchases(model, **past, discount=0.1)
    assert endless == pytest.approx(model.residual_purchases(3, 5, 6, discount=0.1))


def test_worth_is_purchases_times_spend():
    value = residual_lifetime_value(
        MODELS[0], SPEND, **PAST, monetary=[0, 22.35, 40], horizon=39, discount=0.002
    )
    to_come = discounted_purchases(MODELS[0], **PAST, horizon=39, discount=0.002)
    each = SPEND.expected_spend(PAST["frequency"], [0, 22.35, 40])
    assert value == pytest.approx(to_come * each)


@pytest.mark.parametrize("discount", [0.0, 0.002])
@pytest.mark.parametrize("model", [*MODELS, BGCNBD(r=0.5, alpha=6, a=0.9, b=1.6, k=2)])
def test_a_forecast_says_what_four_calls_say(model, discount):
    past = PAST | {"monetary": [0, 22.35, 40]}
    found = forecast(model, SPEND, **past, horizon=39, discount=discount)
    assert found.probability_alive == pytest.approx(model.probability_alive(**PAST))
    apart = model.expected_purchases(39, **PAST)
    assert found.expected_purchases == pytest.approx(apart, rel=1e-12)
    each = SPEND.expected_spend(PAST["frequency"], past["monetary"])
    assert found.expected_spend == pytest.approx(each)
    worth = residual_lifetime_value(model, SPEND, **past, horizon=39, discount=discount)
    assert found.value == pytest.approx(worth, rel=1e-12)


def test_a_forecast_without_an_end_is_refused():
    with pytest.raises(BadInput, match="finite"):
        forecast(MODELS[0], SPEND, **PAST, monetary=[0, 22.35, 40], horizon=np.inf)


def business(model, seed, clients=400, horizon=40):
    """Return fitted models, the past, and what was then spent in all."""
    rng = np.random.default_rng(seed)
    ages = rng.uniform(40, 80, clients)
    log = model.simulate(ages, seed=seed + 1_000, horizon=horizon)
    x, p, nu = log.frequency, 6.0, rng.gamma(3.7, 1 / 15, clients)
    mean, future = (
        np.where(n > 0, rng.gamma(p * np.maximum(n, 1), 1 / nu), 0) for n in (x, log.bought)
    )
    mean = mean / np.maximum(x, 1)
    past = {"frequency": x, "recency": log.recency, "T": log.T, "monetary": mean}
    fitted = type(model)().fit(*log[:3]), GammaGamma().fit(x, mean)
    return fitted, past, future.sum()


@pytest.mark.parametrize("model", MODELS[1:2], ids=name)
def test_the_interval_of_the_sum_is_as_wide_as_what_then_happens(model):
    off = []
    for seed in range(20):
        fitted, past, then = business(model, seed)
        equity = customer_equity(*fitted, **past, horizon=40)
        spread = np.hypot(equity.doubt, equity.chance) / equity.value
        off.append(np.log(then / equity.value) / spread)
    # 20 standard normal numbers: their deviation lies in this range with 99 %.
    assert 0.6 < np.std(off) < 1.45
    assert abs(np.mean(off)) < 0.7


def test_more_clients_of_the_same_kind_are_worth_more_and_leave_less_to_chance():
    fitted, past, _ = business(MODELS[1], seed=1)
    one = customer_equity(*fitted, **past, horizon=40)
    four = customer_equity(*fitted, **past, horizon=40, weights=np.full(400, 4))
    assert four.value == pytest.approx(4 * one.value)
    assert four.chance == pytest.approx(2 * one.chance)
    assert four.doubt == pytest.approx(4 * one.doubt)
    wide = customer_equity(*fitted, **past, horizon=40, level=0.99)
    assert wide.low < one.low < one.value < one.high < wide.high


def test_an_endless_sum_needs_a_discount_and_is_then_finite():
    _, past, _ = business(MODELS[1], seed=1)
    fitted = MODELS[1], SPEND
    endless = customer_equity(*fitted, **past, discount=0.002)
    assert endless.value > customer_equity(*fitted, **past, horizon=40).value
    with pytest.raises(BadInput, match="needs a horizon"):
        customer_equity(*fitted, **past)
    with pytest.raises(BadInput, match="The sum is infinite"):
        customer_equity(MODELS[0], SPEND, **past)


def test_clients_without_a_mean_spend_are_counted_and_left_out():
    _, past, _ = business(MODELS[1], seed=1)
    uneven = GammaGamma(p=6.0, q=0.9, gamma=15)
    equity = customer_equity(MODELS[1], uneven, **past, horizon=40)
    assert equity.unknown == (past["frequency"] == 0).sum()
    assert np.isfinite(equity.value)


def test_donors_have_an_equity_too():
    model = BGBB().fit(*DONATIONS[:3], weights=DONATIONS.weights)
    x, t_x, n, donors = DONATIONS
    equity = customer_equity(
        model,
        SPEND,
        frequency=x,
        recency=t_x,
        T=n,
        monetary=np.where(x > 0, 30.0, 0.0),
        weights=donors,
        horizon=5,
        discount=0.1,
    )
    assert 0 < equity.low < equity.value < equity.high


@pytest.mark.parametrize("model", MODELS, ids=name)
@pytest.mark.parametrize("horizon", [5.0, 300.0])
def test_the_spread_of_purchases_is_that_of_the_law(model, horizon):
    past = tuple(np.array(v, float) for v in PAST.values())
    first, second = _purchases(model, horizon, past)
    counts = np.arange(4_000.0)
    for i in range(3):
        law = np.exp(model.log_score(horizon, counts, *(v[i] for v in past)))
        assert law @ counts == pytest.approx(first[i], rel=1e-6)
        assert law @ counts**2 == pytest.approx(second[i], rel=5e-3)
        beyond = model.probability_beyond([0, 3], horizon, *(v[i] for v in past))
        assert beyond == pytest.approx([1 - law[0], law[4:].sum()], abs=1e-9)
