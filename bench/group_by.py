"""The reference of `bench.signals` and `bench.scale`: a bare group-by of DuckDB over a
live table.

As a program it is the smallest engine there can be: kind and address of the database come
by its arguments, an Arrow stream leaves by stdout.
"""

import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

GROUP_BY = """
SELECT client_id, count(*), sum(amount), min(placed_on), max(placed_on)
FROM live.clients_order GROUP BY client_id
"""


def attached(kind: str, address: str, *, is_written: bool = False) -> Any:
    """Return an engine to which the database is attached as `live`."""
    engine = duckdb.connect()
    engine.execute("SET enable_progress_bar = false")
    engine.execute("SET TimeZone = 'UTC'")
    found = find_spec(f"duckdb_extension_{kind}_scanner")
    assert found is not None
    assert found.origin is not None
    folder = Path(found.origin).parent
    engine.load_extension(str(next(folder.rglob("*.duckdb_extension"))))
    how = "" if is_written else ", READ_ONLY"
    engine.execute(f"ATTACH '{address}' AS live (TYPE {kind}{how})")
    return engine


def group_by(kind: str, address: str) -> tuple[Any, float]:
    """Return the rows as an Arrow table, and the seconds once DuckDB is loaded."""
    began = time.perf_counter()
    rows = attached(kind, address).execute(GROUP_BY).arrow()
    rows = getattr(rows, "read_all", lambda: rows)()
    return rows, time.perf_counter() - began


if __name__ == "__main__":
    found, _ = group_by(*sys.argv[1:])
    with pa.ipc.new_stream(sys.stdout.buffer, found.schema) as stream:
        stream.write_table(found)
