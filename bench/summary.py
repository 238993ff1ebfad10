"""From the log of orders to the summary table: 1M and 20M orders, in Parquet.

Against DuckDB's own scan and group-by of the same file, and against `lifetimes`, in an
environment of its own (see `bench.rivals`). Each is
measured in a process of its own: seconds of the work (imports apart), and peak memory.
ORDERS=1000000 measures that size only.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import duckdb

from bench.line import Figure, show
from bench.rivals import python

SIZES = (1_000_000, 20_000_000)
FLOOR, TIMES, MEMORY = 3.0, 10.0, 0.4
HERE = Path(__file__).parent
UNTIL = "2025-12-31"
# One client in twenty-odd orders; a few buy very often; four years, in order of time.
ORDERS = """
COPY (
  SELECT (pow(random(), 1.5) * {clients})::BIGINT AS client,
    TIMESTAMP '2022-01-01' + to_seconds(i * 126144000 // {orders}) AS placed,
    (random() * 9000 + 500)::INT / 100.0::DOUBLE AS amount
  FROM range({orders}) AS t(i)
) TO '{file}' (FORMAT parquet)
"""


class Cost(NamedTuple):
    """What one way cost: seconds, peak MiB, and what it came to."""

    seconds: float
    mib: float
    clients: int
    repeats: int


def main() -> bool:
    """Measure every size; tell whether the goals were met."""
    sizes = (int(os.environ["ORDERS"]),) if "ORDERS" in os.environ else SIZES
    with tempfile.TemporaryDirectory(prefix="fondly-summary-") as folder:
        other = python("lifetimes")
        met = [measure(size, Path(folder), other) for size in sizes]
    return all(met)


def measure(size: int, folder: Path, other: str | None) -> bool:
    """Measure one size."""
    file = folder / "orders.parquet"
    with duckdb.connect() as engine:
        engine.execute("SELECT setseed(0.5)")
        engine.execute(ORDERS.format(orders=size, clients=size // 20, file=file))
    ours = cost(sys.executable, "ours", file)
    floor = cost(sys.executable, "floor", file)
    name = f"summary of {size / 1e6:g}M orders"
    goal = f"<= {FLOOR:g} times"
    figures = [("", ours.seconds, floor.seconds, "s", goal, FLOOR, "DuckDB's group-by")]
    if other:
        theirs = cost(other, "lifetimes", file)
        if ours[2:] != theirs[2:]:
            sys.exit(f"Not the same summary: ours {ours}, lifetimes {theirs}")
        figures += [
            ("", ours.seconds, theirs.seconds, "s", "<= 1/10", 1 / TIMES, "lifetimes"),
            (", peak memory", ours.mib, theirs.mib, "MiB", "<= 40 %", MEMORY, "lifetimes"),
        ]
    met = [_shown(name, *figure) for figure in figures]
    return all(met)


def _shown(
    name: str,
    what: str,
    ours: float,
    reference: float,
    unit: str,
    goal: str,
    most: float,
    against: str,
) -> bool:
    figure = Figure(
        name=name + what,
        ours=ours,
        reference=reference,
        unit=unit,
        goal=goal,
        is_ok=ours <= most * reference,
        against=against,
    )
    return show(figure).is_ok


def cost(program: str, way: str, file: Path) -> Cost:
    """Run one way in a process of its own."""
    code = HERE / "summary_ways.py"
    done = subprocess.run(
        [program, str(code), way, str(file), UNTIL], capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{way}: {done.stderr}")
    return Cost(**json.loads(done.stdout.splitlines()[-1]))
