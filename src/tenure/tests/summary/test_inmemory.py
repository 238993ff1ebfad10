"""NumPy and an engine give the same summary, or NumPy leaves the log to the engine."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tenure.summary.asked import by_engine
from tenure.summary.columns import Clock, Columns
from tenure.summary.expression import DAILY
from tenure.summary.inmemory import daily, summarised
from tenure.summary.questions import Daily
from tenure.summary.sources import run
from tenure.tests.summary.logs import CHRISTMAS

SPENT = Columns(client="who", at="at", amount="paid")
START, UNTIL = pd.Timestamp("1969-12-20"), date(1970, 2, 1)
WHO = {
    pa.int8(): some.integers(-3, 3),
    pa.int64(): some.sampled_from([-(2**62), -1, 0, 1, 2**62]),
    # Beyond 2**63 DuckDB's own filter on an Arrow table overflows.
    pa.uint64(): some.sampled_from([0, 5, 2**63 - 1]),
    pa.string(): some.sampled_from(["", "a", "A", "ü"]),
    pa.large_string(): some.sampled_from(["a", "b"]),
}
PAID = {
    pa.int32(): some.integers(-3, 5),
    pa.int64(): some.integers(-300, 500),
    pa.float64(): some.sampled_from([0.1, 0.2, -0.3, 0.3, 7.25, -7.25, 0.0, np.nan]),
    pa.float32(): some.sampled_from([0.5, -0.5, 2.25, 0.0]),
}
WHEN = [pa.date32(), *(pa.timestamp(unit) for unit in ("s", "ms", "us", "ns"))]
HOURS = some.integers(0, 24 * 50)


@some.composite
def logs(draw):
    """Draw a log of any types that NumPy is trusted with, some of its values missing."""
    who, paid = draw(some.sampled_from(list(WHO))), draw(some.sampled_from(list(PAID)))
    when = draw(some.sampled_from(WHEN))
    missing = draw(some.booleans())
    row = some.tuples(
        *(some.none() | v if missing else v for v in (WHO[who], HOURS, PAID[paid]))
    )
    columns = list(zip(*draw(some.lists(row, min_size=1, max_size=40)), strict=True))
    at = [None if h is None else START + timedelta(hours=h) for h in columns[1]]
    amounts = columns[2]
    if draw(some.booleans()):  # nothing but purchases
        amounts = [None if v is None else abs(v) + 1 for v in amounts]
    return pa.table(
        {
            "who": pa.array(columns[0], who),
            "at": pa.array(at, pa.timestamp("us")).cast(when, safe=False),
            "paid": pa.array(amounts, paid, from_pandas=False),
        }
    )


def same(found, expected):
    """Compare two summaries, whose rows come in no order."""
    assert found.schema == expected.schema
    rows = [
        t.to_pandas().sort_values("client", ignore_index=True) for t in (found, expected)
    ]
    pd.testing.assert_frame_equal(*rows, rtol=1e-12, atol=1e-9)


@settings(deadline=None, max_examples=150)
@given(
    logs(),
    some.sampled_from([1.0, 7.0]),
    some.sampled_from([None, CHRISTMAS]),
    some.booleans(),
)
def test_numpy_and_an_engine_say_the_same(log, length, season, is_spent):
    columns = SPENT if is_spent else Columns(client="who", at="at")
    clock = Clock(length=length, season=season)
    found = summarised(log, columns, until=UNTIL, clock=clock)
    expected = by_engine(log, columns, until=UNTIL, clock=clock)
    if found is None:
        assert not len(expected)
    else:
        same(found, expected)


@settings(deadline=None, max_examples=50)
@given(logs())
def test_numpy_and_an_engine_add_up_the_same_days(log):
    found = daily(log, SPENT, until=UNTIL)
    expected = run(log, Daily(columns=SPENT, until=UNTIL, clock=DAILY))
    if found is None:
        assert not len(expected)
        return
    rows = [t.to_pandas() for t in (found, expected.select(found.column_names))]
    rows = [t.sort_values(["client", "day"], ignore_index=True) for t in rows]
    pd.testing.assert_frame_equal(*rows, rtol=1e-12, atol=1e-9)


def simple(size=300):
    rng = np.random.default_rng(1)
    days = np.datetime64("1970-01-01") + rng.integers(0, 30, size)
    paid = rng.choice([10.5, 20, -10.5], size, p=[0.5, 0.4, 0.1])
    names = rng.integers(0, 40, size)
    return pa.table({"who": names, "at": pa.array(days), "paid": paid, "more": names})


def test_every_frame_and_several_files_are_read(tmp_path):
    log = simple()
    expected = by_engine(log, SPENT, until=UNTIL, clock=DAILY)
    files = [tmp_path / "first.parquet", tmp_path / "second.parquet"]
    pq.write_table(log.slice(0, 100), files[0], row_group_size=30)
    pq.write_table(log.slice(100), files[1])
    given_as = [log, log.to_pandas(), pl.from_arrow(log), files, [str(f) for f in files]]
    for each in given_as:
        same(summarised(each, SPENT, until=UNTIL, clock=DAILY), expected)


def test_the_log_itself_is_left_as_it_was():
    frame = simple().to_pandas()
    before = frame.copy()
    summarised(frame, SPENT, until=UNTIL, clock=DAILY)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    "column",
    [
        ("at", pa.timestamp("us", "UTC")),
        ("who", pa.float64()),
        ("paid", pa.decimal128(20, 2)),
        ("paid", pa.uint32()),
    ],
    ids=str,
)
def test_what_means_something_else_in_numpy_is_left_to_an_engine(column):
    name, kind = column
    log = simple().filter(pa.array(simple()["paid"].to_numpy() > 0))
    place = log.column_names.index(name)
    log = log.set_column(place, name, log[name].cast(kind, safe=False))
    assert summarised(log, SPENT, until=UNTIL, clock=DAILY) is None


def test_a_log_that_is_too_long_is_left_to_an_engine(monkeypatch):
    monkeypatch.setattr("tenure.summary.reading.MOST", 299)
    assert summarised(simple(), SPENT, until=UNTIL, clock=DAILY) is None
