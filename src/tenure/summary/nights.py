"""How the orders of a night are added to what is kept of each client.

All but a client's last known day is closed: added up for good. The last one stays open,
as more of it may come, and is closed by an order on a later day.
"""

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.errors import BadInput
from tenure.summary import arrow
from tenure.summary.inmemory import EPOCH
from tenure.summary.reading import BATCH

# Days are counted from 1970; this one stands for none.
NEVER = np.iinfo(np.int32).min
WIDTHS = {
    "days": np.int64,  # closed ones with a purchase
    "first": np.int32,
    "last": np.int32,
    "gap_logs": np.float64,
    "repeat_net": np.float64,
    "seen": np.int32,  # the open day
    "net": np.float64,
    "least": np.float64,  # a net up to this is no purchase
}
# Of the columns of a summary.
TYPES = {
    "frequency": np.int64,
    "recency": np.float64,
    "T": np.float64,
    "monetary": np.float64,
    "log_gaps": np.float64,
    "first": np.int32,
    "last": np.int32,
}
DAYS = ("first", "last")
Arrays = dict[str, np.ndarray]
Column = Any  # an Arrow array, whole or in chunks


class Merged(NamedTuple):
    """Clients, what is kept of each, and those whose orders came late: who and where."""

    clients: pa.Array
    state: Arrays
    late: pa.Array
    places: np.ndarray


def opened_state(table: pa.Table) -> tuple[pa.Array, Arrays]:
    """Return the clients and arrays of a table of states."""
    state = {}
    for name, width in WIDTHS.items():
        column = table[name].combine_chunks()
        if pa.types.is_date(column.type):
            column = column.cast(pa.date32()).cast(pa.int32())
        filled = column.fill_null(NEVER) if column.null_count else column
        numbers = _whole(filled).to_numpy(zero_copy_only=False)
        state[name] = numbers.astype(width, copy=False)
    return _whole(table["client"]), state


def merged(clients: pa.Array, state: Arrays, days: pa.Table) -> Merged:
    """Add the sums of some clients' days; nothing that was given is changed."""
    coded = _whole(_as(days["client"], clients.type)).dictionary_encode()
    names, code = coded.dictionary, arrow.values(coded.indices)
    found = pc.index_in(clients, value_set=names)
    known = pc.indices_nonzero(found.is_valid()).to_numpy().astype(np.int64)
    place = np.full(len(names), -1)
    place[found.drop_null().to_numpy()] = known
    fresh = np.flatnonzero(place < 0)
    place[fresh] = len(clients) + np.arange(len(fresh))
    both = pa.concat_arrays([clients, names.take(arrow.array(fresh))])
    full = {name: np.append(state[name], _none(name, len(fresh))) for name in WIDTHS}
    day = arrow.days(_whole(days["day"]))
    is_late = np.zeros(len(names), dtype=bool)
    is_late[code[day < full["seen"][place[code]]]] = True
    order = np.lexsort((day, code))
    order = order[~is_late[code[order]]]
    net, least = (_whole(days[n]).to_numpy(zero_copy_only=False) for n in ("net", "least"))
    _add(full, place[code[order]], day[order], net[order], least[order])
    late = np.flatnonzero(is_late)
    return Merged(both, full, names.take(arrow.array(late)), place[late])


def put_again(more: Merged, clients: pa.Array, again: Arrays) -> None:
    """Put what was summed again in place of what is kept; raise `BadInput` for a lack."""
    found = pc.index_in(more.late, value_set=_as(clients, more.late.type))
    if found.null_count:
        raise BadInput(f"The log lacks {found.null_count:,} clients with late orders.")
    for name, values in again.items():
        more.state[name][more.places] = values[found.to_numpy()]


def summary_of(
    clients: pa.Array, state: Arrays, *, until: date, length: float, is_spent: bool
) -> pa.Table:
    """Return one row per client who bought: the columns of `summarise`.

    Block by block into columns that are made once: on many machines fresh memory costs
    more than what is reckoned in it.
    """
    size, end = len(clients), (until - EPOCH).days
    names = [name for name in TYPES if is_spent or name != "monetary"]
    found = {name: np.empty(size, TYPES[name]) for name in names}
    bought, filled = np.empty(size, dtype=bool), 0
    for start in range(0, size, BATCH):
        block = slice(start, start + BATCH)
        whole = closed({name: values[block] for name, values in state.items()})
        bought[block] = chosen = whole["days"] > 0
        if not chosen.all():
            whole = {name: values[chosen] for name, values in whole.items()}
        rows = slice(filled, filled + len(whole["days"]))
        filled = rows.stop
        _fill(found, rows, whole, end=end, length=length)
    if filled < size:
        clients = clients.take(arrow.array(bought.nonzero()[0]))
    columns: dict[str, Any] = {"client": clients}
    for name, values in found.items():
        kind = pa.date32() if name in DAYS else None
        columns[name] = arrow.array(values[:filled], kind)
    return pa.table(columns)


def closed(state: Arrays) -> Arrays:
    """Return what is kept as if the open days were over: as `_close` does, for all."""
    seen, days = state["seen"], state["days"]
    bought = (seen != NEVER) & (state["net"] > state["least"])
    again = bought & (days > 0)
    gaps = np.where(again, seen - state["last"], 1).astype(np.float64)
    return {
        "days": days + bought,
        "first": np.where(bought & ~again, seen, state["first"]),
        "last": np.where(bought, seen, state["last"]),
        "gap_logs": state["gap_logs"] + np.log(gaps, out=gaps),
        "repeat_net": state["repeat_net"] + np.where(again, state["net"], 0.0),
    }


def _add(
    state: Arrays, place: np.ndarray, day: np.ndarray, net: np.ndarray, least: np.ndarray
) -> None:
    """Add days in order of client and day: the first of each client, the second, ..."""
    if not len(place):
        return
    starts = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
    rank = np.arange(len(place)) - np.repeat(starts, np.diff(np.append(starts, len(place))))
    for turn in range(int(rank.max()) + 1):
        chosen = np.flatnonzero(rank == turn)
        rows, is_same = place[chosen], state["seen"][place[chosen]] == day[chosen]
        later = rows[~is_same]
        _close(state, later)
        state["seen"][later] = day[chosen][~is_same]
        state["net"][later] = state["least"][later] = 0.0
        state["net"][rows] += net[chosen]
        state["least"][rows] += least[chosen]


def _close(state: Arrays, rows: np.ndarray) -> None:
    """Add the open day to the closed ones, if it is one with a purchase."""
    bought = (state["seen"][rows] != NEVER) & (state["net"][rows] > state["least"][rows])
    rows = rows[bought]
    seen, before = state["seen"][rows], state["last"][rows]
    again = state["days"][rows] > 0
    later, gaps = rows[again], (seen[again] - before[again]).astype(np.float64)
    state["gap_logs"][later] += np.log(gaps)
    state["repeat_net"][later] += state["net"][later]
    state["first"][rows[~again]] = seen[~again]
    state["last"][rows] = seen
    state["days"][rows] += 1


def _none(name: str, size: int) -> np.ndarray:
    value = NEVER if name in {"first", "last", "seen"} else 0
    return np.full(size, value, dtype=WIDTHS[name])


def _whole(column: Column) -> pa.Array:
    found = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return found.chunk(0) if isinstance(found, pa.ChunkedArray) else found


def _as(
    column: pa.ChunkedArray | pa.Array, kind: pa.DataType
) -> pa.ChunkedArray | pa.Array:
    try:
        return column.cast(kind)
    except pa.ArrowInvalid as error:
        raise BadInput(f"Clients were {kind} before, not {column.type}.") from error


def _fill(found: Arrays, rows: slice, whole: Arrays, *, end: int, length: float) -> None:
    """Write what some clients come to into their rows."""
    first, last, repeats = whole["first"], whole["last"], whole["days"] - 1
    found["first"][rows], found["last"][rows] = first, last
    found["frequency"][rows] = repeats
    np.divide(last - first, length, out=found["recency"][rows])
    np.divide(end - first, length, out=found["T"][rows])
    found["log_gaps"][rows] = whole["gap_logs"] - repeats * np.log(length)
    if "monetary" in found:
        mean = whole["repeat_net"] / np.maximum(repeats, 1)
        found["monetary"][rows] = mean
