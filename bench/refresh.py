"""A night of 4M clients: 20,000 new orders, then everybody's summary, fit and forecast.

From the state that is kept, and from the raw log of 20M orders, each beside the chain of
`lifetimes` from the same log (it keeps no state; see `bench.rivals`).
CLIENTS=400000 measures a tenth.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

from bench.line import Figure, seconds, show
from bench.rivals import last_line, python
from tenure import BGNBD, GammaGamma, Kept, forecast, summarise

CLIENTS, NEW = int(os.environ.get("CLIENTS", 4_000_000)), 20_000
BEFORE, UNTIL = "2025-12-30", "2025-12-31"
COLUMNS = {"client": "client", "at": "placed", "amount": "amount"}
YEAR = 365.0
FROM_STATE, FROM_LOG = 50, 20
DAYS, REPEATS = 1_200, 4.0
TURNS = 3
NAMES = ("frequency", "recency", "T", "monetary")


def main() -> bool:
    """Print each figure; return whether the goals were met."""
    with tempfile.TemporaryDirectory(prefix="fondly-refresh-") as folder:
        log, night, kept = (Path(folder) / f"{n}.parquet" for n in ("log", "night", "kept"))
        for orders, file in zip(_orders(), (log, night), strict=True):
            pq.write_table(orders, file)
            print(f"{len(orders):,} orders", file=sys.stderr)
        before = Kept.of(log, **COLUMNS, observed_until=BEFORE)
        feather.write_feather(before.table, kept, compression="uncompressed")
        table = before.summary(unit="day")
        models = BGNBD(warm_start=True), GammaGamma(warm_start=True)
        x, t_x, age, mean = (table[name].to_numpy() for name in NAMES)
        models[0].fit(x, t_x, age), models[1].fit(x, mean)
        found: list[Any] = []
        state = _middle(lambda: found.append(_from_state(kept, night, models)))
        raw = _middle(lambda: found.append(_from_log([log, night], models)))
        if not all(np.allclose(found[0], other, rtol=1e-6) for other in found):
            sys.exit(f"Not the same: {found}")
        theirs = _theirs(python("lifetimes"), log, night)
    figures = [
        _figure("from what is kept", state, theirs, FROM_STATE),
        _figure("from the raw log", raw, theirs, FROM_LOG),
    ]
    shown = [show(figure) for figure in figures]
    return all(figure.is_ok for figure in shown)


def _orders() -> tuple[pa.Table, pa.Table]:
    """Draw orders until the last day, and some of that day's.

    Clients come, buy at rates of their own, and leave; where they leave after a purchase
    `lifetimes` did not converge.
    """
    rng = np.random.default_rng(1)
    born = rng.uniform(0, DAYS, CLIENTS)
    stay = rng.exponential(1 / rng.gamma(0.6, 1 / 300, CLIENTS))
    span, rate = np.minimum(stay, DAYS - born), rng.gamma(0.8, 1, CLIENTS)
    count = rng.poisson(rate * span * (REPEATS / np.mean(rate * span)))
    who = np.repeat(np.arange(CLIENTS), count)
    again = born[who] + rng.random(len(who)) * span[who]
    day = np.append(born, again).astype(np.int32)
    who = np.append(np.arange(CLIENTS), who)
    mean = 6.25 / rng.gamma(3.74, 1 / 15.44, CLIENTS)
    amount = np.round(mean[who] * rng.gamma(6.25, 1 / 6.25, len(who)) + 0.01, 2)
    order = np.argsort(day, kind="stable")
    start = np.datetime64(UNTIL).astype(np.int32) - (DAYS - 1)
    placed = pa.array(day[order] + np.int32(start)).view(pa.date32())
    columns = {"client": who[order], "placed": placed, "amount": amount[order]}
    table, last = pa.table(columns), int(np.searchsorted(day[order], DAYS - 1))
    return table.slice(0, last), table.slice(last, NEW * CLIENTS // 4_000_000)


def _from_state(kept: Path, night: Path, models: Any) -> list[float]:
    state = Kept.of_table(feather.read_table(kept, memory_map=True))
    state = state.updated(night, observed_until=UNTIL)
    feather.write_feather(state.table, f"{kept}.new", compression="uncompressed")
    return _refreshed(state.summary(unit="day"), models)


def _middle(work: Callable[[], None]) -> float:
    """Return the middle of three times: the first pays for memory that is new to it.

    What was written before lies on the disk by then; the chain of `lifetimes` runs for
    minutes, beside which neither is seen.
    """
    os.sync()
    return sorted(seconds(work) for _ in range(TURNS))[TURNS // 2]


def _from_log(files: list[Path], models: Any) -> list[float]:
    table = summarise(files, **COLUMNS, observed_until=UNTIL, unit="day")
    return _refreshed(table, models)


def _refreshed(table: Any, models: Any) -> list[float]:
    """Fit both models and forecast everybody; return what it comes to."""
    x, t_x, age, mean = (table[name].to_numpy() for name in NAMES)
    yesterday = deepcopy(models)  # each turn begins where the night before ended
    orders, spend = yesterday[0].fit(x, t_x, age), yesterday[1].fit(x, mean)
    past = {"frequency": x, "recency": t_x, "T": age, "monetary": mean}
    found = forecast(orders, spend, **past, horizon=YEAR, discount=0.0003, steps=12)
    return [float(len(x)), *orders.parameters_, *(float(np.nansum(v)) for v in found)]


def _theirs(program: str | None, log: Path, night: Path) -> float | None:
    if program is None:
        return None
    script = Path(__file__).with_name("beside") / "night_with_lifetimes.py"
    return float(last_line(program, str(script), str(log), str(night), UNTIL))


def _figure(name: str, ours: float, theirs: float | None, times: int) -> Figure:
    reference = theirs or float("nan")
    return Figure(
        name=f"night of {CLIENTS / 1e6:g}M clients, {name}",
        ours=ours,
        reference=reference,
        unit="s",
        goal=f">= {times} times as fast",
        is_ok=theirs is None or ours * times <= theirs,
        against="lifetimes is not at hand"
        if theirs is None
        else f"lifetimes: {theirs / ours:.0f} times",
    )
