"""The summary is that of the papers, of pandas and of plain Python."""

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tenure import calibration_and_holdout, summarise
from tenure.errors import BadInput
from tenure.tests.summary.logs import by_hand, cdnow_sample, cdnow_summary, online_retail

NAMES = {"client": "client", "at": "at"}
SPENT = NAMES | {"amount": "amount"}
START = date(2025, 1, 1)
PURCHASE = some.tuples(
    some.integers(1, 4),
    some.integers(0, 40).map(lambda n: START + timedelta(days=n)),
    some.integers(-50, 50),
)


def frame(log):
    table = pd.DataFrame(log, columns=["client", "at", "amount"])
    return table.astype({"client": "int64", "at": "datetime64[us]", "amount": "int64"})


def summary(log, **asked):
    return summarise(log, **{**SPENT, "unit": 1, **asked}).to_pandas().set_index("client")


@settings(deadline=None, max_examples=40)
@given(some.lists(PURCHASE, max_size=30), some.sampled_from([1, 7, 30.4375]))
def test_it_is_what_plain_python_says(log, unit):
    until = START + timedelta(days=30)
    expected = by_hand(log, until=until, unit=unit)
    found = summary(frame(log), observed_until=until, unit=unit)
    assert set(found.index) == set(expected)
    for client, row in expected.items():
        ours = found.loc[client]
        assert (ours["first"], ours["last"]) == (row.first, row.last)
        assert list(ours[list(row._fields[:5])]) == pytest.approx(list(row[:5]), abs=1e-9)


def test_the_sample_gives_the_summary_that_was_published():
    published = cdnow_summary()
    # The papers count what cost nothing as a purchase: days, without the amount.
    found = summary(cdnow_sample(), amount=None, observed_until="1997-09-30", unit="week")
    found = found.sort_index()
    assert "monetary" not in found
    np.testing.assert_array_equal(found.index, published.ID)
    np.testing.assert_array_equal(found.frequency, published.x)
    np.testing.assert_allclose(found.recency, published.t_x, atol=0.0051)
    np.testing.assert_allclose(found["T"], published["T"], atol=0.0051)
    paid = summary(cdnow_sample(), observed_until="1997-09-30", unit="week")
    mean = published.set_index("ID").zbar.loc[paid.index]
    np.testing.assert_allclose(paid.monetary, mean, atol=0.0051)
    assert len(found) - len(paid) == 8  # clients who never paid


def test_online_retail_is_what_pandas_makes_of_it():
    log, until, week = online_retail(), pd.Timestamp("2011-06-09"), 7
    days = log.assign(day=log["at"].dt.normalize()).query("day <= @until")
    days = days.groupby(["client", "day"]).amount.sum().round(6).reset_index()
    days = days[days.amount > 0].sort_values(["client", "day"])
    gap = days.groupby("client").day.diff().dt.days / week
    days = days.assign(log_gap=np.log(gap), later=days.amount.where(gap.notna()))
    each = days.groupby("client").agg(
        n=("day", "size"),
        first=("day", "min"),
        last=("day", "max"),
        mean=("later", "mean"),
        log_gaps=("log_gap", "sum"),
    )
    found = summary(log, observed_until=until, unit="week").loc[each.index]
    np.testing.assert_array_equal(found.frequency, each.n - 1)
    np.testing.assert_allclose(found.recency, (each["last"] - each["first"]).dt.days / week)
    np.testing.assert_allclose(found["T"], (until - each["first"]).dt.days / week)
    np.testing.assert_allclose(found.monetary, each["mean"].fillna(0), rtol=1e-9)
    np.testing.assert_allclose(found.log_gaps, each.log_gaps, atol=1e-9)


def test_what_cancels_but_for_the_dust_of_floats_is_no_purchase():
    log = frame([(1, START, 0)] * 3).assign(amount=[0.1, 0.2, -0.3])
    assert log.amount.sum() > 0
    assert len(summary(log, observed_until=START)) == 0


def test_rows_that_lack_something_are_left_out():
    log = frame([(1, START, 5), (2, START, 5), (3, START, 5), (4, START, 5)])
    log = log.astype({"client": "float64", "amount": "float64"})
    log.loc[1, "client"], log.loc[2, "amount"], log.loc[3, "at"] = None, math.nan, None
    assert list(summary(log, observed_until=START).index) == [1]


def test_times_of_the_last_day_are_within_it_and_the_next_midnight_is_not():
    log = frame([(1, START, 5)] * 3)
    log["at"] = pd.to_datetime(["2025-01-01 08:00", "2025-01-02 23:59", "2025-01-03 00:00"])
    found = summary(log, observed_until="2025-01-02")
    assert found.loc[1, ["frequency", "recency", "T"]].tolist() == [1, 1, 1]


@settings(deadline=None, max_examples=40)
@given(some.lists(PURCHASE, max_size=30))
def test_the_holdout_is_what_came_after_the_calibration(log):
    middle, until = START + timedelta(days=15), START + timedelta(days=30)
    seen = by_hand(log, until=middle, unit=7)
    later = by_hand([row for row in log if row[1] > middle], until=until, unit=7)
    asked = {"calibrated_until": middle, "observed_until": until, "unit": "week"}
    found = calibration_and_holdout(frame(log), **SPENT, **asked).to_pandas()
    found = found.set_index("client")
    assert set(found.index) == set(seen)
    whole = by_hand(log, until=until, unit=7)
    for client, row in found.iterrows():
        assert row.frequency == seen[client].frequency
        assert row.bought == (later[client].frequency + 1 if client in later else 0)
        assert row.frequency + row.bought == whole[client].frequency
        assert row.horizon == pytest.approx(15 / 7)
        days = by_day(log, client, after=middle, until=until)
        mean = sum(days) / len(days) if days else 0
        assert row.spent == pytest.approx(mean)


def by_day(log, client, *, after, until):
    """Return the nets above 0 of the days of one client."""
    nets = {}
    for who, day, amount in log:
        if who == client and after < day <= until:
            nets[day] = nets.get(day, 0) + amount
    return [net for net in nets.values() if net > 0]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"unit": "month"}, "unit is 'month'; give a number of days, or one of: day, week"),
        ({"unit": 0}, "unit must be a number of days above 0"),
        ({"client": "customer"}, "no column 'customer'"),
        ({"at": "amount"}, "amount must hold dates or times, not int64"),
        ({"amount": "at"}, "at must hold numbers, not timestamp"),
        ({"observed_until": "soon"}, "observed_until must be a date such as"),
        ({"observed_until": 5}, "observed_until must be a date"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(asked, words):
    log = frame([(1, START, 5)])
    with pytest.raises(BadInput, match=words):
        summarise(log, **{**SPENT, "unit": 1, "observed_until": START, **asked})


def test_times_with_a_zone_are_refused_because_days_differ_between_zones():
    log = frame([(1, START, 5)])
    log["at"] = log["at"].dt.tz_localize("UTC")
    with pytest.raises(BadInput, match="at has a time zone"):
        summary(log, observed_until=START)


def test_a_holdout_that_ends_before_it_begins_is_refused():
    asked = {"calibrated_until": START, "observed_until": START, "unit": 1}
    with pytest.raises(BadInput, match="calibrated_until must be before observed_until"):
        calibration_and_holdout(frame([(1, START, 5)]), **SPENT, **asked)
