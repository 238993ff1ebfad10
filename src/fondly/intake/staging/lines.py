"""The lines of a file in DuckDB, as text. It never opens our own database: see the
architecture's warning about SQLite's locks."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow

from fondly.intake.reading.plain import is_plain, write_plain
from fondly.intake.reading.sample import LINE
from fondly.intake.rules.reading import Reading
from fondly.intake.staging.folder import Folder

MOST_UNPACKED = 4 * 1024**3
REASONS = {
    "MISSING COLUMNS": "The line has fewer columns than the first.",
    "TOO MANY COLUMNS": "The line has more columns than the first.",
    "UNQUOTED VALUE": "A quotation mark is not closed.",
    "LINE SIZE OVER MAXIMUM": "The line is too long.",
    "INVALID ENCODING": "The line is not in the encoding of the file.",
}


def connect(folder: Folder, *, is_reader: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the staging file of an import."""
    connection = duckdb.connect(
        str(folder.stage),
        read_only=is_reader,
        config={
            "autoinstall_known_extensions": "false",
            "memory_limit": "1GB",
            "threads": "2",
            "temp_directory": str(folder.path / "spill"),
        },
    )
    connection.execute("SET enable_progress_bar = false")
    # It is read once or twice and thrown away: packing it would cost more than its room.
    connection.execute("PRAGMA force_compression = 'uncompressed'")
    return connection


def text(value: object) -> str:
    """Return a value as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def name(value: str) -> str:
    """Return a name quoted for SQL."""
    return '"' + value.replace('"', '""') + '"'


def load(con: duckdb.DuckDBPyConnection, folder: Folder, reading: Reading) -> int:
    """Fill `line` (n, c0, c1 …) and `torn` (n, reason, text) from the file; return how
    many lines there are."""
    source = folder.original
    if not is_plain(reading):
        source = folder.plain
        if not source.exists():
            write_plain(folder.original, source, reading, most=MOST_UNPACKED)
    _read(con, source, reading)
    _gather_torn(con)
    return int(one(con, "SELECT (SELECT count(*) FROM line) + (SELECT count(*) FROM torn)"))


def _read(con: duckdb.DuckDBPyConnection, source: Path, reading: Reading) -> None:
    delimiter = reading.delimiter if reading.format == "csv" else ","
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(reading.columns)))
    skip = int(reading.has_header)
    con.execute(
        f"""
        CREATE OR REPLACE TABLE line AS
        SELECT row_number() OVER () + {skip} AS n, * FROM read_csv(
            {text(source)}, delim = {text(delimiter)}, quote = '"', escape = '"',
            header = false, skip = {skip}, auto_detect = false, all_varchar = true,
            columns = {{{columns}}}, store_rejects = true, rejects_limit = 0,
            max_line_size = {LINE * 4}
        )
        """
    )


def _gather_torn(con: duckdb.DuckDBPyConnection) -> None:
    """Keep the lines that are no rows of this table, and number the others around them."""
    cases = " ".join(f"WHEN {text(k)} THEN {text(v)}" for k, v in REASONS.items())
    con.execute(
        f"""
        CREATE OR REPLACE TABLE torn AS
        SELECT line AS n, any_value(csv_line) AS text,
            any_value(CASE error_type::VARCHAR {cases} ELSE 'The line cannot be read.' END)
                AS reason
        FROM reject_errors GROUP BY line
        """
    )
    torn = [row[0] for row in con.execute("SELECT n FROM torn ORDER BY n").fetchall()]
    if torn:
        _number_around(con, torn)


def _number_around(con: duckdb.DuckDBPyConnection, torn: Sequence[int]) -> None:
    """Give the other lines the numbers they have in the file, counting the torn ones."""
    con.execute("CREATE OR REPLACE TEMP TABLE shift (since BIGINT, gone BIGINT)")
    since = {line - before: before + 1 for before, line in enumerate(torn)}
    fill(con, "shift", ["since", "gone"], since.items())
    con.execute(
        """CREATE OR REPLACE TABLE line AS
        SELECT l.n + coalesce(s.gone, 0) AS n, l.* EXCLUDE (n)
        FROM line l ASOF LEFT JOIN shift s ON l.n >= s.since"""
    )


def one(con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> Any:
    """Return the first value of the first row."""
    row = con.execute(sql, list(values)).fetchone()
    return row[0] if row else None


def fill(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Insert Python rows into a table, some thousands at a time."""
    batch: list[Sequence[Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= 50_000:
            _append(con, table, columns, batch)
            batch = []
    if batch:
        _append(con, table, columns, batch)


def _append(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> None:

    arrow = pyarrow.table(
        dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
    )
    con.register("batch", arrow)
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM batch")
    con.unregister("batch")
