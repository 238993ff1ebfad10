"""What would happen, or happened, row by row, in files that others may read meanwhile."""

from pathlib import Path
from typing import Any

import duckdb

from fondly.intake.rules.reading import Reading
from fondly.intake.staging.folder import Folder
from fondly.intake.staging.lines import name, one, text
from fondly.intake.staging.people import NAMESAKE

# A cell that a spreadsheet would run gets a mark in front, which an import takes off again.
ACTIVE = "regexp_matches({0}, '^[=@\\t\\r]|^[-+][^0-9.]')"


def counts(con: duckdb.DuckDBPyConnection, about: str) -> dict[str, Any]:
    """Return how many are created, changed, skipped and rejected, and the reasons."""
    whats = dict(con.execute("SELECT what, count(*) FROM outcome GROUP BY what").fetchall())
    reasons = con.execute(
        "SELECT reason, count(*) AS c FROM reject GROUP BY reason ORDER BY c DESC, reason"
    ).fetchall()
    people = """SELECT count(*) FROM person WHERE client_id IS NULL
        AND who IN (SELECT who FROM verdict WHERE what = 'created')"""
    found = {what: whats.get(what, 0) for what in ("created", "changed", "skipped")}
    if about == "orders":
        found["clients_created"] = one(con, people)
        found |= {"first_day": _day(con, "min"), "last_day": _day(con, "max")}
    else:
        same = "SELECT count(*) FROM outcome WHERE what = 'created' AND starts_with(why, ?)"
        found["namesakes"] = one(con, same, [NAMESAKE])
    return found | {
        "rejected": one(con, "SELECT count(*) FROM reject"),
        "reasons": dict(reasons),
    }


def _day(con: duckdb.DuckDBPyConnection, which: str) -> str | None:
    """Return the first or the last day of the orders that are taken."""
    day = one(con, f"SELECT {which}(day) FROM whole")
    return day.isoformat() if day else None


def write(con: duckdb.DuckDBPyConnection, folder: Folder, reading: Reading) -> None:
    """Write the outcome of each row, and the rejected lines with their reasons."""
    con.execute(
        f"""
        COPY (
            SELECT row_number() OVER () AS n, * FROM (
                SELECT line::BIGINT AS line, what, subject, why, diff FROM outcome
                UNION ALL
                SELECT n::BIGINT, 'rejected', '', reason, '' FROM reject
                ORDER BY line, what
            )
        ) TO {text(folder.outcome)} (FORMAT parquet)
        """
    )
    write_errors(con, folder.errors, reading)


def write_errors(con: duckdb.DuckDBPyConnection, path: Path, reading: Reading) -> None:
    """Write each rejected line as it was, with its number and the reason."""
    cells = ", ".join(
        f"CASE WHEN {ACTIVE.format(f'l.c{i}')} THEN '''' || l.c{i} ELSE l.c{i} END"
        f" AS {name(column)}"
        for i, column in enumerate(reading.columns)
    )
    con.execute(
        f"""
        COPY (
            SELECT r.reason AS "reason", r.n AS "line", {cells}, t.text AS "torn line"
            FROM reject r LEFT JOIN line l ON l.n = r.n LEFT JOIN torn t ON t.n = r.n
            ORDER BY r.n
        ) TO {text(path)} (HEADER)
        """
    )


def page(folder: Folder, *, what: str, after: int, most: int) -> list[dict[str, Any]]:
    """Return some outcomes after the one numbered `after`, of one sort or of all."""
    if not folder.outcome.exists():
        return []
    with duckdb.connect() as con:
        rows = con.execute(
            f"""SELECT * FROM read_parquet({text(folder.outcome)})
            WHERE n > ? AND (? = '' OR what = ?) ORDER BY n LIMIT ?""",
            [after, what, what, most],
        )
        columns = [each[0] for each in rows.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
