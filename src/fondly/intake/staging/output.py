"""What the staging area gives the database, table by table, in the order of writing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
from django.db import models

from fondly.clients.models import (
    Address,
    Client,
    ConsentEntry,
    Contact,
    ContactPoint,
    ImportantDate,
    Order,
    OrderLine,
    SearchWord,
)
from fondly.intake.models import ImportChange
from fondly.intake.staging.lines import one, text


@dataclass(frozen=True, kw_only=True)
class Step:
    """One table to write: its staged rows, and what each field is made of.

    `values` are SQL over the staged table `source`; {base} is the first reserved key of
    this step and {client}, {order}, {contact} those of others.
    """

    slug: str
    model: type[models.Model]
    source: str
    values: dict[str, str]
    has_arrival: bool = True  # or belongs to a row that has
    is_update: bool = False  # of rows written before: the last value is the key

    def count(self, con: duckdb.DuckDBPyConnection) -> int:
        """Return how many rows there are to write."""
        known = "SELECT count(*) FROM information_schema.tables WHERE table_name = ?"
        if not one(con, known, [self.source]):
            return 0
        return int(one(con, f"SELECT count(*) FROM {self.source}"))

    def rows(
        self,
        con: duckdb.DuckDBPyConnection,
        *,
        after: int,
        most: int,
        places: dict[str, Any],
    ) -> list[tuple[Any, ...]]:
        """Return the values of up to `most` rows after row `after`."""
        columns = ", ".join(value.format(**places) for value in self.values.values())
        return con.execute(
            f"SELECT {columns} FROM {self.source} "
            f"WHERE n > {after} AND n <= {after + most} ORDER BY n"
        ).fetchall()


ARRIVED = {"id": "{base} + n", "arrival": "{arrival}", "version": "1"}
OF_CLIENT = "coalesce(client_id, {client} + client_n)"
ORDER_KEY = """coalesce('n:' || number, 't:' || coalesce(client_id, {client} + client_n)
    || ':' || strftime(placed, '%Y-%m-%dT%H:%M:%S') || ':' || amount || currency || ':'
    || occurrence)"""
STEPS = (
    Step(
        slug="client",
        model=Client,
        source="new_client",
        values=ARRIVED
        | {
            "number": "coalesce(number, '')",
            "kind": "coalesce(kind, 'organisation')",
            "name": "name",
            "sort_name": "sort_name",
            "industry": "coalesce(industry, '')",
            "influence": "influence",
            "growth_potential": "growth_potential",
            "time_zone": "coalesce(time_zone, '')",
            "language": "coalesce(language, '')",
            "owner": "owner_id",
            "client_since": "client_since",
            "notes": "coalesce(notes, '')",
            "extra": "coalesce(extra, '{{}}')",
            "created_at": "{now}",
            "updated_at": "{now}",
        },
    ),
    Step(
        slug="contact",
        model=Contact,
        source="new_contact",
        values=ARRIVED | {"client": OF_CLIENT, "name": "name", "is_primary": "is_primary"},
    ),
    Step(
        slug="point",
        model=ContactPoint,
        source="new_point",
        values=ARRIVED
        | {
            "contact": "coalesce(contact_id, {contact} + contact_n)",
            "kind": "kind",
            "value": "value",
            "normalised": "normalised",
        },
    ),
    Step(
        slug="address",
        model=Address,
        source="new_address",
        values=ARRIVED
        | {"client": OF_CLIENT}
        | {
            name: f"coalesce({name}, '')"
            for name in ("street", "postcode", "city", "region", "country")
        },
    ),
    Step(
        slug="date",
        model=ImportantDate,
        source="new_date",
        values=ARRIVED
        | {"client": OF_CLIENT, "kind": "'birthday'"}
        | {name: name for name in ("month", "day", "year")},
    ),
    Step(
        slug="consent",
        model=ConsentEntry,
        source="new_consent",
        values=ARRIVED
        | {
            "client": OF_CLIENT,
            "channel": "'email'",
            "purpose": "'news'",
            "is_granted": "is_granted",
            "at": "given || {zone}",
            "source": "source",
            "wording": "wording",
        },
    ),
    Step(
        slug="word",
        model=SearchWord,
        source="new_word",
        values={"id": "{base} + n", "client": "{client} + client_n", "word": "word"},
        has_arrival=False,
    ),
    Step(
        slug="order",
        model=Order,
        source="new_order",
        values=ARRIVED
        | {
            "client": OF_CLIENT,
            "key": ORDER_KEY,
            "number": "coalesce(number, '')",
            "placed_at": "strftime(placed, '%Y-%m-%d %H:%M:%S') || {zone}",
            "placed_on": "day::VARCHAR",
            "amount": "amount",
            "currency": "currency",
            "refund_of": "coalesce(refund_id, CASE WHEN refund_n < n "
            "THEN {base} + refund_n END)",
            "note": "coalesce(note, '')",
        },
    ),
    Step(
        slug="line",
        model=OrderLine,
        source="new_line",
        values={
            "id": "{base} + n",
            "order": "{order} + order_n",
            "position": "position",
            "sku": "sku",
            "description": "description",
            "quantity": "quantity::VARCHAR",
            "unit_price": "unit_price::VARCHAR",
            "amount": "amount",
        },
    ),
    Step(
        slug="late_refund",  # of originals that came after them
        model=Order,
        source="new_refund",
        values={"refund_of": "{order} + original_n", "id": "{order} + order_n"},
        is_update=True,
    ),
    Step(
        slug="change",
        model=ImportChange,
        source="change",
        has_arrival=False,
        values={
            "id": "{base} + n",
            "source": "{source}",
            "table": "tbl",
            "row_id": "row_id",
            "before": "before::VARCHAR",
            "after": "after::VARCHAR",
            "version": "version",
        },
    ),
)


def counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many rows each step writes, leaving out those that write none."""
    found = {step.slug: step.count(con) for step in STEPS}
    return {slug: count for slug, count in found.items() if count}


def steps(slugs: dict[str, int]) -> Iterator[Step]:
    """Yield the steps that write something, in their order."""
    return (step for step in STEPS if step.slug in slugs)


def literal(value: str) -> str:
    """Return a value as SQL for `places`."""
    return text(value)
