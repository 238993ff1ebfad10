"""Refunds and their originals: named, or the one earlier order that fits, or unknown."""

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from fondly.intake.staging.lines import fill, one

# Refunds whose original is still to be found. A named one that is not here stays unknown.
OPEN = "amount < 0 AND refund_n IS NULL AND refund_id IS NULL AND refund_of IS NULL"
PAST = ["order_id", "client_id", "number", "placed", "amount", "currency"]
PAST_LINE = ["order_id", "sku", "description", "quantity", "unit_price"]


def buyers(con: duckdb.DuckDBPyConnection) -> list[int]:
    """Return the clients, of those here before, whose refunds may be of earlier orders."""
    rows = con.execute(
        "SELECT DISTINCT client_id FROM new_order WHERE client_id IS NOT NULL "
        "AND (amount < 0 OR refund_of IS NOT NULL) ORDER BY 1"
    )
    return [row[0] for row in rows.fetchall()]


def keep_past(
    con: duckdb.DuckDBPyConnection,
    orders: Iterable[Sequence[Any]],
    lines: Iterable[Sequence[Any]],
) -> None:
    """Keep the orders of those clients as they are here, in the columns of PAST and
    PAST_LINE."""
    con.execute(
        """CREATE OR REPLACE TEMP TABLE past (order_id BIGINT, client_id BIGINT,
            number VARCHAR, placed TIMESTAMP, amount BIGINT, currency VARCHAR)"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE past_line (order_id BIGINT, sku VARCHAR,
            description VARCHAR, quantity DECIMAL(14, 3), unit_price DECIMAL(18, 6))"""
    )
    fill(con, "past", PAST, orders)
    fill(con, "past_line", PAST_LINE, lines)


def link(con: duckdb.DuckDBPyConnection, *, has_lines: bool) -> None:
    """Link a refund to its original: the one named, else the one earlier order of that
    client that holds all its lines (or has its amount), in this file or here before. Two
    candidates are none."""
    con.execute(
        """
        UPDATE new_order SET refund_n = o.n FROM new_order o
        WHERE new_order.refund_of = o.number AND o.n <> new_order.n
            AND o.who = new_order.who
        """
    )
    con.execute(
        """
        UPDATE new_order SET refund_id = p.order_id FROM past p
        WHERE new_order.refund_of = p.number AND p.number <> ''
            AND p.client_id = new_order.client_id AND new_order.refund_n IS NULL
        """
    )
    if one(con, f"SELECT count(*) FROM new_order WHERE {OPEN}"):
        _guess(con, has_lines=has_lines)
    _late(con)


def _guess(con: duckdb.DuckDBPyConnection, *, has_lines: bool) -> None:
    # An original is called by its place in this file, or by its key here, negative.
    con.execute(
        """
        CREATE OR REPLACE TEMP VIEW original AS
        SELECT n AS original, who, placed, amount, currency FROM new_order
        WHERE amount > 0
        UNION ALL
        SELECT -order_id, who, placed, amount, currency
        FROM past JOIN person USING (client_id) WHERE amount > 0
        """
    )
    candidates = _by_lines() if has_lines else _by_amount()
    con.execute(
        f"""
        UPDATE new_order SET
            refund_n = CASE WHEN found.original > 0 THEN found.original END,
            refund_id = CASE WHEN found.original < 0 THEN -found.original END
        FROM (
            SELECT refund, any_value(original) AS original FROM ({candidates})
            GROUP BY refund HAVING count(*) = 1
        ) found WHERE new_order.n = found.refund AND {OPEN}
        """
    )


def _late(con: duckdb.DuckDBPyConnection) -> None:
    """Make `new_refund`: refunds that are written before their originals."""
    con.execute(
        """CREATE OR REPLACE TABLE new_refund AS
        SELECT row_number() OVER (ORDER BY n) AS n, n AS order_n, refund_n AS original_n
        FROM new_order WHERE refund_n > n"""
    )


def _by_amount() -> str:
    return """
        SELECT r.n AS refund, o.original FROM new_order r JOIN original o
            ON o.who = r.who AND o.amount = -r.amount AND o.currency = r.currency
            AND o.placed <= r.placed
        WHERE r.amount < 0"""


def _by_lines() -> str:
    return """
        WITH back AS (
            SELECT l.*, r.who, r.placed, r.n AS refund,
                count(*) OVER (PARTITION BY r.n) AS lines
            FROM new_line l JOIN new_order r ON r.n = l.order_n WHERE r.amount < 0
        ), sold AS (
            SELECT order_n AS original, sku, description, quantity, unit_price
            FROM new_line
            UNION ALL
            SELECT -order_id, sku, description, quantity, unit_price FROM past_line
        ), bought AS (
            SELECT DISTINCT b.refund, b.lines, b.n AS line, o.original
            FROM back b JOIN original o ON o.who = b.who AND o.placed <= b.placed
            JOIN sold l ON l.original = o.original AND l.sku = b.sku
                AND l.description = b.description AND l.unit_price = b.unit_price
                AND l.quantity >= -b.quantity
        )
        SELECT refund, original FROM bought GROUP BY refund, original, lines
        HAVING count(*) = lines"""
