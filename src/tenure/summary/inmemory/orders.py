"""The orders that count, read batch by batch to where they stay."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from tenure.summary import arrow
from tenure.summary.columns import Columns
from tenure.summary.reading import Log, is_plain, most, opened

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


def at_hand(log: Any, columns: Columns, *, until: date) -> Orders | None:
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
