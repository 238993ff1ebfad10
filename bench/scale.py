"""Signals on PostgreSQL from 10,000 to a million clients with 20 million orders.

`DATABASE_URL=postgres://… python -m bench scale`: the server's role must be allowed to
make databases. At each size a scratch database is filled, everybody is scored twice, each
time in a process of its own, and the second run counts: as every night, there is an
earlier run to replace. From read to written back: the rows stand in PostgreSQL and are
shown. Told besides: until reports and months are kept and the old rows are gone.

The reference is a bare group-by of DuckDB over the same live table, in a child that hands
the rows over; PostgreSQL's own group-by is told too. Memory is that of our processes, the
scoring process and its engine together. At the largest size an order is recorded with the
real house at work, and the signals of its client are asked for until they know of it
(`bench.changes`).

SCALE=100000 measures up to that many clients only.
"""

import json
import os
import subprocess
import sys
import time
from typing import Any

import psycopg
import pyarrow as pa

from bench import changes, postgres
from bench.group_by import GROUP_BY
from bench.line import Figure, peak_mib, seconds, show
from fondly.base import news
from fondly.base.clock import now
from fondly.insight.actions import score_all

LARGEST = int(os.environ.get("SCALE", "1000000"))
SIZES = [size for size in (10_000, 100_000, 1_000_000) if size <= LARGEST]
ORDERS, TOUCHES, CONTRACTS = 20, 5, 0.1  # of each client
SECONDS, MIB = 90.0, 4_096.0  # at a million clients
FLAT = 1.25
TURNS = 2
Turn = dict[str, float]


def scored() -> Turn:
    """Score everybody once; return what it took until shown, and until tidied up."""
    url, spent = os.environ["DATABASE_URL"], {}
    before = postgres.processor(url)

    def shown(_: news.News) -> None:
        spent["processor"] = sum(os.times()[:4])
        spent["both"] = spent["processor"] + postgres.processor(url) - before

    news._listeners[:] = [shown]  # what others do with signals is measured elsewhere
    began, wall = now(), time.perf_counter()
    run = score_all(as_of=began.date(), now=began)
    assert run.finished_at is not None
    return {
        "seconds": (run.finished_at - began).total_seconds(),
        "tidied": time.perf_counter() - wall,
        **spent,
        "clients": run.clients,
        "mib": peak_mib() + peak_mib(of_children=True),
    }


def changed() -> dict[str, list[float]]:
    """Return after how many seconds the signals knew of each of some changes."""
    return {"times": changes.times()}


def apart(what: str, url: str) -> dict[str, Any]:
    """Run one of the above in a process of its own, on a database."""
    code = (
        "import json, django; django.setup(); from bench import scale; "
        f"print(json.dumps(scale.{what}()))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DATABASE_URL": url},
    )
    return dict(json.loads(said.stdout.splitlines()[-1]))


def by_duckdb(url: str) -> float:
    """Return the seconds until a child has grouped the orders and its rows are here."""
    began = time.perf_counter()
    asked = ["-m", "bench.group_by", "postgres", postgres.connection_of(url)]
    with subprocess.Popen([sys.executable, *asked], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        pa.ipc.open_stream(child.stdout).read_all()
        return time.perf_counter() - began


def by_itself(url: str) -> float:
    """Return the seconds in which PostgreSQL groups the orders itself."""
    question = GROUP_BY.replace("live.", "")
    with psycopg.connect(url) as at:
        return seconds(lambda: at.execute(f"SELECT count(*) FROM ({question}) AS t"))


def measured(size: int) -> Turn:
    """Make a business of that size, measure, and drop it."""
    with postgres.database() as url:
        postgres.fill(
            url,
            clients=size,
            orders=size * ORDERS,
            touches=size * TOUCHES,
            contracts=int(size * CONTRACTS),
        )
        bare = min(by_duckdb(url) for _ in range(TURNS))
        own = min(by_itself(url) for _ in range(TURNS))
        turns = [apart("scored", url) for _ in range(TURNS)]
        found = turns[-1] | {"size": size, "bare": bare, "own": own}
        found["mib"] = max(turn["mib"] for turn in turns)
        if size == LARGEST:
            found["slowest"] = max(apart("changed", url)["times"])
    return found


def main() -> bool:
    """Print the figures; return whether the goals were met."""
    if not postgres.server():
        print("scale: not measured. Give DATABASE_URL of a PostgreSQL server.")
        return True
    found = [measured(size) for size in SIZES]
    told = [figure for turn in found for figure in _figures(turn)]
    least = min(turn["seconds"] / turn["size"] for turn in found)
    last = found[-1]
    told.append(
        Figure(
            name=f"scale: a client of {last['size']:,.0f}",
            ours=1e6 * last["seconds"] / last["size"],
            reference=1e6 * least,
            unit="us",
            goal=f"at most {FLAT:g} times",
            is_ok=last["seconds"] / last["size"] <= FLAT * least,
            against="the least of all sizes",
        )
    )
    told.append(
        Figure(
            name=f"scale: a change known, of {last['size']:,.0f}",
            ours=last["slowest"],
            reference=changes.PROMISED,
            unit="s",
            goal=f"at most {changes.PROMISED:g} s",
            is_ok=last["slowest"] <= changes.PROMISED,
            against="the promise",
        )
    )
    shown = [show(figure) for figure in told]
    return all(figure.is_ok for figure in shown)


def _figures(turn: Turn) -> list[Figure]:
    """Return the figures of one size; the goals are those of a million clients."""
    size = f"{turn['size']:,.0f}"
    is_million = turn["size"] == 1_000_000

    def figure(name: str, what: str, *, goal: float = 0, unit: str = "s") -> Figure:
        reference = goal if unit == "MiB" else turn["bare"]
        return Figure(
            name=f"scale, {size}: {name}",
            ours=turn[what],
            reference=reference,
            unit=unit,
            goal=f"at most {goal:g} {unit}" if goal and is_million else "told",
            is_ok=not (goal and is_million) or turn[what] <= goal,
            against="the goal" if unit == "MiB" else "DuckDB's bare group-by",
        )

    return [
        figure("PostgreSQL's own group-by", "own"),
        figure("read to written back", "seconds", goal=SECONDS),
        figure("reports kept, old rows gone", "tidied"),
        figure("processor, ours, until shown", "processor"),
        figure("processor, PostgreSQL's too", "both"),
        figure("memory, ours", "mib", goal=MIB, unit="MiB"),
    ]
