"""The live database attached by DuckDB: each table as a view, types made equal here only.

SQLite and PostgreSQL differ (int64/boolean, text/date, naive/UTC): every column that is
read is named and cast in `COLUMNS`. A row that belongs to an unpublished arrival is not
there. Of some clients, only their rows are fetched, by the database's own index.
"""

import os
import tempfile
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from fondly.insight.source.dialect import DUCKDB
from fondly.insight.source.request import Borders, Request, as_values

MIB = 1_048_576
# What DuckDB may hold: so much, and more for each core, as each works on rows of its own.
LEAST_MIB, CORE_MIB = 1_024, 256
SCHEMAS = {"sqlite": "main", "postgres": "public"}
COLUMNS: dict[str, dict[str, str]] = {
    "clients_client": {
        "id": "int64",
        "created_at": "timestamp",
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
        "owner_id": "int64",
        "leaving_reason": "string",
    },
    "clients_order": {
        "client_id": "int64",
        "placed_on": "date",
        "amount": "int64",
        "currency": "string",
        "refund_of_id": "int64",
    },
    "clients_contact": {"id": "int64", "client_id": "int64"},
    "clients_contactpoint": {"contact_id": "int64", "kind": "string", "is_dead": "boolean"},
    "clients_address": {"client_id": "int64", "street": "string", "city": "string"},
    "clients_consententry": {
        "id": "int64",
        "client_id": "int64",
        "contact_id": "int64",
        "channel": "string",
        "purpose": "string",
        "is_granted": "boolean",
        "at": "timestamp",
    },
    "clients_contract": {
        "id": "int64",
        "client_id": "int64",
        "started_on": "date",
        "months": "int64",
        "price": "int64",
        "currency": "string",
        "promo_price": "int64",
        "promo_ends_on": "date",
        "next_price": "int64",
        "next_price_from": "date",
        "renews_on": "date",
        "renewal_months": "int64",
        "notice_days": "int64",
        "ends_on": "date",
    },
    "touches_touch": {
        "client_id": "int64",
        "at": "timestamp",
        "direction": "string",
        "purpose": "string",
        "is_called_off": "boolean",
    },
}
# What only reports read, besides. Nothing of it arrives with an import.
REPORTED: dict[str, dict[str, str]] = {
    "insight_signal": {
        "run_id": "int64",
        "client_id": "int64",
        "tier": "string",
        "stage": "string",
        "worth_24m": "int64",
        "worth_24m_low": "int64",
        "worth_24m_high": "int64",
        "revenue_12m": "int64",
        "p_active": "float64",
        "p_renew": "float64",
        "contracts": "int64",
        "cycles_silent": "float64",
        "recurring_12m": "int64",
        "renews_on": "date",
        "notice_by": "date",
        "price_step_on": "date",
        "price_step": "float64",
    },
    "clients_label": {"id": "int64", "kind": "string", "name": "string"},
    "clients_client_labels": {"client_id": "int64", "label_id": "int64"},
    "insight_viewmember": {"run_id": "int64", "view_id": "int64", "client_id": "int64"},
}
# Orders of which others are refunds, and what a foreign minor unit was worth each day.
ORIGINALS = {"id": "int64", "client_id": "int64", "placed_on": "date"}
RATES = {"currency": "string", "day": "date", "factor": "float64"}
# How each table is cut down to some clients, so that their index is used.
MINE = {
    "clients_client": "id IN ({ids})",
    "clients_contactpoint": (
        "contact_id IN (SELECT id FROM clients_contact WHERE client_id IN ({ids}))"
    ),
}
EVERY_DAY = """
CREATE TEMP TABLE rates AS
SELECT currency, CAST(unnest(generate_series(start, least(getvariable('as_of'),
  coalesce(following - 1, getvariable('as_of'))), INTERVAL 1 DAY)) AS DATE) AS day, factor
FROM (SELECT *, lead(start) OVER (PARTITION BY currency ORDER BY start) AS following
      FROM rates_given)
"""


@dataclass
class Live:
    """A DuckDB connection in which the tables of `COLUMNS` can be asked by name."""

    asked: Request
    con: Any = field(default_factory=duckdb.connect)

    def __post_init__(self) -> None:
        kind = self.asked.database.kind
        # The session's clock must not shift what PostgreSQL keeps in UTC.
        self.con.execute("SET TimeZone = 'UTC'")
        self.con.execute("SET enable_progress_bar = false")
        self._bound()
        self.con.execute(f"LOAD {DUCKDB.text(_scanner(kind))}")
        address = DUCKDB.text(self.asked.database.address)
        self.con.execute(f"ATTACH {address} AS live (TYPE {kind}, READ_ONLY)")
        self._seen = self._arrived()
        for name, columns in COLUMNS.items():
            if name != "clients_order":
                self._show(name, columns)
        if self.asked.reports_of:
            for name, columns in REPORTED.items():
                rows = f"SELECT {DUCKDB.cast(columns)} FROM {self._of(name)}"
                self.con.execute(f"CREATE TEMP VIEW {name} AS {rows}")
        for name, value in self.asked.values.items():
            self.con.execute(f"SET VARIABLE {name} = {DUCKDB.literal(value)}")
        self._show_orders()
        self._show_rates()

    def keep(self, name: str, question: str) -> None:
        """Compute the rows now and keep them in memory, to be read more than once."""
        self.con.execute(f"CREATE TEMP TABLE {name} AS {question}")

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Return the rows of a question with few of them."""
        return list(self.con.execute(question).fetchall())

    def table(self, question: str) -> Any:
        """Return the rows as an Arrow table."""
        found = self.con.execute(question).arrow()
        return found.read_all() if hasattr(found, "read_all") else found

    def give(self, borders: Borders) -> None:
        """Set the borders of the fifths; of few clients some fifths are not there."""
        for name, value in as_values(borders).items():
            number = f"CAST({DUCKDB.literal(value)} AS DOUBLE)"
            self.con.execute(f"SET VARIABLE {name} = {number}")

    def number_clients(self, name: str) -> None:
        """Keep by which number, or by which key (`id`), a warehouse knows each client."""
        which = "" if self.asked.client_ids is None else f" AND id IN ({self._ids})"
        self.con.execute(
            "CREATE TEMP TABLE client_numbers AS SELECT CAST(id AS BIGINT) AS client_id, "
            f"CAST({name} AS VARCHAR) AS number FROM {self._of('clients_client')} "
            f"WHERE {self._seen} AND CAST({name} AS VARCHAR) <> ''{which}"
        )

    def close(self) -> None:
        """Leave; DuckDB's memory goes with the process."""

    def _bound(self) -> None:
        """Keep memory within what a small server has; what is more goes to the disk.

        Whoever asks makes a folder for it and clears it away (`engine.child.surroundings`).
        """
        cores = os.cpu_count() or 1
        own = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        most = min(MIB * (LEAST_MIB + cores * CORE_MIB), own // 2)
        self.con.execute(f"SET memory_limit = '{most} B'")
        self.con.execute(f"SET temp_directory = {DUCKDB.text(tempfile.gettempdir())}")

    def _arrived(self) -> str:
        """Return which rows count: those there when reading began, except unpublished.

        Read once, before anything else: of an import that begins or is published
        meanwhile, a reader sees all or nothing.
        """
        arrivals = self._of("clients_arrival")
        found = self.con.execute(f"SELECT id, is_published::BOOLEAN FROM {arrivals}")
        rows = found.fetchall()
        newest = max((int(key) for key, _ in rows), default=0)
        hidden = ", ".join(str(int(key)) for key, is_out in rows if not is_out)
        # A fetched column without any value has no type of its own.
        arrival = "CAST(arrival_id AS BIGINT)"
        but = f" AND {arrival} NOT IN ({hidden})" if hidden else ""
        return f"({arrival} IS NULL OR ({arrival} <= {newest}{but}))"

    def _show(self, name: str, columns: dict[str, str]) -> None:
        if self.asked.client_ids is None:
            rows = f"SELECT {DUCKDB.cast(columns)} FROM {self._of(name)} WHERE {self._seen}"
            self.con.execute(f"CREATE TEMP VIEW {name} AS {rows}")
        else:
            which = MINE.get(name, "client_id IN ({ids})").format(ids=self._ids)
            self._fetch(name, columns, f"SELECT * FROM {name} WHERE {which}")

    def _show_orders(self) -> None:
        """Show the orders, and those of which others are refunds."""
        self._show("clients_order", COLUMNS["clients_order"])
        refunds = "SELECT refund_of_id FROM clients_order WHERE refund_of_id IS NOT NULL"
        if self.asked.client_ids is not None:
            refunds += f" AND client_id IN ({self._ids})"
        names = ", ".join(["arrival_id", *ORIGINALS])
        which = f"SELECT {names} FROM clients_order WHERE id IN ({refunds})"
        self._fetch("originals", ORIGINALS, which)

    def _show_rates(self) -> None:
        typed = "(currency VARCHAR, start DATE, factor DOUBLE)"
        self.con.execute(f"CREATE TEMP TABLE rates_given {typed}")
        rows = ", ".join(
            f"({', '.join(map(DUCKDB.literal, rate))})" for rate in self.asked.rates
        )
        if rows:
            self.con.execute(f"INSERT INTO rates_given VALUES {rows}")
        self.con.execute(EVERY_DAY)

    def _fetch(self, name: str, columns: dict[str, str], query: str) -> None:
        """Ask the database itself, by its own index, instead of scanning it."""
        asked = f"{self.asked.database.kind}_query('live', {DUCKDB.text(query)})"
        rows = f"SELECT {DUCKDB.cast(columns)} FROM {asked} WHERE {self._seen}"
        self.con.execute(f"CREATE TEMP TABLE {name} AS {rows}")

    def _of(self, name: str) -> str:
        return f'live.{SCHEMAS[self.asked.database.kind]}."{name}"'

    @property
    def _ids(self) -> str:
        return ",".join(str(int(one)) for one in self.asked.client_ids or [0])


def _scanner(kind: str) -> str:
    """Return the file of the scanner extension, which its wheel carries."""
    spec = find_spec(f"duckdb_extension_{kind}_scanner")
    if spec is None or spec.origin is None:
        raise RuntimeError(f"The package duckdb-extension-{kind}-scanner is missing.")
    return str(next(Path(spec.origin).parent.glob("extensions/*/*.duckdb_extension")))
