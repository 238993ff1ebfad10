"""The summary of a log that fits into memory, by one sort in NumPy.

The definition is that of `expression`, which every engine runs; on a million orders this
takes a fraction of the time, and needs neither Ibis nor DuckDB. A test holds the two
against each other.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from tenure.arrays import Floats
from tenure.summary import arrow
from tenure.summary.columns import DUST, Clock, Columns
from tenure.summary.reading import BATCH, Log, is_plain, most, opened

BITS = 63  # of a whole number that may be sorted with its sign
EPOCH = date(1970, 1, 1)


@dataclass
class Orders:
    """The orders that count: a number for each one's client, the day, how much; and the
    clients by number, or the type of theirs where the number says all.

    What has been used is let go: a million orders and a few copies are most of the memory.
    """

    who: np.ndarray
    day: np.ndarray
    amount: np.ndarray | None
    clients: Any


class Days(NamedTuple):
    """Days with a purchase in order of client and day, and the net of each."""

    who: np.ndarray
    day: np.ndarray
    net: Floats | None


def summarised(log: Any, columns: Columns, *, until: date, clock: Clock) -> Any:
    """Return the summary as an Arrow table; None where an engine has to make it.

    That is so for logs that lie elsewhere or are too long, for columns of other types (an
    engine also says what is wrong with them), and where nothing was bought.
    """
    orders = _at_hand(log, columns, until=until)
    days = _days(orders) if orders is not None else None
    if orders is None or days is None or not len(days.who):
        return None
    return _each(days, orders.clients, until=until, clock=clock)


def daily(log: Any, columns: Columns, *, until: date) -> pa.Table | None:
    """Return client, day, net, and up to which net it counts as nothing, of every day.

    None where an engine has to add the days up, as for `summarised`.
    """
    orders = _at_hand(log, columns, until=until)
    if orders is None:
        return None
    order = np.lexsort((orders.day, orders.who))
    who, day = orders.who[order], orders.day[order]
    starts = np.flatnonzero(_firsts(who) | _firsts(day))
    net, least = np.ones(len(starts)), np.zeros(len(starts))
    if orders.amount is not None:
        amount = orders.amount[order]
        net = np.add.reduceat(amount, starts).astype(np.float64)
        if amount.dtype.kind == "f":
            least = np.add.reduceat(np.abs(amount), starts) * DUST
    sums = {"net": arrow.array(net), "least": arrow.array(least)}
    days = arrow.array(day[starts], pa.date32())
    return pa.table({"client": _named(who[starts], orders.clients), "day": days, **sums})


def _at_hand(log: Any, columns: Columns, *, until: date) -> Orders | None:
    """Return the orders that count; None where there are none, or an engine reads them."""
    found = opened(log, columns.names)
    if found is None or not is_plain(found.schema, columns):
        return None
    if not 0 < found.rows <= most(found.schema, columns):
        return None
    return _orders(found, columns, until=until)


def _orders(log: Log, columns: Columns, *, until: date) -> Orders | None:
    """Read the orders that count, or None if there are none.

    Those with a client, a day up to the last, and an amount. What is read goes at once to
    where it stays, so that no order is held twice.
    """
    kind = log.schema.field(columns.client).type
    is_number, named, size = pa.types.is_integer(kind), [], 0
    who, day = np.empty(log.rows, np.int64), np.empty(log.rows, np.int32)
    amount = np.empty(log.rows, _width(log.schema, columns)) if columns.amount else None
    end = (until - EPOCH).days
    for batch in log.batches:
        rows = batch.drop_null() if any(c.null_count for c in batch.columns) else batch
        client, days = rows.column(columns.client), arrow.days(rows.column(columns.at))
        here, kept = slice(size, size + len(days)), days <= end
        if amount is not None:
            amounts = arrow.values(rows.column(columns.amount))
            kept &= amounts == amounts  # NaN is not
        chosen: Any = slice(None)
        if not kept.all():
            chosen = kept.nonzero()[0]
            here, client = slice(size, size + len(chosen)), client.take(arrow.array(chosen))
        size, day[here] = here.stop, days[chosen]
        if amount is not None:
            amount[here] = amounts[chosen]
        if is_number:
            who[here] = arrow.values(client)
        else:
            named.append(client.dictionary_encode())
    if not size:
        return None
    del batch, rows, client, days  # what was read goes, before what is sorted comes
    pa.default_memory_pool().release_unused()
    amount = None if amount is None else amount[:size]
    if is_number:
        return Orders(who[:size], day[:size], amount, kind)
    coded = pa.chunked_array(named).unify_dictionaries()
    np.concatenate([arrow.values(c.indices) for c in coded.chunks], out=who[:size])
    return Orders(who[:size], day[:size], amount, coded.chunk(0).dictionary)


def _width(schema: pa.Schema, columns: Columns) -> Any:
    """Return the type in which amounts are added up: cents, say, stay whole."""
    is_float = pa.types.is_floating(schema.field(columns.amount).type)
    return np.float64 if is_float else np.int64


def _days(orders: Orders) -> Days:
    """Sort once by client and day; add up each day, and leave those without a purchase.

    A key holds client, day and row in one whole number: a sort of numbers alone takes a
    tenth of the time of one that says where they were.
    """
    keys, size, first = orders.who, len(orders.who), int(orders.day.min())
    for_day = (int(orders.day.max()) - first).bit_length()
    for_row = (size - 1).bit_length() if orders.amount is not None else 0
    least, span, values = int(keys.min()), int(keys.max()) - int(keys.min()), None
    if span.bit_length() + for_day + for_row > BITS:
        values, keys = np.unique(keys, return_inverse=True)
        least = 0
    keys -= least
    keys <<= for_day
    keys |= orders.day - np.int32(first)
    del orders.day
    if orders.amount is not None:
        keys <<= for_row
        for start in range(0, size, BATCH):
            keys[start : start + BATCH] |= np.arange(start, min(start + BATCH, size))
    keys.sort()
    if orders.amount is not None:
        orders.amount = _taken(orders.amount, keys, (1 << for_row) - 1)
        keys >>= for_row
    starts = np.flatnonzero(_firsts(keys))
    net = None
    if orders.amount is not None:
        net = np.add.reduceat(orders.amount, starts)
        if orders.amount.min() <= 0:
            kept = _is_purchase(orders.amount, starts, net)
            starts, net = starts[kept], net[kept]
        orders.amount = None
    days = np.empty(len(starts), np.int32)
    for start in range(0, len(starts), BATCH):
        block = slice(start, start + BATCH)
        # What is read lies where it is written, or behind it: the keys move up in place.
        here = keys[starts[block]]
        days[block] = (here & ((1 << for_day) - 1)) + first
        keys[: len(starts)][block] = (here >> for_day) + least
    keys = keys[: len(starts)]
    return Days(keys if values is None else values[keys], days, net)


def _taken(values: np.ndarray, keys: np.ndarray, mask: int) -> np.ndarray:
    """Return the values in the order of the rows that the keys end with."""
    found = np.empty_like(values)
    for start in range(0, len(keys), BATCH):
        block = slice(start, start + BATCH)
        found[block] = values[keys[block] & mask]
    return found


def _firsts(ordered: np.ndarray) -> np.ndarray:
    """Tell which values differ from the one before."""
    found = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=found[1:])
    return found


def _is_purchase(amounts: np.ndarray, starts: np.ndarray, net: np.ndarray) -> np.ndarray:
    """Tell which days have a net above 0; only those with another amount can lack it."""
    least: Any = 0
    if amounts.dtype.kind == "f":
        least = np.add.reduceat(np.abs(amounts), starts) * DUST
    return np.asarray((net > least) | (np.minimum.reduceat(amounts, starts) > 0))


def _each(days: Days, clients: Any, *, until: date, clock: Clock) -> pa.Table:
    """Return one row per client."""
    starts = np.flatnonzero(_firsts(days.who))
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
    if days.net is not None:
        later = np.add.reduceat(days.net, starts) - days.net[starts]
        mean = np.where(repeats > 0, later / np.maximum(repeats, 1), 0.0)
        found["monetary"] = arrow.array(mean)
    found["log_gaps"] = arrow.array(logs - repeats * np.log(length))
    for name, day in (("first", first), ("last", last)):
        found[name] = arrow.array(day.astype(np.int32), pa.date32())
    return pa.table(found)


def _named(who: np.ndarray, clients: Any) -> pa.Array:
    if isinstance(clients, pa.DataType):
        return arrow.array(who.astype(clients.to_pandas_dtype()), clients)
    return clients.take(arrow.array(who)).cast(pa.string())
