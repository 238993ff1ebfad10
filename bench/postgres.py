"""A scratch database on a PostgreSQL server, filled with a large business and dropped
again.

The server is the one of BENCH_SERVER (`python -m bench` puts DATABASE_URL there): its
role must be allowed to create databases. Nothing but the scratch database is touched.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import psycopg

from bench.scratch import OWNERS
from fondly.base.clock import now

FOUNDED = """
import django; django.setup()
from django.core.management import call_command
from bench.scratch import founded
call_command("migrate", verbosity=0)
founded()
"""
FILLED = (
    "clients_client",
    "clients_contact",
    "clients_contactpoint",
    "clients_searchword",
    "clients_importantdate",
    "clients_order",
    "clients_contract",
    "touches_touch",
)


def server() -> str:
    """Return the address of the server, or nothing where none was given."""
    return os.environ.get("BENCH_SERVER", "")


@contextmanager
def database() -> Iterator[str]:
    """Make a database, give its address, and drop it whatever happens."""
    name = f"fondly_bench_{os.getpid()}"
    with psycopg.connect(server(), autocommit=True) as at:
        at.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(server())._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server(), autocommit=True) as at:
            at.execute(f"DROP DATABASE {name} WITH (FORCE)")


def fill(url: str, *, clients: int, orders: int, touches: int, contracts: int) -> None:
    """Migrate an empty database and fill it, in a few minutes for 20 million orders.

    Rows go in by COPY. Indexes and foreign keys are made after them, at once, as
    `pg_restore` does it.
    """
    surroundings = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "fondly.site.settings",
        "CLIENTS": str(clients),
        "ORDERS": str(orders),
        "TOUCHES": str(touches),
        "CONTRACTS": str(contracts),
    }
    subprocess.run([sys.executable, "-c", FOUNDED], check=True, env=surroundings)
    with psycopg.connect(url, autocommit=True) as at:
        again = _stripped(at)
        big = [sys.executable, "-m", "bench.big", "postgres", connection_of(url)]
        big += [now().date().isoformat(), str(OWNERS)]
        subprocess.run(big, check=True, env=surroundings)
        at.execute("SET maintenance_work_mem = '512MB'")
        for statement in again:
            at.execute(statement)
        for table in FILLED:
            at.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id))"
                f" FROM {table}"
            )
        at.execute("VACUUM (ANALYZE)")
        at.execute("CHECKPOINT")


def connection_of(url: str) -> str:
    """Return an address as libpq and DuckDB's scanner take it."""
    parts = urlsplit(url)
    given = {
        "host": parts.hostname,
        "port": parts.port,
        "dbname": parts.path.lstrip("/"),
        "user": parts.username,
        "password": parts.password,
    } | dict(parse_qsl(parts.query))
    return " ".join(f"{name}={value}" for name, value in given.items() if value)


def processor(url: str) -> float:
    """Return the processor seconds that the server has used, if it runs on this machine."""
    with psycopg.connect(url) as at:
        ((pid,),) = at.execute("SELECT pg_backend_pid()").fetchall()
    if not Path(f"/proc/{pid}/stat").exists():
        return float("nan")
    chief = int(_times(pid)[1])
    spent = 0.0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended, and its chief counts it
            row = _times(int(file.parent.name))
            is_chief = int(file.parent.name) == chief
            if is_chief or int(row[1]) == chief:
                spent += sum(map(float, row[11 : 15 if is_chief else 13]))
    return spent / os.sysconf("SC_CLK_TCK")


def _times(pid: int) -> list[str]:
    """Return what the kernel tells of a process, after its name."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def _stripped(at: psycopg.Connection) -> list[str]:
    """Drop keys and indexes of what will be filled; return how to make them again."""
    tables = {"tables": list(FILLED)}
    keys = at.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype"
        " FROM pg_constraint WHERE contype IN ('f', 'u', 'p')"
        " AND conrelid::regclass::text = ANY(%(tables)s) ORDER BY contype <> 'f'",
        tables,
    ).fetchall()
    # What others refer to must stay.
    keys = [key for key in keys if key[3] != "p"]
    for table, name, *_ in keys:
        at.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    indexes = at.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%(tables)s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        tables,
    ).fetchall()
    for name, _ in indexes:
        at.execute(f'DROP INDEX "{name}"')
    made = [definition for _, definition in indexes]
    return made + [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'
        for table, name, definition, _ in reversed(keys)
    ]
