"""Programmes: intervals that hold as often as they say, at one look or at all of them."""

import numpy as np
import pytest

from tenure import BadInput
from tenure.programmes import (
    always_valid_difference,
    always_valid_lift,
    always_valid_share,
    lift,
    lift_by_group,
    pooled,
)


def clients(seed, *, size=400, effect=0.5, share=0.3):
    """Return outcomes, who was held out, and a forecast that explains half of them."""
    rng = np.random.default_rng(seed)
    held = rng.random(size) < share
    forecast = rng.gamma(2, 1, size)
    outcome = forecast + rng.normal(0, np.sqrt(2), size) + np.where(held, 0, effect)
    return outcome, held.astype(float), forecast


def test_the_lift_is_the_difference_in_means_with_welchs_interval():
    outcome, held = [1.0, 2, 3, 4, 10, 12], [1, 1, 1, 0, 0, 0]
    found = lift(outcome, held)
    assert found.effect == pytest.approx(26 / 3 - 2)
    assert (found.reached, found.held_out) == (pytest.approx(26 / 3), 2)
    error = np.sqrt(np.var([4, 10, 12], ddof=1) / 3 + 1 / 3)
    assert found.standard_error == pytest.approx(error)
    # Welch's t with 2.23 degrees of freedom: 3.9010 at 95 %.
    assert (found.high - found.low) / 2 == pytest.approx(3.901 * error, rel=2e-3)
    assert found.explained == 0


@pytest.mark.parametrize("with_forecast", [False, True])
def test_the_interval_covers_the_effect_as_often_as_it_says(with_forecast):
    held = 0
    for seed in range(1_500):
        outcome, out, forecast = clients(seed, size=60)
        found = lift(outcome, out, forecast=forecast if with_forecast else None, level=0.9)
        held += found.low <= 0.5 <= found.high
    # Three standard errors of a share of 0.9 in 1,500 are 0.023.
    assert held / 1_500 == pytest.approx(0.9, abs=0.024)


def test_a_forecast_takes_away_the_variance_that_it_explains():
    outcome, held, forecast = clients(1, size=40_000)
    plain, relieved = lift(outcome, held), lift(outcome, held, forecast=forecast)
    assert relieved.explained == pytest.approx(0.5, abs=0.02)
    ratio = (relieved.standard_error / plain.standard_error) ** 2
    assert ratio == pytest.approx(1 - relieved.explained, abs=0.02)
    assert relieved.effect == pytest.approx(0.5, abs=0.06)


def test_a_forecast_that_says_nothing_changes_nothing():
    outcome, held, _ = clients(2)
    same = np.full(len(outcome), 3.0)
    plain = lift(outcome, held)
    found = lift(outcome, held, forecast=same)
    assert (found.effect, found.explained) == (plain.effect, 0)


LOOKS = np.unique(np.geomspace(40, 2_000, 40).astype(int))


def test_looked_at_all_the_time_the_plain_interval_fails_and_the_always_valid_holds():
    plain_wrong = always_wrong = 0
    for seed in range(100):
        outcome, held, forecast = clients(seed, size=2_000, effect=0)
        plain = always = False
        for n in LOOKS:
            seen = outcome[:n], held[:n]
            one = lift(*seen, forecast=forecast[:n])
            every = always_valid_lift(*seen, forecast=forecast[:n], planned=500)
            plain |= not one.low <= 0 <= one.high
            always |= not every.low <= 0 <= every.high
            assert every.low <= one.low
            assert every.high >= one.high
        plain_wrong += plain
        always_wrong += always
    assert plain_wrong / 100 > 0.2
    assert always_wrong / 100 < 0.05 + 0.06


def test_the_always_valid_interval_is_tightest_about_where_it_was_planned():
    widths = {}
    for planned in (200, 2_000, 20_000):
        outcome, held, _ = clients(3, size=2_000)
        found = always_valid_lift(outcome, held, planned=planned)
        widths[planned] = found.high - found.low
    assert widths[2_000] == min(widths.values())
    # The price of looking as often as one likes.
    once = lift(outcome, held)
    assert widths[2_000] / (once.high - once.low) == pytest.approx(1.55, abs=0.1)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 1.0])
def test_a_share_looked_at_after_every_client_is_wrong_in_one_case_of_twenty_at_most(share):
    rng = np.random.default_rng(4)
    wins = np.cumsum(rng.random((400, 500)) < share, axis=1).astype(float)
    looks = np.broadcast_to(np.arange(1.0, 501), wins.shape)
    found = always_valid_share(wins.ravel(), looks.ravel(), level=0.95)
    low, high = found.low.reshape(wins.shape), found.high.reshape(wins.shape)
    wrong = ((low > share) | (high < share)).any(axis=1).mean()
    assert wrong <= 0.05 + 0.02
    assert ((low >= 0) & (high <= 1) & (low <= high)).all()


def test_before_anybody_was_seen_a_share_may_be_anything():
    found = always_valid_share([0], [0])
    assert (found.low, found.high) == (0, 1)


def test_a_difference_of_shares_that_is_large_enough_shows_and_a_small_one_does_not():
    effect, low, high = always_valid_difference((240, 40), (800, 200))
    assert effect == pytest.approx(0.1)
    assert low < effect < high
    assert always_valid_difference((2_400, 400), (8_000, 2_000))[1] > 0
    assert always_valid_difference((30, 5), (100, 25))[1] < 0


def programmes(seed, *, size=12, spread=1.0):
    rng = np.random.default_rng(seed)
    error = rng.uniform(0.5, 2, size)
    truth = rng.normal(1, spread, size)
    return truth, truth + rng.normal(0, error), error


@pytest.mark.parametrize("spread", [0.0, 1.0, 4.0])
def test_pooled_effects_are_nearer_the_truth_and_their_intervals_hold(spread):
    ours, raw, held, of_mean = 0.0, 0.0, [], []
    for seed in range(100):
        truth, measured, error = programmes(seed, spread=spread)
        found = pooled(measured, error, level=0.9)
        ours += ((found.effects - truth) ** 2).sum()
        raw += ((measured - truth) ** 2).sum()
        held.append(((found.low <= truth) & (truth <= found.high)).mean())
        of_mean.append(found.mean_low <= 1 <= found.mean_high)
    assert ours < raw
    # Where all programmes are alike the intervals hold more often than they say.
    assert np.mean(held) > 0.9 - 0.025
    assert np.mean(of_mean) > 0.9 - 0.05
    if spread:
        assert np.mean(held) < 0.9 + 0.04


def test_programmes_that_are_alike_share_their_strength_and_others_keep_their_own():
    alike = pooled(np.full(8, 1.0), np.full(8, 1.0))
    assert (alike.high - alike.low < 2 * 1.96).all()
    apart = pooled([-50.0, 0, 50, 100], np.full(4, 1.0))
    assert apart.effects == pytest.approx([-50, 0, 50, 100], abs=0.2)
    assert apart.new_low < -40
    assert apart.new_high > 90


def test_a_programme_alone_is_itself_and_says_little_of_the_next():
    one = pooled([2.0], [1.0])
    assert one.effects == pytest.approx([2.0])
    assert one.new_high - one.new_low > one.high - one.low > 2 * 1.9


def test_the_unit_of_the_effect_does_not_matter():
    _, measured, error = programmes(5)
    ours, cents = pooled(measured, error), pooled(100 * measured, 100 * error)
    assert cents.effects == pytest.approx(100 * ours.effects)
    assert cents.high == pytest.approx(100 * ours.high)


def tiers(seed, *, moved):
    outcome, held, forecast = clients(seed, size=4_000, effect=0)
    tier = np.random.default_rng(seed + 1).choice(["A", "B", "C", "D"], 4_000)
    return outcome + np.where((held == 0) & (tier == "A"), moved, 0), held, tier, forecast


def test_the_one_group_that_is_moved_stands_out_and_the_others_do_not():
    outcome, held, tier, forecast = tiers(1, moved=1.0)
    found = lift_by_group(outcome, held, tier, forecast=forecast)
    assert found.names.tolist() == ["A", "B", "C", "D"]
    assert found.clients.sum() == 4_000
    assert found.alike < 0.001
    assert found.together.low[0] > 0.5
    assert (found.together.low[1:] < 0.1).all()


def test_groups_that_are_moved_alike_are_said_to_differ_as_rarely_as_promised():
    chances = []
    for seed in range(150):
        outcome, held, tier, _ = tiers(seed, moved=0)
        chances.append(lift_by_group(outcome, held, tier).alike)
    # Uniform chances: 7.5 of 150 below 0.05, three deviations are 8.
    assert np.mean(np.array(chances) < 0.05) == pytest.approx(0.05, abs=0.054)


def test_a_group_without_a_holdout_is_left_out_and_named():
    outcome, held, tier, _ = tiers(2, moved=0)
    held = np.where(tier == "B", 0, held)
    found = lift_by_group(outcome, held, tier)
    assert found.left_out.tolist() == ["B"]
    assert found.names.tolist() == ["A", "C", "D"]
    with pytest.raises(BadInput, match="No group has two clients"):
        lift_by_group(outcome, np.zeros(4_000), tier)


def test_nonsense_is_refused_in_words():
    with pytest.raises(BadInput, match="at least two clients"):
        lift([1, 2, 3], [0, 0, 1])
    with pytest.raises(BadInput, match="held_out must be 0 or 1"):
        lift([1, 2, 3], [0, 2, 1])
    with pytest.raises(BadInput, match="forecast must be finite"):
        lift([1, 2, 3, 4], [0, 1, 0, 1], forecast=[1, np.nan, 2, 3])
    with pytest.raises(BadInput, match="successes must lie"):
        always_valid_share([3], [2])
    with pytest.raises(BadInput, match="standard_errors must be above 0"):
        pooled([1, 2], [1, 0])
    with pytest.raises(BadInput, match="planned must be above 0"):
        always_valid_lift([1, 2, 3, 4], [0, 1, 0, 1], planned=0)
