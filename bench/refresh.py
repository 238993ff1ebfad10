"""A night of 4M clients: 20,000 new orders, then everybody's summary, fit and forecast.

From the state that is kept, and from the raw log of 20M orders, each beside the chain of
`lifetimes` from the same log (it keeps no state; see `bench.rivals`).
CLIENTS=400000 measures a tenth.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from pyarrow import feather

from bench.line import Figure, seconds, show
from bench.rivals import python
from tenure import BGNBD, GammaGamma, Kept, forecast, summarise

CLIENTS, NEW = int(os.environ.get("CLIENTS", 4_000_000)), 20_000
BEFORE, UNTIL = "2025-12-30", "2025-12-31"
COLUMNS = {"client": "client", "at": "placed", "amount": "amount"}
YEAR = 52.0
FROM_STATE, FROM_LOG = 50, 20
RATE, LEAVE, YEARS = (0.6, 6.0), (0.8, 2.5), 4  # a week; who buys so leaves so
# What was bought on the last day.
NIGHT = """
COPY (
  SELECT (random() * {clients})::BIGINT AS client, DATE '2025-12-31' AS placed,
    (random() * 9000 + 500)::INT / 100.0::DOUBLE AS amount
  FROM range({orders})
) TO '{file}' (FORMAT parquet)
"""


def main() -> bool:
    """Print each figure; return whether the goals were met."""
    with tempfile.TemporaryDirectory(prefix="fondly-refresh-") as folder:
        log, night, kept = (Path(folder) / f"{n}.parquet" for n in ("log", "night", "kept"))
        with duckdb.connect() as engine:
            engine.execute("SELECT setseed(0.5)")
            orders = _orders()
            engine.sql("FROM orders").write_parquet(str(log))
            print(f"{len(orders):,} orders", file=sys.stderr)
            engine.execute(NIGHT.format(clients=CLIENTS, orders=NEW, file=night))
        before = Kept.of(log, **COLUMNS, observed_until=BEFORE)
        feather.write_feather(before.table, kept, compression="uncompressed")
        table = before.summary(unit="week")
        models = BGNBD(warm_start=True), GammaGamma(warm_start=True)
        _refreshed(table, models)
        found: list[Any] = []
        state = seconds(lambda: found.append(_from_state(kept, night, models)))
        raw = seconds(lambda: found.append(_from_log([log, night], models)))
        if not np.allclose(found[0], found[1], rtol=1e-6):
            sys.exit(f"Not the same: from the state {found[0]}, from the log {found[1]}")
        theirs = _theirs(python("lifetimes"), log, night)
    figures = [
        _figure("from what is kept", state, theirs, FROM_STATE),
        _figure("from the raw log", raw, theirs, FROM_LOG),
    ]
    shown = [show(figure) for figure in figures]
    return all(figure.is_ok for figure in shown)


def _orders() -> pa.Table:
    """Draw each purchase of everybody: at a rate of their own, until they leave."""
    rng = np.random.default_rng(1)
    end = YEARS * 365
    who, day = np.arange(CLIENTS), rng.uniform(0, end - 1, CLIENTS)
    rate = rng.gamma(RATE[0], 1 / RATE[1], CLIENTS) / 7
    leave, rounds = rng.beta(*LEAVE, CLIENTS), []
    while len(who):
        amount = np.round(rng.gamma(4.0, 10.0, len(who)) + 1, 2)
        rounds.append((who, day.astype(np.int32), amount))
        stays = rng.random(len(who)) >= leave[who]
        who, day = who[stays], day[stays]
        day = day + rng.exponential(1, len(who)) / rate[who]
        who, day = who[day < end - 1], day[day < end - 1]
    who, day, amount = (np.concatenate(column) for column in zip(*rounds, strict=True))
    order = np.argsort(day, kind="stable")
    placed = np.datetime64("2022-01-01") + day[order]
    return pa.table({"client": who[order], "placed": placed, "amount": amount[order]})


def _from_state(kept: Path, night: Path, models: Any) -> list[float]:
    state = Kept.of_table(feather.read_table(kept, memory_map=True))
    state = state.updated(night, observed_until=UNTIL)
    feather.write_feather(state.table, f"{kept}.new", compression="uncompressed")
    Path(f"{kept}.new").replace(kept)
    return _refreshed(state.summary(unit="week"), models)


def _from_log(files: list[Path], models: Any) -> list[float]:
    table = summarise(files, **COLUMNS, observed_until=UNTIL, unit="week")
    return _refreshed(table, models)


def _refreshed(table: Any, models: Any) -> list[float]:
    """Fit both models and forecast everybody; return what it comes to."""
    names = ("frequency", "recency", "T", "monetary")
    x, t_x, age, mean = (table[name].to_numpy() for name in names)
    orders, spend = models[0].fit(x, t_x, age), models[1].fit(x, mean)
    past = {"frequency": x, "recency": t_x, "T": age, "monetary": mean}
    found = forecast(orders, spend, **past, horizon=YEAR, discount=0.002, steps=12)
    return [float(len(x)), *orders.parameters_, *(float(np.nansum(v)) for v in found)]


def _theirs(program: str | None, log: Path, night: Path) -> float | None:
    if program is None:
        return None
    script = Path(__file__).with_name("beside") / "night_with_lifetimes.py"
    done = subprocess.run(
        [program, "-W", "ignore", str(script), str(log), str(night), UNTIL],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.splitlines()[-1])


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
