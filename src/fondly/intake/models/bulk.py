"""Rows written in bulk: keys reserved ahead, plain inserts on SQLite, COPY on PostgreSQL.

The ORM is left out where a million rows come: the values arrive as the database keeps them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models, transaction

Row = Sequence[Any]


def is_postgres() -> bool:
    """Tell which of the two databases it is."""
    return connection.vendor == "postgresql"


def reserve(model: type[models.Model], count: int) -> int:
    """Return the first of `count` primary keys that nobody else will get."""
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if is_postgres():
            # The lock keeps others from drawing a key between reading and setting.
            cursor.execute(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')
            cursor.execute(f"SELECT nextval(pg_get_serial_sequence('\"{table}\"', 'id'))")
            first = int(cursor.fetchone()[0])
            if count > 1:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), %s)",
                    [first + count - 1],
                )
            return first
        # The transaction is IMMEDIATE, so nobody draws a key in between.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        if found is None:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count]
            )
            return 1
        cursor.execute(
            "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table]
        )
        return int(found[0]) + 1


def stored(value: datetime) -> str:
    """Return a UTC time as this database is given it in bulk."""
    text = value.strftime("%Y-%m-%d %H:%M:%S")
    return f"{text}+00" if is_postgres() else text


@lru_cache
def _plan(
    model: type[models.Model], fields: tuple[str, ...]
) -> tuple[str, tuple[Any, ...]]:
    """Return the columns to write, and the defaults of those that are not named."""
    by_name = {field.name: field.column for field in model._meta.local_concrete_fields}
    columns = [by_name[name] for name in fields]
    rest = []
    for field in model._meta.local_concrete_fields:
        if field.column in columns or field.null or field.primary_key:
            continue
        default = field.get_db_prep_save(field.get_default(), connection)
        if is_postgres() and isinstance(field, models.JSONField):
            default = "{}"
        columns.append(field.column)
        rest.append(int(default) if isinstance(default, bool) else default)
    return ", ".join(f'"{column}"' for column in columns), tuple(rest)


def insert(model: type[models.Model], fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert `rows`, each the values of `fields`; other columns get their default."""
    if not rows:
        return
    columns, rest = _plan(model, tuple(fields))
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if is_postgres():
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row((*row, *rest))
            return
        marks = ", ".join(["%s"] * (len(fields) + len(rest)))
        cursor.executemany(
            f'INSERT INTO "{table}" ({columns}) VALUES ({marks})',
            [(*row, *rest) for row in rows] if rest else rows,
        )


def update(model: type[models.Model], fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Update rows, each the values of `fields` and then its key."""
    if not rows:
        return
    columns, _rest = _plan(model, tuple(fields))
    names = columns.split(", ")[: len(fields)]
    places = ", ".join(f"{name} = %s" for name in names)
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{model._meta.db_table}" SET {places} WHERE id = %s', rows
        )


def prepared(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """Return plain values (from JSON) as this database takes them, by field."""
    fields = {field.name: field for field in model._meta.local_concrete_fields}
    return {
        name: fields[name].get_db_prep_save(fields[name].to_python(value), connection)
        for name, value in values.items()
    }


@contextmanager
def relaxed() -> Iterator[None]:
    """Let SQLite commit without waiting for the disk: for rows nobody sees yet.

    A crash of the process loses nothing; one of the machine may lose the last turns, and
    their place in the file with them. What is published afterwards waits for the disk,
    and with it for all that was written before.
    """
    if is_postgres() or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA wal_autocheckpoint = 40000")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_autocheckpoint = 1000")
            cursor.execute("PRAGMA synchronous = FULL")


def delete(model: type[models.Model], where: str, values: Sequence[Any]) -> int:
    """Delete rows without asking what hangs on them; `where` is ours, never a user's."""
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE {where}', values)
        return int(cursor.rowcount)


def measure(written: Iterable[type[models.Model]]) -> None:
    """Have PostgreSQL learn how large these tables are now.

    Until it does, by itself some minutes later, it plans for the tables as they were, and
    a query over thousands of new rows may take minutes.
    """
    if not is_postgres():
        return
    with connection.cursor() as cursor:
        for model in written:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
