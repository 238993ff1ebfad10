"""Write signals in bulk: COPY on PostgreSQL, short transactions with gaps on SQLite."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.db import connection
from django.db.models import CharField, Model

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.tasks import fenced, rest
from fondly.insight.models import ByClient, ScoreRun, Signal
from fondly.insight.scoring.arrow import constant, values

BATCH = 500
COPIED = 20_000
# Rows that nobody sees yet, or any more, go in and out some 40 to 80 ms at a time.
UNSEEN = 5_000
Told = Callable[[int, int], None]
TOLD = ["tier", "stage"]
TELL_ONE = "UPDATE clients_client SET tier = %s, stage = %s WHERE id = %s"
TELL_MANY = """
UPDATE clients_client AS client SET tier = found.tier, stage = found.stage
FROM unnest(%s::varchar[], %s::varchar[], %s::bigint[]) AS found (tier, stage, id)
WHERE client.id = found.id
"""


def fresh(run: ScoreRun, table: Any, *, told: Told) -> None:
    """Write a run's rows beside those that are shown."""
    rows = named(table, run_id=run.pk)
    beside(Signal, rows, held=partial(hold, run), told=told)
    if connection.vendor == "postgresql":
        # Of a run that it has not counted PostgreSQL thinks that there are no rows, and
        # plans every list of them by that until it gets around to counting.
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {Signal._meta.db_table} (run_id, client_id)")


def beside(model: type[Model], rows: Any, *, held: Callable[[], None], told: Told) -> None:
    """Write rows that nobody sees yet, some at a time, each part only while `held`."""
    size = COPIED if connection.vendor == "postgresql" else UNSEEN
    with unseen():
        for done, part in _parts(rows, size):
            with fenced():
                held()
                if connection.vendor == "postgresql":
                    _copy(model, part)
                else:
                    _insert(model, part)
            told(done, rows.num_rows)


@contextmanager
def unseen() -> Iterator[None]:
    """Commit without waiting for the disk, for rows that nobody sees yet or any more.

    On SQLite the next commit of anybody that does wait, and the one that shows the rows
    does, brings all before it to the disk as well: they stand in one log. On PostgreSQL
    it is the same. A power cut can only take what was not shown.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            before = cursor.fetchone()[0]
            cursor.execute("PRAGMA synchronous = NORMAL")
            back = f"PRAGMA synchronous = {before}"
        else:
            cursor.execute("SET synchronous_commit = off")
            back = "RESET synchronous_commit"
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(back)


def replace(run: ScoreRun, table: Any) -> None:
    """Write some clients' rows in place of those of `run`."""
    rows = named(table, run_id=run.pk)
    kept = {"run_id", "client_id"}
    change = ", ".join(f"{n} = excluded.{n}" for n in rows.column_names if n not in kept)
    _insert(Signal, rows, more=f"ON CONFLICT (run_id, client_id) DO UPDATE SET {change}")


def tell_clients(rows: Any, table: Any) -> None:
    """Write tier and stage to the clients in which they changed."""
    different = (pc.not_equal(rows[name], table[name]) for name in TOLD)
    found = table.select([*TOLD, "client_id"]).filter(pc.or_(*different))
    size = UNSEEN if connection.vendor == "postgresql" else BATCH
    for _done, part in _parts(found, size):
        with fenced(), connection.cursor() as cursor:
            tiers, stages, ids = (column.to_pylist() for column in part.columns)
            if connection.vendor == "postgresql":
                cursor.execute(TELL_MANY, [tiers, stages, ids])
            else:
                cursor.executemany(TELL_ONE, list(zip(tiers, stages, ids, strict=True)))


def remove(runs: list[int]) -> None:
    """Delete runs and their rows in small steps."""
    for run_id in runs:
        clear(Signal.objects.of_run(run_id), run_id=run_id)
        with fenced():
            ScoreRun.objects.filter(pk=run_id, is_current=False).delete()


def clear(rows: ByClient[Any], **key: int) -> None:
    """Delete the rows of a key that nobody sees any more, some at a time by client."""
    ((column, value),) = key.items()
    with unseen():
        while last := rows.place_of(UNSEEN):
            with fenced(), connection.cursor() as cursor:
                cursor.execute(
                    f"DELETE FROM {rows.model._meta.db_table} WHERE {column} = %s"
                    " AND client_id <= %s",
                    [value, last],
                )
            rest()


def hold(run: ScoreRun) -> None:
    """Make sure that no later run has taken over; hold the row until the commit."""
    rows = ScoreRun.objects.select_for_update().filter(pk=run.pk, is_abandoned=False)
    if rows.values_list("pk").first() is None:
        raise Refusal(_("A later scoring run has taken over."))


def named(table: Any, **key: int) -> Any:
    """Return the rows as the database takes them, each with the key they go under."""
    ((column, value),) = key.items()
    days = [n for n in table.column_names if pa.types.is_date(table[n].type)]
    for name in days:
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].cast(pa.string()))
    return table.append_column(column, constant(value, size=table.num_rows))


def _parts(rows: Any, size: int) -> Iterator[tuple[int, Any]]:
    for start in range(0, rows.num_rows, size):
        yield min(start + size, rows.num_rows), rows.slice(start, size)
        if start + size < rows.num_rows:
            rest()


def _insert(model: type[Model], rows: Any, *, more: str = "") -> None:
    names = ", ".join(rows.column_names)
    marks = ", ".join(["%s"] * rows.num_columns)
    lines = zip(*(_plain(column) for column in rows.columns), strict=True)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks}) {more}",
            list(lines),
        )


def _plain(column: Any) -> list[Any]:
    """Return a column's values for the database.

    SQLite takes NaN as NULL and a whole float as a whole number, and those come cheaply.
    """
    kind = column.type
    if connection.vendor != "sqlite" or pa.types.is_string(kind):
        return list(column.to_pylist())
    if pa.types.is_boolean(kind):
        return list(values(column, pa.uint8(), unknown=0).tolist())
    if pa.types.is_integer(kind) and not column.null_count:
        return list(values(column, pa.int64(), unknown=0).tolist())
    return list(values(column, pa.float64(), unknown=float("nan")).tolist())


def _copy(model: type[Model], rows: Any) -> None:
    text = io.BytesIO()
    pyarrow.csv.write_csv(
        rows, text, pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    )
    names = ", ".join(rows.column_names)
    # Nothing at all between two commas is an empty text there, not an unknown one.
    fields = {field.column: field for field in model._meta.concrete_fields}
    texts = [name for name in rows.column_names if isinstance(fields[name], CharField)]
    never_null = f", FORCE_NOT_NULL ({', '.join(texts)})" if texts else ""
    with connection.cursor() as cursor:
        asked = f"COPY {model._meta.db_table} ({names}) FROM STDIN (FORMAT csv{never_null})"
        with cursor.copy(asked) as copy:
            copy.write(text.getbuffer())
