"""The reference of `bench.signals`: a bare group-by of DuckDB over a live SQLite table.

As a program it is the smallest engine there can be: the file's name comes by its argument,
an Arrow stream leaves by stdout.
"""

import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_sqlite_scanner
import pyarrow as pa

GROUP_BY = """
SELECT client_id, count(*), sum(amount), min(placed_on), max(placed_on)
FROM live.clients_order GROUP BY client_id
"""


def group_by(file: str) -> tuple[Any, float]:
    """Return the rows as an Arrow table, and the seconds once DuckDB is loaded."""
    engine = duckdb.connect()
    engine.execute("SET enable_progress_bar = false")
    folder = Path(duckdb_extension_sqlite_scanner.__file__).parent
    began = time.perf_counter()
    engine.load_extension(str(next(folder.rglob("*.duckdb_extension"))))
    engine.execute(f"ATTACH '{file}' AS live (TYPE sqlite, READ_ONLY)")
    rows = engine.execute(GROUP_BY).arrow()
    rows = getattr(rows, "read_all", lambda: rows)()
    return rows, time.perf_counter() - began


if __name__ == "__main__":
    found, _ = group_by(sys.argv[1])
    with pa.ipc.new_stream(sys.stdout.buffer, found.schema) as stream:
        stream.write_table(found)
