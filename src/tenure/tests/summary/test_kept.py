"""What is kept, and added to night by night, says what the whole log says."""

from datetime import date, timedelta

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tenure import BadInput, Kept, summarise

NAMES = {"client": "client", "at": "at"}
SPENT = NAMES | {"amount": "amount"}
START, END = date(2025, 1, 1), date(2025, 2, 15)
ORDER = some.tuples(
    some.integers(1, 4),
    some.integers(0, 40).map(lambda n: START + timedelta(days=n)),
    some.sampled_from([-20, -10, 0, 10, 20, 35]),
    some.integers(0, 3),  # the night in which it is told
)


def frame(orders, *, kind="int64"):
    table = pd.DataFrame([o[:3] for o in orders], columns=["client", "at", "amount"])
    return table.astype({"client": "int64", "at": "datetime64[us]", "amount": kind})


def rows(table):
    return table.to_pandas().sort_values("client", ignore_index=True)


def same(found, expected):
    assert found.schema == expected.schema
    pd.testing.assert_frame_equal(rows(found), rows(expected), rtol=1e-12, atol=1e-9)


@settings(deadline=None, max_examples=60)
@given(
    some.lists(ORDER, min_size=1, max_size=30),
    some.sampled_from(["int64", "float64"]),
    some.booleans(),
)
def test_night_by_night_is_all_at_once(orders, kind, is_spent):
    asked = SPENT if is_spent else NAMES
    told = [frame([o for o in orders if o[3] <= n], kind=kind) for n in range(4)]
    kept = Kept.of(told[0], **asked, observed_until=END)
    for night in range(1, 4):
        new = frame([o for o in orders if o[3] == night], kind=kind)
        kept = kept.updated(new, observed_until=END, log=told[night])
    whole = summarise(told[3], **asked, observed_until=END, unit="week")
    same(kept.summary(unit="week"), whole)


@settings(deadline=None, max_examples=30)
@given(some.lists(ORDER, min_size=1, max_size=30))
def test_in_order_of_time_no_log_is_needed_though_a_day_comes_in_pieces(orders):
    orders.sort(key=lambda o: o[1])
    half = len(orders) // 2
    kept = Kept.of(frame(orders[:half]), **SPENT, observed_until=END)
    kept = kept.updated(frame(orders[half:]), observed_until=END)
    whole = summarise(frame(orders), **SPENT, observed_until=END, unit="day")
    same(kept.summary(unit="day"), whole)


def some_orders(clients=("a", "b")):
    days = [START + timedelta(days=n) for n in (0, 5, 9)]
    table = [(who, day, 10.0) for who in clients for day in days]
    return pd.DataFrame(table, columns=["client", "at", "amount"]).astype(
        {"at": "datetime64[us]"}
    )


def test_what_is_kept_comes_back_from_a_file(tmp_path):
    kept = Kept.of(some_orders(), **SPENT, observed_until=END)
    pq.write_table(kept.table, tmp_path / "kept.parquet")
    again = Kept.of_table(pq.read_table(tmp_path / "kept.parquet"))
    assert (again.columns, again.until) == (kept.columns, kept.until)
    new = some_orders(["b", "c"]).assign(at=pd.Timestamp("2025-02-10"))
    same(
        again.updated(new, observed_until=END).summary(unit="day"),
        kept.updated(new, observed_until=END).summary(unit="day"),
    )
    with pytest.raises(BadInput, match="not the table"):
        Kept.of_table(kept.table.replace_schema_metadata(None))


def test_what_was_kept_is_not_changed_by_what_comes_later():
    kept = Kept.of(some_orders(), **SPENT, observed_until=END)
    before = kept.summary(unit="day")
    kept.updated(some_orders().assign(at=pd.Timestamp(END)), observed_until=END)
    assert kept.summary(unit="day").equals(before)


def test_late_orders_need_the_log_and_say_so():
    kept = Kept.of(some_orders(), **SPENT, observed_until=END)
    late = some_orders(["a"]).head(1).assign(at=pd.Timestamp("2025-01-03"))
    with pytest.raises(BadInput, match="1 clients have orders before"):
        kept.updated(late, observed_until=END)
    with pytest.raises(BadInput, match="lacks 1 clients"):
        kept.updated(late, observed_until=END, log=some_orders(["b"]))
    whole = pd.concat([some_orders(), late])
    found = kept.updated(late, observed_until=END, log=whole)
    expected = summarise(whole, **SPENT, observed_until=END, unit="day")
    same(found.summary(unit="day"), expected)


def test_time_passes_without_orders_but_not_backwards():
    kept = Kept.of(some_orders(), **SPENT, observed_until=END)
    none = some_orders().head(0)
    later = kept.updated(none, observed_until=END + timedelta(days=7))
    grown = rows(later.summary(unit="day"))["T"] - rows(kept.summary(unit="day"))["T"]
    assert list(grown) == [7.0, 7.0]
    with pytest.raises(BadInput, match="already seen until 2025-02-15"):
        kept.updated(none, observed_until=START)


def test_clients_of_another_kind_are_refused():
    kept = Kept.of(some_orders().assign(client=1), **SPENT, observed_until=END)
    with pytest.raises(BadInput, match="Clients were int64"):
        kept.updated(some_orders().assign(at=pd.Timestamp(END)), observed_until=END)
