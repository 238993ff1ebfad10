"""From orders at hand to the summary, or to the sums of each day."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from tenure.summary import arrow
from tenure.summary.columns import DUST, Clock, Columns
from tenure.summary.inmemory.days import Days, days_of, firsts
from tenure.summary.inmemory.orders import EPOCH, at_hand


def summarised(log: Any, columns: Columns, *, until: date, clock: Clock) -> Any:
    """Return the summary as an Arrow table; None where an engine has to make it.

    That is so for logs that lie elsewhere or are too long, for columns of other types (an
    engine also says what is wrong with them), and where nothing was bought.
    """
    orders = at_hand(log, columns, until=until)
    days = days_of(orders) if orders is not None else None
    if orders is None or days is None or not len(days.who):
        return None
    return _each(days, orders.clients, until=until, clock=clock)


def daily(log: Any, columns: Columns, *, until: date) -> pa.Table | None:
    """Return client, day, net, and up to which net it counts as nothing, of every day.

    None where an engine has to add the days up, as for `summarised`.
    """
    orders = at_hand(log, columns, until=until)
    if orders is None:
        return None
    order = np.lexsort((orders.day, orders.who))
    who, day = orders.who[order], orders.day[order]
    starts = np.flatnonzero(firsts(who) | firsts(day))
    net, least = np.ones(len(starts)), np.zeros(len(starts))
    if orders.amount is not None:
        amount = orders.amount[order]
        net = np.add.reduceat(amount, starts).astype(np.float64)
        if amount.dtype.kind == "f":
            least = np.add.reduceat(np.abs(amount), starts) * DUST
    sums = {"net": arrow.array(net), "least": arrow.array(least)}
    days = arrow.array(day[starts], pa.date32())
    return pa.table({"client": _named(who[starts], orders.clients), "day": days, **sums})


def _each(days: Days, clients: Any, *, until: date, clock: Clock) -> pa.Table:
    """Return one row per client."""
    starts = np.flatnonzero(firsts(days.who))
    ends = np.append(starts[1:], len(days.who))
    first, last = days.day[starts], days.day[ends - 1]
    repeats, who, length = ends - starts - 1, days.who[starts], clock.length
    at: np.ndarray = days.day
    end = np.array([(until - EPOCH).days])
    if clock.season:
        at, end = clock.season.at(at), clock.season.at(end)
    gaps = np.ones(len(at))
    np.subtract(at[1:], at[:-1], out=gaps[1:])
    gaps[starts] = 1  # no gap: its logarithm is 0
    logs = np.add.reduceat(np.log(gaps, out=gaps), starts)
    found: dict[str, pa.Array] = {
        "client": _named(who, clients),
        "frequency": arrow.array(repeats),
        "recency": arrow.array((at[ends - 1] - at[starts]) / length),
        "T": arrow.array((end - at[starts]) / length),
    }
    if days.later is not None:
        mean = np.where(repeats > 0, days.later / np.maximum(repeats, 1), 0.0)
        found["monetary"] = arrow.array(mean)
    found["log_gaps"] = arrow.array(logs - repeats * np.log(length))
    for name, day in (("first", first), ("last", last)):
        found[name] = arrow.array(day.astype(np.int32), pa.date32())
    return pa.table(found)


def _named(who: np.ndarray, clients: Any) -> pa.Array:
    if isinstance(clients, pa.DataType):
        return arrow.array(who.astype(clients.to_pandas_dtype()), clients)
    return clients.take(arrow.array(who)).cast(pa.string())
