"""Orders in the staging area against what is already here: created, changed, skipped."""

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from fondly.base.text import fold
from fondly.clients.rules import search_words
from fondly.intake.staging import tables, words
from fondly.intake.staging.lines import fill, one

KEY = """coalesce('n:' || w.number, 't:' || {client} || ':' ||
    strftime(w.placed, '%Y-%m-%dT%H:%M:%S') || ':' || w.amount || w.currency || ':' ||
    w.occurrence)"""


TAKEN = "This order number belongs to another client here."
OUTCOME = f"""
CREATE OR REPLACE VIEW outcome AS
SELECT first AS line, what, concat_ws(' · ', coalesce(number, who), day::VARCHAR,
        {words.money("amount", "currency")}) AS subject,
    CASE what WHEN 'skipped' THEN 'Is here already, the same.' ELSE '' END AS why,
    CASE what WHEN 'changed' THEN concat_ws('; ',
        CASE WHEN was_amount <> amount OR was_currency <> currency THEN
            'amount: ' || {words.money("was_amount", "was_currency")} || ' → ' ||
            {words.money("amount", "currency")} END,
        CASE WHEN was_at <> strftime(placed, '%Y-%m-%d %H:%M:%S') THEN
            'time: ' || was_at || ' → ' || strftime(placed, '%Y-%m-%d %H:%M:%S') END)
        ELSE '' END AS diff
FROM verdict WHERE what <> 'rejected'
"""
# The lines of the file as lines of orders; `place` tells their order.
FILE_LINE = f"""
CREATE OR REPLACE VIEW file_line AS
SELECT n AS place, number, left(coalesce(sku, ''), 80) AS sku,
    left(coalesce(description, ''), 300) AS description,
    coalesce(quantity, 1) AS quantity, coalesce(unit_price, 0) AS unit_price,
    {words.minor("exact", "currency")} AS amount
FROM typed
"""


def wanted(con: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    """Return the numbers, e-mails or names of the people that are still to be found."""
    sql = f"SELECT DISTINCT {column} FROM person WHERE {column} IS NOT NULL"
    rows = con.execute(f"{sql} AND client_id IS NULL ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def found_numbers(con: duckdb.DuckDBPyConnection, rows: Iterable[Sequence[Any]]) -> None:
    """Say which clients have these numbers: rows of (number, id)."""
    con.execute("CREATE OR REPLACE TEMP TABLE hit (k VARCHAR, id BIGINT)")
    fill(con, "hit", ["k", "id"], rows)
    con.execute(
        "UPDATE person SET client_id = hit.id FROM hit WHERE hit.k = person.client_number"
    )


def found_emails(con: duckdb.DuckDBPyConnection, rows: Iterable[Sequence[Any]]) -> None:
    """Say whose these addresses are: rows of (address, id, number); the first one counts,
    and one that has another number than the file says is somebody else."""
    con.execute("CREATE OR REPLACE TEMP TABLE hit (k VARCHAR, id BIGINT, number VARCHAR)")
    fill(con, "hit", ["k", "id", "number"], rows)
    con.execute(
        """
        UPDATE person SET client_id = h.id
        FROM (SELECT k, min(id) AS id, arg_min(number, id) AS number FROM hit GROUP BY k) h
        WHERE h.k = client_email AND client_id IS NULL
            AND (client_number IS NULL OR h.number = '' OR h.number = client_number)
        """
    )


def found_names(con: duckdb.DuckDBPyConnection, rows: Iterable[Sequence[Any]]) -> None:
    """Say who has these names, by rows of (folded name, id), for people known by name
    only; a name that two clients have is nobody's."""
    con.execute("CREATE OR REPLACE TEMP TABLE hit (k VARCHAR, id BIGINT)")
    fill(con, "hit", ["k", "id"], rows)
    named = "SELECT client_name FROM person WHERE starts_with(who, 's:')"
    folds = [(name, fold(name)) for (name,) in con.execute(named).fetchall()]
    con.execute("CREATE OR REPLACE TEMP TABLE folded (name VARCHAR, k VARCHAR)")
    fill(con, "folded", ["name", "k"], folds)
    con.execute(
        """
        UPDATE person SET client_id = h.id
        FROM folded f JOIN (SELECT k, min(id) AS id FROM hit GROUP BY k
                            HAVING count(DISTINCT id) = 1) h USING (k)
        WHERE starts_with(who, 's:') AND f.name = client_name
        """
    )


def key_orders(con: duckdb.DuckDBPyConnection) -> None:
    """Give each order its key; one without number, of a client yet unknown, has none."""
    key = KEY.format(client="p.client_id")
    con.execute(
        f"""
        CREATE OR REPLACE TABLE keyed AS
        WITH w AS (
            SELECT *, row_number() OVER (
                PARTITION BY who, placed, amount, currency ORDER BY first) AS occurrence
            FROM whole WHERE number IS NULL
            UNION ALL BY NAME SELECT *, 1 AS occurrence FROM whole WHERE number IS NOT NULL
        )
        SELECT w.*, p.client_id, {key} AS key FROM w JOIN person p USING (who)
        """
    )


def keys(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the keys to look for among the orders here."""
    rows = con.execute("SELECT key FROM keyed WHERE key IS NOT NULL").fetchall()
    return [row[0] for row in rows]


def judge(con: duckdb.DuckDBPyConnection, rows: Iterable[Sequence[Any]]) -> None:
    """Make `verdict` of the orders that are here: rows of (key, id, client id, time,
    day, amount, currency, version)."""
    con.execute(
        """CREATE OR REPLACE TABLE here (key VARCHAR, order_id BIGINT, owner BIGINT,
            was_at VARCHAR, was_on VARCHAR, was_amount BIGINT, was_currency VARCHAR,
            version INTEGER)"""
    )
    columns = [
        "key",
        "order_id",
        "owner",
        "was_at",
        "was_on",
        "was_amount",
        "was_currency",
        "version",
    ]
    texts = ((*r[:3], r[3].strftime("%Y-%m-%d %H:%M:%S"), str(r[4]), *r[5:]) for r in rows)
    fill(con, "here", columns, texts)
    con.execute(
        """
        CREATE OR REPLACE VIEW verdict AS
        SELECT k.*, h.order_id, h.was_at, h.was_on, h.was_amount, h.was_currency, h.version,
            CASE WHEN h.order_id IS NULL THEN 'created'
                 WHEN h.owner IS DISTINCT FROM k.client_id THEN 'rejected'
                 WHEN h.was_at = strftime(k.placed, '%Y-%m-%d %H:%M:%S')
                    AND h.was_amount = k.amount AND h.was_currency = k.currency
                    THEN 'skipped'
                 ELSE 'changed' END AS what
        FROM keyed k LEFT JOIN here h USING (key)
        """
    )
    if one(con, "SELECT count(*) FROM reject WHERE reason = ?", [TAKEN]):
        con.execute("DELETE FROM reject WHERE reason = ?", [TAKEN])  # of the last match
    con.execute(
        """
        INSERT INTO reject
        SELECT t.n, ?
        FROM verdict v JOIN typed t ON t.number = v.number
        WHERE v.what = 'rejected' AND v.number IS NOT NULL
        """,
        [TAKEN],
    )
    con.execute(OUTCOME)


def lay_out(con: duckdb.DuckDBPyConnection, *, has_lines: bool) -> None:
    """Make `new_client`, `new_order`, `new_line`: numbered in the order of writing, client
    by client, so that each turn touches few pages of the largest index, and so does who
    reads a client's orders."""
    _new_clients(con)
    con.execute(
        """
        CREATE OR REPLACE TABLE new_order AS
        SELECT row_number() OVER (
                ORDER BY client_id, client_n, placed, first) AS n, *,
            NULL::BIGINT AS refund_n, NULL::BIGINT AS refund_id
        FROM (SELECT v.first, v.number, v.who, v.placed, v.day, v.amount, v.currency,
                v.occurrence, v.client_id, v.refund_of, v.note, c.n AS client_n
            FROM verdict v LEFT JOIN new_client c USING (who) WHERE v.what = 'created')
        ORDER BY n
        """
    )
    con.execute("DROP TABLE IF EXISTS new_line")
    if has_lines:
        con.execute(FILE_LINE)
        con.execute(
            """
            CREATE TABLE new_line AS
            SELECT row_number() OVER (ORDER BY o.n, l.place) AS n, o.n AS order_n,
                row_number() OVER (PARTITION BY o.n ORDER BY l.place) AS position,
                l.* EXCLUDE (place, number)
            FROM file_line l JOIN new_order o USING (number) ORDER BY 1
            """
        )


def _new_clients(con: duckdb.DuckDBPyConnection) -> None:
    people = con.execute(
        """
        SELECT who, client_number, client_email, client_name FROM person
        WHERE client_id IS NULL AND who IN (SELECT who FROM verdict WHERE what = 'created')
        ORDER BY first
        """
    ).fetchall()
    tables.make(con)
    rows = [
        (n, who, number or "", name, fold(name)[:200])
        for n, (who, number, email, given) in enumerate(people, 1)
        if (name := given or number or email)
    ]
    fill(con, "new_client", ["n", "who", "number", "name", "sort_name"], rows)
    con.execute(
        """INSERT INTO new_contact BY NAME
        SELECT row_number() OVER (ORDER BY c.n) AS n, c.n AS client_n, c.name,
            true AS is_primary
        FROM new_client c JOIN person p USING (who) WHERE p.client_email IS NOT NULL"""
    )
    con.execute(
        """INSERT INTO new_point BY NAME
        SELECT o.n, o.n AS contact_n, 'email' AS kind, p.client_email AS value,
            p.client_email AS normalised
        FROM new_contact o JOIN new_client c ON c.n = o.client_n JOIN person p
            USING (who)"""
    )
    emails = {who: email for who, _number, email, _name in people}
    words = (
        (client, word)
        for client, who, number, name, _sort in rows
        for word in sorted(_words(name, number, emails[who]))
    )
    numbered = ((n, *row) for n, row in enumerate(words, 1))
    fill(con, "new_word", ["n", "client_n", "word"], numbered)


def _words(name: str, number: str, email: str | None) -> set[str]:
    """Return the search words of a client; many are known by their number only."""
    return search_words(
        "" if name == number else name, number, emails=[email] if email else []
    )
