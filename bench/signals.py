"""Signals for 100,000 clients with 2 million orders, from reading to shown.

The reference is a bare group-by of DuckDB over the same live table. Ours reads orders,
touches, contacts and consent, finds gaps, fits two models, gives tiers and writes a row of
48 columns per client beside those that are shown. Each runs in a process of its own, so
that its peak memory is its own; the time of starting them counts for neither, except that
ours starts its engine. Pairs take turns, and of each side the best counts: what else the
machine does only ever adds. Seconds by the clock decide; processor seconds, of all
processes together, are told beside them.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import duckdb_extension_sqlite_scanner
from django.conf import settings

from bench.line import Figure, peak_mib, show
from bench.scratch import a_big_business
from fondly.base import news
from fondly.base.clock import now
from fondly.insight.actions import score_all

GOAL = 6.0
TIMES = 3
GROUP_BY = """
SELECT client_id, count(*), sum(amount), min(placed_on), max(placed_on)
FROM live.clients_order GROUP BY client_id
"""


def ours() -> dict[str, float]:
    """Score everybody once; return the seconds until shown and until tidied up."""
    news._listeners.clear()  # what others do with new signals is measured elsewhere
    began, wall, spent = now(), time.perf_counter(), _processor()
    run = score_all(as_of=began.date(), now=began)
    return {
        "seconds": (run.finished_at - began).total_seconds(),
        "tidied": time.perf_counter() - wall,
        "processor": _processor() - spent,
        "clients": run.clients,
        "own": peak_mib(),
        "engine": peak_mib(of_children=True),
    }


def reference() -> dict[str, float]:
    """Group the orders by client, bare."""
    engine = duckdb.connect()
    engine.execute("SET enable_progress_bar = false")
    folder = Path(duckdb_extension_sqlite_scanner.__file__).parent
    began, spent = time.perf_counter(), _processor()
    engine.load_extension(str(next(folder.rglob("*.duckdb_extension"))))
    file = settings.DATABASES["default"]["NAME"]
    engine.execute(f"ATTACH '{file}' AS live (TYPE sqlite, READ_ONLY)")
    rows = engine.execute(GROUP_BY).arrow()
    rows = getattr(rows, "read_all", lambda: rows)()
    took = time.perf_counter() - began
    return {
        "seconds": took,
        "processor": _processor() - spent,
        "clients": rows.num_rows,
        "own": peak_mib(),
    }


def _processor() -> float:
    """Return the processor seconds of this process and of its ended children."""
    times = os.times()
    return sum(times[:4])


def apart(what: str) -> dict[str, float]:
    """Run `ours` or `reference` in a process of its own."""
    code = (
        "import json, django; django.setup(); from bench import signals; "
        f"print(json.dumps(signals.{what}()))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return dict(json.loads(said.stdout.splitlines()[-1]))


def main() -> bool:
    """Print the figures; return whether the goals were met."""
    os.environ.setdefault("TOUCHES", "200000")  # for `bench.big`, in its own process
    a_big_business()
    pairs = [(apart("reference"), apart("ours")) for _ in range(TIMES)]
    against = f"a bare group-by of {pairs[0][0]['clients']:,.0f} clients"
    goal = f"at most {GOAL:g} times"
    bare = min(pair[0]["seconds"] for pair in pairs)
    bare_work = min(pair[0]["processor"] for pair in pairs)
    later = [pair[1] for pair in pairs[1:]]  # these find a run before them to remove
    usual, tidied, work = (
        min(one[what] for one in later) for what in ("seconds", "tidied", "processor")
    )
    first = pairs[0][1]["seconds"]
    figures = [
        _times("signals, until shown", usual, bare, goal=goal, against=against),
        _times("signals, the first time", first, bare, against=against),
        _times("signals, old rows removed too", tidied, bare, against=against),
        _times("signals, processor, removal too", work, bare_work, against=against),
        _memory("signals, peak of the scoring process", pairs, "own"),
        _memory("signals, peak of its engine", pairs, "engine"),
    ]
    shown = [show(figure) for figure in figures]
    return all(figure.is_ok for figure in shown)


def _times(
    name: str, seconds: float, bare: float, *, against: str, goal: str = ""
) -> Figure:
    is_ok = not goal or seconds <= GOAL * bare
    return Figure(
        name=name,
        ours=seconds,
        reference=bare,
        unit="s",
        goal=goal or "told",
        is_ok=is_ok,
        against=against,
    )


def _memory(name: str, pairs: list[tuple[dict[str, float], ...]], which: str) -> Figure:
    return Figure(
        name=name,
        ours=max(pair[1][which] for pair in pairs),
        reference=max(pair[0]["own"] for pair in pairs),
        unit="MiB",
        goal="told",
        is_ok=True,
        against="the group-by's process",
    )
