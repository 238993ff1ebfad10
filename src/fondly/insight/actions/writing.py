"""Write signals in bulk: COPY on PostgreSQL, short transactions with gaps on SQLite."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.csv
from django.db import connection

from fondly.base.errors import Refusal
from fondly.base.tasks import fenced, rest
from fondly.clients.models import Client
from fondly.insight.models import ScoreRun, Signal

BATCH = 500
COPIED = 20_000
# Rows that nobody sees yet, or any more, go in and out some 30 to 60 ms at a time.
UNSEEN = 2_000
Told = Callable[[int, int], None]


def fresh(run: ScoreRun, table: Any, *, told: Told) -> None:
    """Write a run's rows beside those that are shown."""
    size = COPIED if connection.vendor == "postgresql" else UNSEEN
    for done, part in _parts(_with_run(run, table), size):
        with fenced():
            hold(run)
            if connection.vendor == "postgresql":
                _copy(part)
            else:
                _insert(part)
        told(done, table.num_rows)


def replace(run: ScoreRun, table: Any) -> None:
    """Write some clients' rows in place of those of `run`."""
    rows = _with_run(run, table)
    kept = {"run_id", "client_id"}
    change = ", ".join(f"{n} = excluded.{n}" for n in rows.column_names if n not in kept)
    _insert(rows, more=f"ON CONFLICT (run_id, client_id) DO UPDATE SET {change}")


def tell_clients(rows: Any, table: Any) -> None:
    """Write tier and stage to the clients in which they changed."""
    before = zip(rows["tier"].to_pylist(), rows["stage"].to_pylist(), strict=True)
    after = zip(table["tier"].to_pylist(), table["stage"].to_pylist(), strict=True)
    ids = table["client_id"].to_pylist()
    changed = [
        (*new, key) for key, old, new in zip(ids, before, after, strict=True) if old != new
    ]
    name = connection.ops.quote_name(Client._meta.db_table)
    for start in range(0, len(changed), BATCH):
        with fenced(), connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {name} SET tier = %s, stage = %s WHERE id = %s",
                changed[start : start + BATCH],
            )
        rest()


def remove(runs: list[int]) -> None:
    """Delete runs and their rows in small steps."""
    for run_id in runs:
        while ids := list(
            Signal.objects.filter(run_id=run_id).values_list("pk", flat=True)[:UNSEEN]
        ):
            with fenced():
                Signal.objects.filter(pk__in=ids).delete()
            rest()
        with fenced():
            ScoreRun.objects.filter(pk=run_id, is_current=False).delete()


def hold(run: ScoreRun) -> None:
    """Make sure that no later run has taken over; hold the row until the commit."""
    rows = ScoreRun.objects.select_for_update().filter(pk=run.pk, is_abandoned=False)
    if rows.values_list("pk").first() is None:
        raise Refusal("A later scoring run has taken over.")


def _with_run(run: ScoreRun, table: Any) -> Any:
    run_ids = pa.array([run.pk] * table.num_rows, pa.int64())
    days = [n for n in table.column_names if pa.types.is_date(table[n].type)]
    for name in days:
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].cast(pa.string()))
    return table.append_column("run_id", run_ids)


def _parts(rows: Any, size: int) -> Iterator[tuple[int, Any]]:
    for start in range(0, rows.num_rows, size):
        yield min(start + size, rows.num_rows), rows.slice(start, size)
        if start + size < rows.num_rows:
            rest()


def _insert(rows: Any, *, more: str = "") -> None:
    names = ", ".join(rows.column_names)
    marks = ", ".join(["%s"] * rows.num_columns)
    values = zip(*(_plain(column) for column in rows.columns), strict=True)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {Signal._meta.db_table} ({names}) VALUES ({marks}) {more}",
            list(values),
        )


def _plain(column: Any) -> list[Any]:
    """Return a column's values for the database.

    SQLite takes NaN as NULL and a whole float as a whole number, and those come cheaply.
    """
    if connection.vendor == "sqlite":
        return list(column.to_numpy().tolist())
    return list(column.to_pylist())


def _copy(rows: Any) -> None:
    text = io.BytesIO()
    pyarrow.csv.write_csv(
        rows, text, pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    )
    names = ", ".join(rows.column_names)
    with connection.cursor() as cursor:
        asked = (
            f"COPY {Signal._meta.db_table} ({names}) FROM STDIN "
            "(FORMAT csv, FORCE_NOT_NULL (tier, stage))"
        )
        with cursor.copy(asked) as copy:
            copy.write(text.getbuffer())
