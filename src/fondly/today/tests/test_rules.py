"""The pure rules: merging, ranking, capacity, ways, lots and who does it."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fondly.today import rules
from fondly.today.rules import Why

TODAY = date(2026, 3, 9)


def a_why(**about):
    row = {
        "reason": "rhythm.quiet",
        "subject": "quiet:1",
        "because": "Silent.",
        "suggestion": "Call.",
        "stake": 10_000,
        "due": TODAY,
        "minutes": 10,
    }
    return Why(**row | about)


def test_several_reasons_become_one_card_led_by_what_weighs_most():
    card = rules.merge(
        7,
        [
            a_why(reason="a", stake=100, minutes=5, suggestion="Card."),
            a_why(reason="b", stake=900, minutes=10, suggestion="Call.", by="call"),
        ],
        TODAY,
    )

    assert [why.reason for why in card.whys] == ["b", "a"]
    assert (card.suggestion, card.by) == ("Call.", "call")
    assert card.stake == 900, "the same client's worth is not counted twice"
    assert card.minutes == 12, "the longest reason, and two for the other"


def test_what_is_owed_leads_a_card_however_small():
    owed = a_why(reason="plan", stake=0, is_obligation=True)
    card = rules.merge(7, [a_why(stake=9_999_999), owed], TODAY)

    assert card.whys[0].reason == "plan"
    assert card.is_obligation


def test_obligations_come_first_then_stake():
    cards = [
        rules.merge(1, [a_why(stake=500)], TODAY),
        rules.merge(2, [a_why(stake=900)], TODAY),
        rules.merge(3, [a_why(stake=1, is_obligation=True)], TODAY),
    ]

    assert [card.client_id for card in rules.in_order(cards)] == [3, 2, 1]


def test_a_day_that_does_not_come_back_presses_three_times():
    birthday = rules.merge(1, [a_why(stake=400, pressing=3)], TODAY)
    quiet = rules.merge(2, [a_why(stake=1_000)], TODAY)
    assert [c.client_id for c in rules.in_order([quiet, birthday])] == [1, 2]


def test_waiting_adds_urgency_up_to_a_half():
    ages = [rules.urgency(TODAY - timedelta(days=n), TODAY) for n in (-1, 0, 5, 25, 90)]
    assert ages == [0.5, 1.0, 1.1, 1.5, 1.5]


def test_the_stake_is_greatest_on_the_brink():
    def at(p):
        # Worth to come already shrinks with the chance that they stay.
        return rules.stake(worth=round(10_000 * p), bought=None, p_active=p)

    assert at(0.5) > at(0.95) > at(0.999)
    assert at(0.5) > at(0.05) > at(0.001)


def test_without_a_forecast_last_years_orders_stand_in():
    assert rules.stake(worth=None, bought=8_000, p_active=None) == 2_000
    assert rules.stake(worth=None, bought=None, p_active=0.1) == 0
    assert rules.stake(worth=0, bought=8_000, p_active=0.1) == 0, "a forecast of nothing"


def test_the_day_ends_at_the_first_card_that_does_not_fit():
    cards = [rules.merge(n, [a_why(minutes=m)], TODAY) for n, m in enumerate([20, 30, 5])]
    assert [c.client_id for c in rules.that_fit(cards, 45)] == [0]
    assert [c.client_id for c in rules.that_fit(cards, 50)] == [0, 1]
    assert [c.client_id for c in rules.that_fit(cards, 55)] == [0, 1, 2]


def test_what_is_owed_stays_beyond_the_day_and_one_card_always_fits():
    owed = rules.merge(1, [a_why(minutes=50, is_obligation=True)], TODAY)
    more = rules.merge(2, [a_why(minutes=50, is_obligation=True)], TODAY)
    rest = rules.merge(3, [a_why(minutes=50)], TODAY)

    assert rules.that_fit([owed, more, rest], 60) == [owed, more]
    assert rules.that_fit([rest], 10) == [rest]


@given(minutes=st.lists(st.integers(1, 60), max_size=30), capacity=st.integers(0, 300))
def test_a_day_is_a_head_of_the_list_and_never_over_capacity_but_for_one(minutes, capacity):
    cards = [rules.merge(n, [a_why(minutes=m)], TODAY) for n, m in enumerate(minutes)]
    kept = rules.that_fit(cards, capacity)

    assert kept == cards[: len(kept)]
    assert sum(c.minutes for c in kept[1:]) + (kept[0].minutes if kept else 0) <= max(
        capacity, minutes[0] if minutes else 0
    )


def test_a_closed_channel_is_never_proposed():
    known = {"phone", "email"}
    assert rules.way("call", closed=set(), known=known) == "call"
    assert rules.way("call", closed={"phone"}, known=known) == "write"
    assert rules.way("call", closed={"phone", "email"}, known=known) == "write", "by text"
    everything = set(rules.CHANNELS)
    assert rules.way("call", closed=everything, known=known) is None
    assert rules.way("visit", closed=everything, known=known) is None
    assert rules.way("visit", closed=set(), known=known) == "visit"


def test_an_unknown_number_gives_way_to_a_known_address():
    assert rules.way("call", closed=set(), known={"email"}) == "write"
    assert rules.way("call", closed=set(), known=set()) == "call", "finding it is the work"


def test_what_is_owed_stays_without_a_way_and_says_so():
    closed = set(rules.CHANNELS)
    owed = rules.by_way(a_why(is_obligation=True), closed=closed, known=set())
    assert owed.by == "none"
    assert rules.by_way(a_why(), closed=closed, known=set()) is None


def test_lots_are_even_stick_and_differ_between_reasons():
    lots = [rules.draw("salt", "rhythm.quiet", n) for n in range(4_000)]
    assert abs(sum(lot < 0.2 for lot in lots) / 4_000 - 0.2) < 0.03
    assert lots == [rules.draw("salt", "rhythm.quiet", n) for n in range(4_000)]
    other = [rules.draw("salt", "rhythm.cadence", n) for n in range(4_000)]
    both = sum(a < 0.2 and b < 0.2 for a, b in zip(lots, other, strict=True))
    assert abs(both / 4_000 - 0.04) < 0.02, "who is held out here is not held out there"


@given(st.integers(1, 10**9), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_holds_out_all_whom_a_smaller_one_did(client_id, one, two):
    small, large = sorted([one, two])
    if rules.is_held_out("s", "p", client_id, small):
        assert rules.is_held_out("s", "p", client_id, large)


def test_the_stand_in_acts_and_a_circle_goes_to_the_managers():
    assert rules.who_does_it(1, {}) == 1
    assert rules.who_does_it(1, {1: 2}) == 2
    assert rules.who_does_it(1, {1: 2, 2: 3}) == 3
    assert rules.who_does_it(1, {1: 2, 2: None}) is None
    assert rules.who_does_it(1, {1: 2, 2: 1}) is None
    assert rules.who_does_it(None, {1: 2}) is None
