"""Orders in a folder of Parquet files, read by DuckDB; what is wrong there is refused."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner

from fondly.base.errors import Refusal
from fondly.insight import actions
from fondly.insight.actions.asking import request
from fondly.insight.actions.compute import compute
from fondly.insight.commands import score
from fondly.insight.engine.child import ask
from fondly.insight.engine.places import place
from fondly.insight.models import ScoreRun, Signal, StaleClient
from fondly.insight.scoring.model import learn
from fondly.insight.tests.engines import by_hand
from fondly.insight.tests.engines.alike import PARAMETERS, assert_alike, assert_same
from fondly.insight.tests.engines.business import a_whole_business, its_warehouse
from fondly.testing import NOON, TODAY, a_business, a_client, a_touch, an_order

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = {
    "client": "K1",
    "placed_on": TODAY - timedelta(days=9),
    "amount": Decimal("12.50"),
    "currency": "EUR",
}


@pytest.fixture
def ada():
    a_business()
    return a_client(number="K1")


def a_folder(path, *rows, **columns):
    """Write rows as one file; `columns` say what differs from a plain order."""
    folder = path / "orders"
    folder.mkdir(exist_ok=True)
    table = pa.Table.from_pylist(list(rows) or [ORDER])
    for name, values in columns.items():
        if name in table.column_names:
            table = table.drop_columns(name)
        if values is not None:
            table = table.append_column(name, values)
    pa.parquet.write_table(table, folder / "orders.parquet")
    return str(folder)


def answered(folder, **more):
    engine = actions.engine("duckdb", orders=folder, **more)
    return ask(request(TODAY, engine=engine)).rows.to_pylist()


def test_parquet_gives_every_signal_of_the_live_database_and_numpy_the_parameters(tmp_path):
    a_whole_business()
    live = compute(request(TODAY))
    folder = its_warehouse(tmp_path / "orders")
    asked = request(TODAY, engine=actions.engine("duckdb", orders=str(folder)))
    found = compute(asked)
    assert (found.model.kind, bool(found.model.renewals)) == ("bgnbd", True)
    assert_alike(live, found)
    third = learn(by_hand.history(folder, as_of=TODAY, rates=asked.rates)).to_json()
    ours = found.model.to_json()
    for name in ("clients", "repeaters", "orders", "k", "spend", "usual_gap"):
        assert_same(third[name], ours[name], to=PARAMETERS, at=name)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"currency": None}, "no column currency. They have: amount, client, placed_on."),
        ({"client": None}, "no column client or client_id"),
        (
            {"amount": pa.array([12.5])},
            "amount must hold a decimal number; it holds double",
        ),
        ({"amount": pa.array([12])}, "amount must hold a decimal number; it holds a whole"),
        (
            {"placed_on": pa.array(["2026-03-01"])},
            "placed_on must hold a date; it holds text",
        ),
        ({"client": pa.array([None], pa.string())}, "1 of 1 orders have no client"),
        ({"amount": pa.array([None], pa.decimal128(9, 2))}, "1 of 1 orders have no amount"),
        ({"client": pa.array(["K7"])}, "1 orders belong to 1 clients .* known here: K7."),
    ],
)
def test_orders_that_cannot_be_counted_are_refused(columns, words, ada, tmp_path):
    with pytest.raises(Refusal, match=words):
        answered(a_folder(tmp_path, **columns))


def test_a_folder_without_orders_is_refused(ada, tmp_path):
    with pytest.raises(Refusal, match="There is no folder"):
        answered(str(tmp_path / "nowhere"))
    (tmp_path / "_temporary").mkdir()
    pa.parquet.write_table(pa.table({"a": [1]}), tmp_path / "_temporary" / "a.parquet")
    with pytest.raises(Refusal, match="no Parquet files"):
        answered(str(tmp_path))
    a_folder(tmp_path)
    empty = pa.parquet.read_table(tmp_path / "orders" / "orders.parquet").slice(0, 0)
    pa.parquet.write_table(empty, tmp_path / "orders" / "orders.parquet")
    with pytest.raises(Refusal, match="no orders in the warehouse"):
        answered(str(tmp_path / "orders"))


@pytest.mark.parametrize("harm", ["unlike", "cut off", "no parquet"])
def test_files_that_cannot_be_read_together_are_refused_by_name(harm, ada, tmp_path):
    folder = Path(a_folder(tmp_path))
    whole = (folder / "orders.parquet").read_bytes()
    other = folder / "second.parquet"
    if harm == "unlike":
        pa.parquet.write_table(pa.table({"kunde": ["K1"]}), other)
    else:
        other.write_bytes(whole[: len(whole) // 2] if harm == "cut off" else b"a,b")
    with pytest.raises(Refusal, match=r"cannot be read: .*second\.parquet"):
        answered(str(folder))
    other.rename(folder / "_second.parquet")
    assert len(answered(str(folder))) == 1


def test_a_file_that_goes_while_it_is_read_is_refused(ada, tmp_path):
    folder = a_folder(tmp_path)
    asked = request(TODAY, engine=actions.engine("duckdb", orders=folder))
    at = place(asked)
    (Path(folder) / "orders.parquet").unlink()
    with pytest.raises(Refusal, match="cannot be read"):
        at.rows("SELECT count(*) FROM clients_order")


def test_orders_of_unknown_clients_can_be_left_out(ada, tmp_path):
    rows = [ORDER, *(ORDER | {"client": f"X{n}"} for n in range(7))]
    folder = a_folder(tmp_path, *rows)
    with pytest.raises(
        Refusal, match=r"7 orders belong to 7 clients .*X0, X1, X2, X3, X4, …"
    ):
        answered(folder)
    (row,) = answered(folder, without_unknown=True)
    assert (row["client_id"], row["orders"], row["revenue"]) == (ada.pk, 1, 1_250)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (pa.timestamp("us", tz="UTC"), date(2026, 3, 2)),  # an instant: Berlin is ahead
        (pa.timestamp("us"), date(2026, 3, 1)),  # a wall clock
    ],
)
def test_the_day_of_a_time_is_the_businesss_own(at, day, ada, tmp_path):
    late = pa.array([datetime(2026, 3, 1, 23, 30)], at)  # noqa: DTZ001 - both are meant
    (row,) = answered(a_folder(tmp_path, placed_on=None, placed_at=late))
    assert row["first_order_on"] == day


def test_instants_in_the_old_form_are_instants(ada, tmp_path):
    table = pa.Table.from_pylist(
        [ORDER | {"placed_at": datetime(2026, 3, 1, 23, 30, tzinfo=UTC)}]
    )
    (tmp_path / "orders").mkdir()
    pa.parquet.write_table(
        table.drop_columns("placed_on"),
        tmp_path / "orders" / "a.parquet",
        use_deprecated_int96_timestamps=True,
    )
    (row,) = answered(str(tmp_path / "orders"))
    assert row["first_order_on"] == date(2026, 3, 2)


def test_money_is_told_in_units_or_in_minor_units(ada, tmp_path):
    yen = {"currency": "JPY", "amount": Decimal("300.00")}
    rows = [ORDER, ORDER | {"placed_on": TODAY} | yen]
    (row,) = answered(a_folder(tmp_path, *rows))
    assert (row["orders"], row["revenue"], row["unpriced"]) == (2, 1_250, 1)
    minor = {"amount": None, "amount_minor": pa.array([777])}
    assert answered(a_folder(tmp_path, **minor))[0]["revenue"] == 777


def test_a_refund_counts_on_the_day_of_the_order_it_names(ada, tmp_path):
    rows = [
        ORDER | {"number": "1", "refund_of": None, "placed_on": TODAY - timedelta(days=30)},
        ORDER | {"number": "2", "refund_of": None},
        ORDER | {"number": "3", "refund_of": "2", "amount": Decimal("-12.50")},
    ]
    rows[2]["placed_on"] = TODAY
    (row,) = answered(a_folder(tmp_path, *rows))
    assert (row["orders"], row["revenue"]) == (1, 1_250)
    assert row["last_order_on"] == TODAY - timedelta(days=30)


def test_a_change_is_scored_and_the_night_computed_from_the_same_orders(ada, tmp_path):
    """Whoever scored from a warehouse must not find everybody a prospect in the morning."""
    folder = a_folder(tmp_path)
    actions.score_all(as_of=TODAY, now=NOON, engine=actions.engine(orders=folder))
    a_touch(ada)
    assert actions.score_some([ada.pk], as_of=TODAY, now=NOON) == 1
    found = Signal.objects.current().get(client=ada)
    assert (found.orders, found.gives_12m) == (1, 1)
    actions.score_all(as_of=TODAY, now=NOON)
    assert Signal.objects.current().get(client=ada).orders == 1


def test_where_orders_are_out_of_reach_a_change_waits_for_the_next_run(ada, tmp_path):
    folder = a_folder(tmp_path)
    run = actions.score_all(as_of=TODAY, now=NOON, engine=actions.engine(orders=folder))
    run.fit["engine"] |= {"kind": "spark", "orders": "shop.orders"}
    run.save()
    assert actions.score_some([ada.pk], as_of=TODAY, now=NOON) == 0
    assert StaleClient.objects.filter(client_id=ada.pk).exists()
    assert Signal.objects.current().get(client=ada).orders == 1


def test_the_command_reads_a_folder_and_refuses_another(ada, tmp_path, monkeypatch):
    an_order(ada)
    an_order(ada, on=TODAY - timedelta(days=1))
    folder = a_folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(score, ["--orders", "orders"], catch_exceptions=False)
    assert said.exit_code == 0
    assert ScoreRun.current().fit["engine"]["orders"] == folder
    assert Signal.objects.current().get(client=ada).orders == 1
    with pytest.raises(Refusal, match="no folder"):
        CliRunner().invoke(score, ["--orders", "elsewhere"], catch_exceptions=False)
    assert ScoreRun.current().fit["engine"]["orders"] == folder
    CliRunner().invoke(score, [], catch_exceptions=False)
    assert Signal.objects.current().get(client=ada).orders == 2
