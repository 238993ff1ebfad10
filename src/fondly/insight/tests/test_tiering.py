"""Tiers: points that explain themselves, borders that hold, and no flapping."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from fondly.insight.tiering import (
    Scales,
    Scheme,
    TierLine,
    assign,
    learn,
    minutes_a_week,
    touches_a_week,
)

RNG = np.random.default_rng(5)


def tier(name, border, ideal=30):
    return TierLine(
        name=name, border=border, ideal_days=ideal, maximum_days=2 * ideal, minutes=15
    )


def scheme(**changes):
    plain = {
        "criteria": (("revenue_12m", 3.0), ("service_days", 1.0), ("influence", 1.0)),
        "tiers": (tier("A", 0.1), tier("B", 0.25, 60), tier("C", 0, 120)),
    }
    return Scheme(**plain | changes)


def everyone(size=1_000):
    return {
        "revenue_12m": RNG.gamma(0.5, 4_000, size).round(),
        "service_days": RNG.integers(0, 3_000, size).astype(float),
        "influence": RNG.choice([np.nan, 1.0, 2.0, 3.0, 4.0, 5.0], size),
    }


def counts(assigned):
    return {name: assigned.tiers.count(name) for name in "ABC"}


def test_shares_are_met_when_nobody_has_a_tier_yet():
    values = everyone()
    plain = scheme()
    found = assign(plain, learn(plain, values), values, previous=[""] * 1_000)
    assert counts(found)["A"] == pytest.approx(100, abs=3)
    assert counts(found)["B"] == pytest.approx(250, abs=3)
    assert found.points[[t == "A" for t in found.tiers]].min() >= (
        found.points[[t != "A" for t in found.tiers]].max()
    )


def test_parts_sum_to_the_points_and_points_stay_within_a_hundred():
    values, plain = everyone(), scheme()
    found = assign(plain, learn(plain, values), values, previous=[""] * 1_000)
    assert found.points == pytest.approx(found.parts.sum(axis=1), abs=1e-9)
    assert ((found.points >= 0) & (found.points <= 100)).all()
    why = found.parts_of(7)
    assert list(why) == ["revenue_12m", "service_days", "influence"]
    assert round(sum(why.values()), 2) == found.points[7]


def test_weights_are_shares_of_a_hundred_points():
    values = {"revenue_12m": np.array([1.0, 2, 3, 4]), "influence": np.array([5.0] * 4)}
    plain = scheme(criteria=(("revenue_12m", 3.0), ("influence", 1.0)))
    found = assign(plain, learn(plain, values), values, previous=[""] * 4)
    assert found.parts_of(3) == {"revenue_12m": 75, "influence": 25}
    assert found.parts_of(0) == {"revenue_12m": 18.75, "influence": 25}


def test_a_judgement_not_made_counts_as_the_middle():
    values = {"influence": np.array([1.0, np.nan, 3.0, 5.0])}
    plain = scheme(criteria=(("influence", 2.0),))
    found = assign(plain, learn(plain, values), values, previous=[""] * 4)
    assert found.points.tolist() == [0, 50, 50, 100]


def test_nothing_bought_or_not_known_earns_nothing():
    values = {"revenue_12m": np.array([np.nan, 0.0, -50.0, 10.0])}
    plain = scheme(criteria=(("revenue_12m", 1.0),))
    found = assign(plain, learn(plain, values), values, previous=[""] * 4)
    assert found.points.tolist() == [0, 0, 0, 100]


def test_by_points_the_borders_are_those_of_the_scheme():
    values = {"influence": np.array([1.0, 2, 3, 4, 5])}
    lines = (tier("A", 80), tier("B", 50), tier("C", 0))
    plain = scheme(criteria=(("influence", 1.0),), by_share=False, tiers=lines)
    found = assign(plain, learn(plain, values), values, previous=[""] * 5)
    assert found.tiers == ["C", "C", "B", "B", "A"]


def moved(points, before, *, hysteresis=3.0):
    """Return the tier of one client with these points who had the tier `before`."""
    plain = scheme(criteria=(("influence", 1.0),), hysteresis=hysteresis)
    scales = Scales(scales={}, borders=[70.0, 40.0])
    value = {"influence": np.array([1 + 4 * points / 100])}
    return assign(plain, scales, value, previous=[before]).tiers[0]


def test_a_client_moves_only_when_past_the_border_by_the_hysteresis():
    assert moved(70, "B") == "B"
    assert moved(72.9, "B") == "B"
    assert moved(73, "B") == "A"
    assert moved(69, "A") == "A"
    assert moved(67, "A") == "A"
    assert moved(66.9, "A") == "B"
    assert moved(70, "") == "A"
    assert moved(70, "Gold") == "A"  # a tier that is no more


def test_a_fall_or_a_rise_over_two_borders_is_taken_at_once():
    assert moved(10, "A") == "C"
    assert moved(95, "C") == "A"
    assert moved(41, "A") == "B"


@given(
    some.lists(some.floats(68, 72), min_size=1, max_size=60), some.sampled_from(["A", "B"])
)
def test_a_client_who_hovers_around_a_border_does_not_flap(course, start):
    now = start
    for points in course:
        now = moved(points, now)
        assert now == start


@given(some.lists(some.floats(0, 100), min_size=2, max_size=60))
def test_between_two_moves_lie_at_least_twice_the_hysteresis(course):
    now, last_move = "C", None
    for points in course:
        then = moved(points, now)
        back = last_move is not None and then == last_move[0]
        if then != now:
            if back:
                assert abs(points - last_move[1]) >= 6 - 0.02
            last_move = (now, points)
        now = then


def test_a_few_clients_scored_alone_get_what_everyone_together_gave():
    values, plain = everyone(5_000), scheme()
    scales = learn(plain, values)
    kept = Scales.from_json(json.loads(json.dumps(scales.to_json())))
    whole = assign(plain, scales, values, previous=["B"] * 5_000)
    some_ = {source: column[40:43] for source, column in values.items()}
    few = assign(plain, kept, some_, previous=["B"] * 3)
    assert few.tiers == whole.tiers[40:43]
    assert (few.parts == whole.parts[40:43]).all()


def test_every_tier_of_a_tiny_business_has_room_for_somebody():
    values = {"revenue_12m": np.array([10.0, 20.0, 30.0])}
    plain = scheme(criteria=(("revenue_12m", 1.0),))
    found = assign(plain, learn(plain, values), values, previous=[""] * 3)
    assert found.tiers == ["C", "B", "A"]


def test_nobody_and_no_criteria_are_no_fault():
    plain = scheme(criteria=())
    assert assign(plain, learn(plain, {}), {}, previous=[]).tiers == []
    empty = {source: np.zeros(0) for source in ("revenue_12m", "service_days", "influence")}
    assert assign(scheme(), learn(scheme(), empty), empty, previous=[]).tiers == []


def test_the_workload_is_what_the_cadences_ask_for():
    plain = scheme()
    assert touches_a_week(plain, {"A": 30, "B": 60, "C": 240}) == {"A": 7, "B": 7, "C": 14}
    assert minutes_a_week(plain, {"A": 30, "B": 60, "C": 240}) == 28 * 15
