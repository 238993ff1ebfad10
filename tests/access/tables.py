"""A fingerprint of everything the database holds."""

import hashlib

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
