"""Checks of the database: there, up to date, set as it must be, readable by DuckDB."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import duckdb
from django.db import DatabaseError, connection

from fondly.site.doctor.finding import Finding, well, wrong
from fondly.site.serve.prepare import from_the_future, unapplied


def reachable() -> Finding:
    """Check that the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        words = str(error).strip().splitlines()[0]
        mend = "Start the database, or mend the address in DATABASE_URL."
        return wrong("database", f"it does not answer: {words}", mend)
    return well("database", f"{connection.display_name} answers")


def migrated() -> Finding:
    """Check that the database is as this version expects it."""
    if newer := from_the_future():
        return wrong(
            "migrations",
            f"the database was used by a newer Fondly ({newer[-1]})",
            "Install that version again, or restore the copy made before the upgrade.",
        )
    if missing := unapplied():
        return wrong(
            "migrations", f"{len(missing)} are not applied", "Run `fondly migrate`."
        )
    return well("migrations", "all applied")


def settings_of_sqlite() -> Finding | None:
    """Check that readers and writers of SQLite do not block each other."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    options = connection.settings_dict["OPTIONS"]
    if mode != "wal" or options.get("transaction_mode") != "IMMEDIATE":
        return wrong(
            "sqlite",
            f"journal mode {mode}, transactions {options.get('transaction_mode')}",
            "Keep the database on a local disk: network folders cannot do WAL.",
        )
    return well("sqlite", "WAL, immediate transactions")


def intact() -> Finding | None:
    """Check that SQLite finds no damage in its file."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        answer = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
    if answer != "ok":
        mend = "Stop Fondly and restore a copy of the database."
        return wrong("sqlite file", f"damaged: {answer}", mend)
    return well("sqlite file", "intact")


def analysis() -> Finding:
    """Check that DuckDB can read our databases with the extensions that came with it."""
    try:
        with duckdb.connect() as connection_:
            for name in ("sqlite_scanner", "postgres_scanner"):
                connection_.execute(f"LOAD '{next(_extensions(name))}'")
    except (duckdb.Error, ImportError, StopIteration) as error:
        words = str(error).splitlines()[0] if str(error) else "not found"
        mend = "Install again what requirements/app.txt pins: versions must match."
        return wrong("analysis", f"an extension of DuckDB does not load: {words}", mend)
    return well("analysis", f"DuckDB {duckdb.__version__} with both scanners")


def _extensions(name: str) -> Iterator[Path]:
    """Yield the extension's file in its wheel."""
    module = import_module(f"duckdb_extension_{name}")
    for folder in module.__path__:
        yield from Path(folder).rglob(f"{name}.duckdb_extension")
