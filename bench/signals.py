"""Signals for 100,000 clients with 2 million orders: computed, and until they are shown.

The reference is a bare group-by of DuckDB over the same live table. A process that holds a
connection to an SQLite file must not open it by DuckDB (decision 010), so ours asks a child
and takes its answer through a pipe; the reference does the same, with nothing to do but the
group-by, and both are timed by the one who asks. Told besides: the group-by alone, inside a
process that has DuckDB loaded already. Ours reads orders, touches, contacts and consent,
finds gaps, fits two models, gives tiers and makes a row of 48 columns per client; then it
writes them beside those that are shown. Each runs in a process of its own, so that its peak
memory is its own. Pairs take turns, and of each side the best counts: what else the machine
does only ever adds. Processor seconds, of all processes together, are told beside them.
"""

import json
import os
import subprocess
import sys
import time

import pyarrow as pa
from django.conf import settings

from bench.group_by import group_by
from bench.line import Figure, peak_mib, show
from bench.scratch import a_big_business
from fondly.base import news
from fondly.base.clock import now
from fondly.insight.actions import score_all
from fondly.insight.actions.asking import request
from fondly.insight.actions.compute import compute

GOAL = 6.0
TIMES = 4


def computed() -> dict[str, float]:
    """Compute everybody's signals once, as a table; write nothing."""
    day, spent, began = now().date(), _processor(), time.perf_counter()
    found = compute(request(day))
    return {
        "seconds": time.perf_counter() - began,
        "processor": _processor() - spent,
        "clients": found.table.num_rows,
        "own": peak_mib(),
        "engine": peak_mib(of_children=True),
    }


def shown() -> dict[str, float]:
    """Score everybody once; return the seconds until shown and until tidied up."""
    news._listeners.clear()  # what others do with new signals is measured elsewhere
    began, wall = now(), time.perf_counter()
    run = score_all(as_of=began.date(), now=began)
    assert run.finished_at is not None
    return {
        "seconds": (run.finished_at - began).total_seconds(),
        "tidied": time.perf_counter() - wall,
    }


def reference() -> dict[str, float]:
    """Have the orders grouped by client in a child, and take the rows from it."""
    file, spent = str(settings.DATABASES["default"]["NAME"]), _processor()
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "bench.group_by", "sqlite", file], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        rows = pa.ipc.open_stream(child.stdout).read_all()
        took = time.perf_counter() - began
    return {
        "seconds": took,
        "processor": _processor() - spent,
        "clients": rows.num_rows,
        "own": peak_mib(of_children=True),
    }


def within() -> dict[str, float]:
    """Group the orders by client in this process, which has DuckDB loaded."""
    rows, took = group_by("sqlite", str(settings.DATABASES["default"]["NAME"]))
    return {"seconds": took, "clients": rows.num_rows}


def _processor() -> float:
    """Return the processor seconds of this process and of its ended children."""
    times = os.times()
    return sum(times[:4])


def apart(what: str) -> dict[str, float]:
    """Run one of the above in a process of its own."""
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
    parts = ("reference", "computed", "within", "shown")
    turns = [{part: apart(part) for part in parts} for _ in range(TIMES)]

    def best(part: str, what: str = "seconds", since: int = 0) -> float:
        return min(turn[part][what] for turn in turns[since:])

    bare, alone = best("reference"), best("within")
    against = f"a bare group-by to {turns[0]['reference']['clients']:,.0f} rows"
    goal = f"at most {GOAL:g} times"
    figures = [
        _times("signals, computed", best("computed"), bare, goal=goal, against=against),
        _times(
            "signals, computed: processor",
            best("computed", "processor"),
            best("reference", "processor"),
            against=against,
        ),
        _times("signals, computed", best("computed"), alone, against="it, DuckDB loaded"),
        # From the second turn on there is a run before them to remove.
        _times("signals, until shown", best("shown", since=1), bare, against=against),
        _times(
            "signals, old rows removed too",
            best("shown", "tidied", since=1),
            bare,
            against=against,
        ),
        _memory("signals, peak of the scoring process", turns, "own"),
        _memory("signals, peak of its engine", turns, "engine"),
    ]
    told = [show(figure) for figure in figures]
    return all(figure.is_ok for figure in told)


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


def _memory(name: str, turns: list[dict[str, dict[str, float]]], which: str) -> Figure:
    return Figure(
        name=name,
        ours=max(turn["computed"][which] for turn in turns),
        reference=max(turn["reference"]["own"] for turn in turns),
        unit="MiB",
        goal="told",
        is_ok=True,
        against="the group-by's process",
    )
