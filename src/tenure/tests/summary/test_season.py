"""Time that runs with the season: the calendar once a year, and models of a steady pace."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tenure import (
    BGNBD,
    BadInput,
    Season,
    calibration_and_holdout,
    orders_by_month,
    summarise,
)

LEVEL = Season((1.0,) * 12)
BUSY = Season((0.6, 0.8, 1.0, 0.9, 0.9, 1.0, 0.9, 0.8, 1.1, 1.3, 1.7, 1.0))
indices = some.lists(some.floats(0.05, 20), min_size=12, max_size=12).map(tuple)
days = some.dates(date(1900, 1, 1), date(2199, 12, 31))


@settings(deadline=None)
@given(indices, days, some.integers(1, 5_000))
def test_time_goes_forward_and_a_year_has_its_days(index, start, ahead):
    season = Season(index)
    assert season.between(start, start + timedelta(days=ahead)) > 0
    a_year_on = start.replace(year=start.year + 1, day=min(start.day, 28))
    start = start.replace(day=min(start.day, 28))
    assert season.between(start, a_year_on) == pytest.approx((a_year_on - start).days)


@given(days, days)
def test_without_ups_and_downs_it_is_the_calendar(start, end):
    assert LEVEL.between(start, end) == pytest.approx((end - start).days, abs=1e-6)
    flat = Season(BUSY.index, strength=0)
    assert flat.between(start, end) == pytest.approx((end - start).days, abs=1e-6)


@given(indices, days, days, days)
def test_times_add_up(index, one, two, three):
    season = Season(index)
    parts = season.between(one, two) + season.between(two, three)
    assert parts == pytest.approx(season.between(one, three), abs=1e-6)


def test_a_busy_month_has_more_days_in_proportion():
    january = BUSY.between(date(2026, 1, 1), date(2026, 2, 1))
    november = BUSY.between(date(2026, 11, 1), date(2026, 12, 1))
    assert january < 25
    # In straight lines from 1.3 by 1.503 to 1.7, by 1.356 to 1.0: the means of its halves.
    assert november == pytest.approx(30 * (1.602 + 1.528) / 2, rel=0.01)


def year(first, shares, *, level=100.0):
    """Return the orders of twelve months from `first` on, of these shares a day."""
    months, at = {}, first
    for share in shares:
        after = (at + timedelta(days=32)).replace(day=1)
        months[f"{at:%Y-%m}"] = level * share * (after - at).days
        at = after
    return months


def test_the_months_of_a_year_are_found_again_wherever_it_begins():
    turned = BUSY.index[5:] + BUSY.index[:5]
    found = Season.of_months(year(date(2024, 6, 1), turned))
    assert found.index == pytest.approx(np.array(BUSY.index) / np.mean(BUSY.index))


def test_steady_growth_over_three_years_is_no_season():
    months, at = {}, date(2023, 1, 1)
    for place in range(36):
        after = (at + timedelta(days=32)).replace(day=1)
        months[f"{at:%Y-%m}"] = 1_000 * 1.03**place * (after - at).days
        at = after
    assert Season.of_months(months).index == pytest.approx((1.0,) * 12, rel=0.005)
    one = dict(list(months.items())[-12:])
    assert Season.of_months(one).index[11] > 1.15  # one year cannot tell


@pytest.mark.parametrize("kept", [1.0, 0.5, 0.0])
def test_it_is_as_strong_as_it_returned(kept):
    returned = np.power(BUSY.index, kept)
    seen = year(date(2025, 1, 1), returned)
    # Months are sums of straight lines here and steps there: the slope is not exact.
    assert BUSY.as_seen_in(seen).strength == pytest.approx(kept, abs=0.12)


def test_it_neither_turns_round_nor_grows():
    upside_down = year(date(2025, 1, 1), 1 / np.array(BUSY.index))
    assert BUSY.as_seen_in(upside_down).strength == 0
    louder = year(date(2025, 1, 1), np.power(BUSY.index, 3))
    assert BUSY.as_seen_in(louder).strength == 1


def test_five_months_tell_nothing():
    few = dict(list(year(date(2025, 1, 1), (1.0,) * 12).items())[:5])
    assert BUSY.as_seen_in(few) == BUSY


BAD = [
    ({"2009-12": 5}, "twelve months in a row"),
    (
        {f"{y}-{m:02}": 5 for y, m in [(2010, m) for m in range(1, 12)] + [(2011, 1)]},
        "missing",
    ),
    ({"2010-1": 5}, "no month"),
    ({"2010-01": -1}, "not negative"),
    ({"2010-01": float("nan")}, "not negative"),
    ({f"2010-{m:02}": 5 * (m != 7) for m in range(1, 13)}, "Nothing was ordered"),
]


@pytest.mark.parametrize(("months", "words"), BAD)
def test_months_that_make_no_year_are_refused_with_the_reason(months, words):
    with pytest.raises(BadInput, match=words):
        Season.of_months(months)


@pytest.mark.parametrize("index", [(1.0,) * 11, (1.0,) * 11 + (0.0,), (float("nan"),) * 12])
def test_an_index_that_is_none_is_refused(index):
    with pytest.raises(BadInput, match="twelve numbers"):
        Season(index)
    with pytest.raises(BadInput, match="strength"):
        Season((1.0,) * 12, strength=-1)


def log():
    """Return orders of a business whose pace follows `BUSY`, by thinning a faster one."""
    rng = np.random.default_rng(4)
    busiest = 3.0
    who, at = [], []
    for client in range(1_500):
        rate = rng.gamma(1.2, 1 / 6)
        start = int(rng.integers(0, 330))
        who.append(client)
        at.append(date(2024, 1, 1) + timedelta(days=start))
        for day in np.flatnonzero(rng.random(731 - start - 1) < rate * busiest / 7):
            now = date(2024, 1, 1) + timedelta(days=start + 1 + int(day))
            pace = BUSY.between(now, now + timedelta(days=1))
            if rng.random() < pace / busiest:
                who.append(client)
                at.append(now)
    return pa.table({"client": who, "at": pa.array(at, pa.date32())})


def test_a_season_that_is_known_takes_the_error_out_of_totals():
    asked = {"client": "client", "at": "at", "unit": "week"}
    ends = {"calibrated_until": date(2025, 9, 30), "observed_until": date(2025, 12, 20)}
    off = {}
    for name, season in {"known": BUSY, "not known": None}.items():
        table = calibration_and_holdout(log(), **asked, **ends, season=season).to_pandas()
        past = table["frequency"], table["recency"], table["T"]
        model = BGNBD(prior="weak").fit(*past)
        told = model.expected_purchases(table["horizon"], *past).sum()
        off[name] = abs(np.log(told / table["bought"].sum()))
    assert off["known"] < 0.06
    assert off["not known"] > 0.2


def test_purchases_are_counted_by_whole_months():
    orders = pa.table(
        {
            "client": [1, 1, 2, 1, 2, 2, 3],
            "at": [
                date(2026, 1, 31),
                date(2026, 1, 31),
                date(2026, 1, 31),
                date(2026, 2, 1),
                date(2026, 4, 30),
                date(2026, 4, 2),
                date(2026, 5, 3),
            ],
            "paid": [5, 5, 5, 5, 5, -5, 5],
        }
    )
    asked = {"client": "client", "at": "at", "amount": "paid"}
    found = orders_by_month(
        orders, **asked, observed_from=date(2026, 1, 1), observed_until=date(2026, 4, 30)
    )
    assert found == {"2026-01": 2, "2026-02": 1, "2026-03": 0, "2026-04": 1}
    found = orders_by_month(
        orders, **asked, observed_from="2026-01-02", observed_until="2026-04-29"
    )
    assert found == {"2026-02": 1, "2026-03": 0}


def test_the_end_of_february_is_a_day_like_any():
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    orders = pa.table({"client": [1, 1, 1], "at": pa.array(days, pa.date32())})
    found = summarise(
        orders,
        client="client",
        at="at",
        observed_until="2024-03-01",
        unit="day",
        season=BUSY,
    )
    assert found["frequency"].to_pylist() == [2]
    assert found["recency"][0].as_py() == pytest.approx(BUSY.between(days[0], days[2]))
    assert BUSY.between(days[1], days[2]) == pytest.approx(1)
