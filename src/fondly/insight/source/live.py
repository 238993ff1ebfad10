"""The live database as Ibis tables: attached by DuckDB, types made equal here only.

SQLite and PostgreSQL differ (int64/boolean, text/date, naive/UTC): every column that is
read is named and cast in `COLUMNS`.
"""

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ibis

from fondly.insight.source.request import Database

SCHEMAS = {"sqlite": "main", "postgres": "public"}
ROW = {"id": "int64", "arrival_id": "int64"}
COLUMNS: dict[str, dict[str, str]] = {
    "clients_arrival": {"id": "int64", "is_published": "boolean"},
    "clients_client": ROW
    | {
        "client_since": "date",
        "influence": "int64",
        "growth_potential": "int64",
        "ideal_days": "int64",
        "maximum_days": "int64",
        "closed_on": "date",
        "stage": "string",
        "stage_by_hand": "string",
        "stage_by_hand_until": "date",
        "tier": "string",
        "extra": "string",
    },
    "clients_order": ROW
    | {
        "client_id": "int64",
        "placed_on": "date",
        "amount": "int64",
        "currency": "string",
        "refund_of_id": "int64",
    },
    "clients_contact": ROW | {"client_id": "int64"},
    "clients_contactpoint": ROW
    | {"contact_id": "int64", "kind": "string", "is_dead": "boolean"},
    "clients_address": ROW | {"client_id": "int64", "street": "string", "city": "string"},
    "clients_consententry": ROW
    | {
        "client_id": "int64",
        "contact_id": "int64",
        "channel": "string",
        "purpose": "string",
        "is_granted": "boolean",
        "at": "timestamp",
    },
    "touches_touch": ROW
    | {
        "client_id": "int64",
        "at": "timestamp",
        "direction": "string",
        "purpose": "string",
    },
}
# How each table is cut down to some clients, so that their index is used.
MINE = {
    "clients_client": "id IN ({ids})",
    "clients_contactpoint": (
        "contact_id IN (SELECT id FROM clients_contact WHERE client_id IN ({ids}))"
    ),
}


@dataclass
class Live:
    """A DuckDB connection with the live database attached for reading."""

    database: Database
    client_ids: list[int] | None = None
    con: Any = field(default_factory=ibis.duckdb.connect)

    def __post_init__(self) -> None:
        # The session's clock must not shift what PostgreSQL keeps in UTC.
        self.con.raw_sql("SET TimeZone = 'UTC'")
        self.con.raw_sql("SET enable_progress_bar = false")
        self.con.raw_sql(f"LOAD {_quoted(_scanner(self.database.kind))}")
        address = _quoted(self.database.address)
        self.con.raw_sql(f"ATTACH {address} AS live (TYPE {self.database.kind}, READ_ONLY)")

    def table(self, name: str) -> Any:
        """Return a table's columns as named in `COLUMNS`, in types that do not differ."""
        columns = COLUMNS[name]
        rows = self._some(name) if self.client_ids is not None else self._all(name)
        return rows.select(**{c: rows[c].cast(kind) for c, kind in columns.items()})

    def kept(self, name: str, rows: Any) -> Any:
        """Compute `rows` now and keep them in memory, to be read more than once."""
        return self.con.create_table(name, rows, temp=True)

    def originals(self) -> Any:
        """Return the orders of which others are refunds, found by their index."""
        columns = COLUMNS["clients_order"]
        refunds = "SELECT refund_of_id FROM clients_order WHERE refund_of_id IS NOT NULL"
        if self.client_ids is not None:
            refunds += f" AND client_id IN ({self._ids})"
        which = f"id IN ({refunds})"
        rows = self._queried("originals", "clients_order", which)
        return rows.select(**{c: rows[c].cast(kind) for c, kind in columns.items()})

    @property
    def _ids(self) -> str:
        return ",".join(str(int(one)) for one in self.client_ids or [0])

    def _all(self, name: str) -> Any:
        return self.con.table(name, database=("live", SCHEMAS[self.database.kind]))

    def _some(self, name: str) -> Any:
        """Ask the database itself, by its own index, instead of scanning it."""
        if name == "clients_arrival":
            return self._all(name)
        which = MINE.get(name, "client_id IN ({ids})").format(ids=self._ids)
        return self._queried(f"some_{name}", name, which)

    def _queried(self, name: str, table: str, which: str) -> Any:
        columns = ", ".join(map(_column, COLUMNS[table]))
        query = f"SELECT {columns} FROM {table} WHERE {which}"
        asked = f"{self.database.kind}_query('live', {_quoted(query)})"
        self.con.raw_sql(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM {asked}")
        return self.con.table(name)


def _column(name: str) -> str:
    return f'"{name}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _scanner(kind: str) -> str:
    """Return the file of the scanner extension, which its wheel carries."""
    spec = find_spec(f"duckdb_extension_{kind}_scanner")
    if spec is None or spec.origin is None:
        raise RuntimeError(f"The package duckdb-extension-{kind}-scanner is missing.")
    return str(next(Path(spec.origin).parent.glob("extensions/*/*.duckdb_extension")))
