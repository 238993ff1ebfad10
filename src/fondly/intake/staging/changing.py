"""Orders that are here and come with another time or amount: what they were and will be."""

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from fondly.intake.staging.lines import fill

LINE = {
    "position": "INTEGER",
    "sku": "VARCHAR",
    "description": "VARCHAR",
    "quantity": "VARCHAR",
    "unit_price": "VARCHAR",
    "amount": "BIGINT",
}


def changed(con: duckdb.DuckDBPyConnection) -> list[int]:
    """Return the orders that are here with another time or amount."""
    rows = con.execute("SELECT order_id FROM verdict WHERE what = 'changed' ORDER BY 1")
    return [row[0] for row in rows.fetchall()]


def lay_out(
    con: duckdb.DuckDBPyConnection, *, has_lines: bool, was: Iterable[Sequence[Any]]
) -> None:
    """Make `change` of those orders. Where the file has lines they replace those of the
    order, `was`: rows of (order id, id, position, article, description, quantity, unit
    price, amount)."""
    columns = ", ".join(f"{name} {sort}" for name, sort in LINE.items())
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE was_line (order_id BIGINT, id BIGINT, {columns})"
    )
    fill(con, "was_line", ["order_id", "id", *LINE], was)
    if has_lines:
        _gather_lines(con)
    # An order that has no lines has none to get back: said, since what is not said stays.
    old, new = ", lines: coalesce(old_lines, [])", ", lines: new_lines"
    old, new = (old, new) if has_lines else ("", "")
    joined = "LEFT JOIN old USING (order_id) LEFT JOIN new USING (number)"
    con.execute(
        f"""INSERT INTO change BY NAME
        SELECT row_number() OVER (ORDER BY order_id) AS n, 'order' AS tbl,
            order_id AS row_id, version + 1 AS version,
            to_json({{placed_at: was_at || 'Z', placed_on: was_on, amount: was_amount,
                currency: was_currency{old}}})::VARCHAR AS before,
            to_json({{placed_at: strftime(placed, '%Y-%m-%d %H:%M:%SZ'),
                placed_on: day::VARCHAR, amount: amount,
                currency: currency{new}}})::VARCHAR AS after
        FROM verdict {joined if has_lines else ""} WHERE what = 'changed'"""
    )


def _gather_lines(con: duckdb.DuckDBPyConnection) -> None:
    """Make `old` and `new`: the lines of each order as it is here and as the file says."""
    line = ", ".join(f"{name}: {name}" for name in LINE)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE old AS
        SELECT order_id, list({{id: id, {line}}} ORDER BY position, id) AS old_lines
        FROM was_line GROUP BY order_id"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE new AS
        WITH line AS (
            SELECT l.* REPLACE (quantity::VARCHAR AS quantity,
                    unit_price::VARCHAR AS unit_price),
                row_number() OVER (PARTITION BY number ORDER BY place) AS position
            FROM file_line l
            WHERE number IN (SELECT number FROM verdict WHERE what = 'changed')
        )
        SELECT number, list({{{line}}} ORDER BY position) AS new_lines
        FROM line GROUP BY number"""
    )
