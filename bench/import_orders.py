"""Import of a million orders, end to end, against bare inserts of the same rows."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from bench.line import Figure, peak_mib, seconds, show

ROWS, CLIENTS, GOAL = 1_000_000, 100_000, 0.4


def write_file(path: Path, rows: int = ROWS) -> None:
    """Write an export with one order a line."""
    lots = random.Random(7)
    began = datetime(2019, 1, 1)  # noqa: DTZ001 - local time, as exports have it
    with path.open("w") as out:
        out.write("order_number,customer_id,order_date,total,currency\n")
        for i in range(rows):
            at = began + timedelta(seconds=lots.randrange(6 * 365 * 86400))
            cents = lots.randrange(500, 50_000)
            out.write(
                f"{100_000 + i},K{lots.randrange(CLIENTS):06d},{at:%Y-%m-%d %H:%M:%S},"
                f"{cents // 100}.{cents % 100:02d},EUR\n"
            )


def fondly(home: Path, *words: str) -> None:
    """Run a command of ours in a home of its own."""
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    env["FONDLY_HOME"] = str(home)
    subprocess.run(
        [sys.executable, "-m", "fondly", *words], env=env, check=True, capture_output=True
    )


def reference(empty: Path, filled: Path) -> float:
    """Return how long sqlite3 takes to insert the rows that our import made."""
    source = sqlite3.connect(filled)
    tables = {}
    for table in ("clients_client", "clients_searchword", "clients_order"):
        # In the order of the file, and numbered in it, as a plain loop would insert them.
        by = "CAST(number AS INTEGER)" if table == "clients_order" else "id"
        rows = source.execute(f"SELECT * FROM {table} ORDER BY {by}")
        tables[table] = [(n, *row[1:]) for n, row in enumerate(rows, 1)]
    source.close()
    con = sqlite3.connect(empty)
    con.execute("PRAGMA journal_mode=WAL")

    def insert() -> None:
        for table, rows in tables.items():
            marks = ", ".join("?" * len(rows[0]))
            con.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        con.commit()

    return seconds(insert)


def main() -> bool:
    """Measure and print; tell whether the goal was met."""
    folder = Path(tempfile.mkdtemp(prefix="fondly-bench-"))
    try:
        file, home, empty = folder / "orders.csv", folder / "home", folder / "empty.sqlite3"
        rows = int(os.environ.get("ROWS", ROWS))
        write_file(file, rows)
        fondly(home, "migrate")
        shutil.copy(home / "fondly.sqlite3", empty)
        ours = seconds(lambda: fondly(home, "import", "orders", str(file), "--yes"))
        peak = peak_mib(of_children=True)
        bare = reference(empty, home / "fondly.sqlite3")
        speed = rows / ours, rows / bare
        figure = show(
            Figure(
                name=f"import of {rows:,} orders",
                ours=speed[0],
                reference=speed[1],
                unit="rows/s",
                goal=f"ratio at least {GOAL}",
                is_ok=speed[0] / speed[1] >= GOAL,
                against=f"sqlite3 executemany, same rows and schema; peak {peak:.0f} MiB",
            )
        )
        return figure.is_ok
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
