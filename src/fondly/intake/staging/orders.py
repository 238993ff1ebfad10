"""Orders in the staging area: lines typed, grouped by their number, or rejected with why.

The rules are told to users in docs/guide/import-rules.md; change both together.
"""

from collections import defaultdict

import duckdb

from fondly.base.errors import Refusal
from fondly.clients.rules import email_address
from fondly.intake.rules.reading import Mapping, Reading
from fondly.intake.staging import words
from fondly.intake.staging.lines import fill, text

LINED = ("quantity", "unit_price", "sku", "description")
# Whose an order is, by what tells most: number, e-mail address or name.
WHO = """CASE WHEN client_number IS NOT NULL THEN 'n:' || client_number
    WHEN client_email IS NOT NULL THEN 'e:' || client_email
    WHEN client_name IS NOT NULL THEN 's:' || lower(strip_accents(client_name)) END"""


def has_lines(mapping: Mapping) -> bool:
    """Tell whether the rows of the file are the lines of orders."""
    named = mapping.columns.keys()
    return "number" in named and bool({"sku", "description", "unit_price"} & named)


def shape(
    con: duckdb.DuckDBPyConnection, reading: Reading, mapping: Mapping, *, home_zone: str
) -> None:
    """Make `typed`, `reject`, `whole` (orders) and `person` (whose they are)."""
    _check_emails(con, words.cell(reading, mapping.columns.get("client_email")))
    _type(con, reading, mapping, home_zone=home_zone)
    _group(con, mapping)
    _reject(con)
    _people(con)


def _check_emails(con: duckdb.DuckDBPyConnection, cell: str) -> None:
    """Make `no_email`: what stands where addresses should, and what to say of it."""
    con.execute("CREATE OR REPLACE TEMP TABLE no_email (cell VARCHAR, fault VARCHAR)")
    if cell == words.NULL:
        return
    rows = con.execute(f"SELECT DISTINCT {cell} AS said FROM line WHERE said IS NOT NULL")
    faults: dict[str, str] = {}
    for (value,) in rows.fetchall():
        try:
            email_address(value)
        except Refusal as refusal:
            faults[value] = str(refusal)
    fill(con, "no_email", ["cell", "fault"], faults.items())


def _type(
    con: duckdb.DuckDBPyConnection, reading: Reading, mapping: Mapping, *, home_zone: str
) -> None:
    cells = {slug: words.cell(reading, name) for slug, name in mapping.columns.items()}
    # Each cell is trimmed once, and named; what follows asks for it several times.
    trimmed = ", ".join(f"{sql} AS cell_{slug}" for slug, sql in cells.items())
    at: defaultdict[str, str] = defaultdict(lambda: words.NULL)
    at |= {slug: f"cell_{slug}" for slug, sql in cells.items() if sql != words.NULL}
    is_sum = "amount" in at
    date, time = at["date"], at["time"]
    when = date if time == words.NULL else f"({date} || coalesce(' ' || {time}, ''))"
    decimal = mapping.decimal
    amount = words.number(at["amount"], decimal=decimal, sort="DECIMAL(24, 6)")
    narrow = words.plain_number(at["amount"], decimal=decimal)
    quantity = words.number(at["quantity"], decimal=decimal, sort="DECIMAL(14, 3)")
    price = words.number(at["unit_price"], decimal=decimal, sort="DECIMAL(18, 6)")
    zone = "UTC" if mapping.has_offset else (mapping.time_zone or home_zone)
    con.execute(
        f"""
        CREATE OR REPLACE TABLE typed AS
        WITH cells AS (SELECT n, {trimmed} FROM line), text AS (
            SELECT n, {words.key(at["number"])} AS number,
                {words.key(at["client_number"])} AS client_number,
                lower({at["client_email"]}) AS client_email,
                {at["client_email"]} AS email_text,
                {at["client_name"]} AS client_name,
                {when} AS when_text, {words.moment(when, mapping)} AS local,
                {at["amount"] if is_sum else words.NULL} AS amount_text,
                {amount} AS amount, {narrow} AS narrow, {at["quantity"]} AS quantity_text,
                {quantity} AS quantity, {at["unit_price"]} AS price_text,
                {price} AS unit_price,
                upper(coalesce({at["currency"]}, {text(mapping.currency)})) AS currency,
                {at["sku"]} AS sku, {at["description"]} AS description,
                {words.key(at["refund_of"])} AS refund_of, {at["note"]} AS note
            FROM cells
        ), known AS (
            SELECT *, {_instant(zone, home_zone)} AS placed,
                {WHO} AS who,
                {"amount" if is_sum else "quantity * unit_price"}::DECIMAL(38, 9) AS exact
            FROM text
        )
        SELECT known.* EXCLUDE (when_text, amount_text, quantity_text, price_text, local,
                email_text),
            {words.in_zone("placed", home_zone)}::DATE AS day,
            {_line_reason(is_sum=is_sum)} AS reason
        FROM known LEFT JOIN no_email ON email_text = no_email.cell
        """
    )


def _instant(zone: str, home_zone: str) -> str:
    """Return the SQL of the instant: a day without a time is that day with us too."""
    timed = words.in_utc("local", zone)
    if zone == home_zone:
        return timed
    bare = words.in_utc("local", home_zone)
    return f"CASE WHEN strpos(when_text, ':') = 0 THEN {bare} ELSE {timed} END"


def _line_reason(*, is_sum: bool) -> str:
    """Return the SQL of why a single line cannot be read, or NULL."""
    amounts = (
        "WHEN amount_text IS NOT NULL AND amount IS NULL THEN 'The amount is no number.'"
        if is_sum
        else "WHEN quantity_text IS NOT NULL AND quantity IS NULL "
        "THEN 'The quantity is no number.' "
        "WHEN price_text IS NOT NULL AND unit_price IS NULL "
        "THEN 'The unit price is no number.' "
        "WHEN quantity IS NULL OR unit_price IS NULL "
        "THEN 'The quantity or the unit price is missing.'"
    )
    return f"""CASE
        WHEN when_text IS NOT NULL AND local IS NULL THEN 'The date cannot be read.'
        WHEN {words.is_odd("local")} THEN 'The date is impossible for an order.'
        {amounts}
        WHEN length(currency) <> 3 OR NOT regexp_full_match(currency, '[A-Z]{{3}}')
            THEN 'The currency is not known.'
        WHEN length(number) > 80 THEN 'The order number is too long.'
        WHEN length(client_number) > 80 THEN 'The client number is too long.'
        WHEN length(client_email) > 254 OR length(client_name) > 200
            THEN 'The client’s name or e-mail is too long.'
        ELSE fault
    END"""


def _group(con: duckdb.DuckDBPyConnection, mapping: Mapping) -> None:
    """Make `whole`: one row per order, and why it cannot be taken where that is so."""
    numbered = "number" in mapping.columns
    # Of rows that are whole orders, the same row again is the same order again.
    exact = "sum(exact)"
    if not has_lines(mapping):
        same = "min(exact) = max(exact) AND min(placed) = max(placed)"
        exact = f"CASE WHEN {same} THEN min(exact) ELSE sum(exact) END"
    note = "arg_min(note, n)" if "note" in mapping.columns else "NULL::VARCHAR"
    per_order = (
        f"""
        SELECT min(n) AS first, number, min(who) AS who, min(who) < max(who) AS is_shared,
            min(placed) AS placed, min(day) AS day, ({exact})::DECIMAL(38, 9) AS exact,
            NULL::DECIMAL(18, 6) AS narrow,
            min(currency) AS currency, min(currency) < max(currency) AS is_mixed,
            min(refund_of) AS refund_of, {note} AS note, bool_or(reason IS NOT NULL) AS torn
        FROM typed SEMI JOIN again USING (number) GROUP BY number
        UNION ALL BY NAME
        """
        if numbered
        else ""
    )
    # Most numbers of a list of orders come once, and need no grouping.
    con.execute(
        """CREATE OR REPLACE TEMP TABLE again AS
        SELECT number FROM typed WHERE number IS NOT NULL
        GROUP BY number HAVING count(*) > 1"""
    )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE whole AS
        WITH each_order AS ({per_order}
            SELECT n AS first, number, who, false AS is_shared, placed, day, exact,
                narrow, currency, false AS is_mixed, refund_of, note,
                reason IS NOT NULL AS torn
            FROM typed ANTI JOIN again USING (number)
        )
        SELECT * EXCLUDE (narrow) REPLACE (left(note, 300) AS note),
            CASE WHEN abs(exact) < 9000000000000000
                 THEN {words.minor("exact", "currency", narrow="narrow")} END AS amount,
            {_order_reason()} AS reason
        FROM each_order
        """
    )


def _order_reason() -> str:
    """Return the SQL of why an order cannot be taken, or NULL."""
    return """CASE
        WHEN torn THEN 'Another line of this order cannot be read.'
        WHEN who IS NULL AND regexp_full_match(number, 'A\\d+')
            THEN 'An adjustment without a client.'
        WHEN who IS NULL THEN 'No client is named.'
        WHEN is_shared THEN 'This order number names two clients.'
        WHEN placed IS NULL THEN 'No date is given.'
        WHEN exact IS NULL THEN 'No amount is given.'
        WHEN is_mixed THEN 'This order has two currencies.'
        WHEN abs(exact) >= 9000000000000000 THEN 'The amount is too large.'
    END"""


def _reject(con: duckdb.DuckDBPyConnection) -> None:
    """Make `reject`: each line that is not taken, with its reason."""
    con.execute(
        """
        CREATE OR REPLACE TABLE reject AS
        SELECT n, reason FROM torn
        UNION ALL
        SELECT t.n, coalesce(t.reason, w.reason)
        FROM typed t JOIN whole w ON t.number = w.number
        WHERE w.reason IS NOT NULL AND t.number IS NOT NULL
        UNION ALL
        SELECT t.n, coalesce(t.reason, w.reason)
        FROM typed t JOIN whole w ON t.n = w.first
        WHERE w.reason IS NOT NULL AND t.number IS NULL
        """
    )
    con.execute("DELETE FROM whole WHERE reason IS NOT NULL")


def _people(con: duckdb.DuckDBPyConnection) -> None:
    """Make `person`: whose orders these are, as the file names them."""
    con.execute(
        """
        CREATE OR REPLACE TABLE person AS
        WITH wanted AS (SELECT who, min(first) AS first FROM whole GROUP BY who)
        SELECT w.who, w.first, d.client_number, d.client_email, d.client_name,
            NULL::BIGINT AS client_id
        FROM wanted w JOIN (
            SELECT who, any_value(client_number) AS client_number,
                arg_min(client_email, n) AS client_email,
                arg_min(client_name, n) AS client_name
            FROM typed WHERE who IS NOT NULL GROUP BY who
        ) d USING (who)
        """
    )
