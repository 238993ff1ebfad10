"""A fingerprint of everything the database holds."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# A session is not what the business knows; a rate limit is there to count refusals.
BESIDE = {"django_session", "fondly_cache", "sqlite_sequence"}


def fingerprint() -> dict[str, str]:
    """Return a checksum of each table."""
    quote = connection.ops.quote_name
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in BESIDE:
                continue
            cursor.execute(f"SELECT * FROM {quote(table)}")
            rows = sorted(map(repr, cursor.fetchall()))
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def changed(before: dict[str, str]) -> list[str]:
    """Return the tables that are not as they were."""
    after = fingerprint()
    return sorted(t for t in before | after if before.get(t) != after.get(t))


READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA", "EXPLAIN")


@contextmanager
def writes() -> Iterator[list[str]]:
    """Give a list that collects every statement which is not plainly a reading one.

    Checksums of all tables are dear; without such a statement nothing can have changed.
    """
    found: list[str] = []

    def watch(execute, sql, params, many, context):
        if not str(sql).lstrip(" (").upper().startswith(READS):
            found.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found
