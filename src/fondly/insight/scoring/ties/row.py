"""What is told of clients who never bought, put beside the wide rows of all."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from fondly.insight.scoring.arrow import days, numbers, texts
from fondly.insight.scoring.columns import Columns, Flags, Floats, Wholes
from fondly.insight.scoring.forecast import Found
from fondly.insight.scoring.ties.chance import Ties, chances
from fondly.insight.scoring.ties.known import Known

LEAST_SPREAD = 0.1  # of the gap, as in `signals.rhythm`
NOTHING = "{}"


class Told(NamedTuple):
    """The wide rows with the rhythm of who never bought, and what else is said of them.

    `heard` are the new columns; of nobody there are none.
    """

    rows: Columns
    found: Found
    heard: dict[str, Any]


def told(rows: Columns, known: Known, ties: Ties, *, as_of: date, to_all: bool) -> Told:
    """Return the rows with what touches say.

    `to_all`: nobody here ever bought, so whoever speaks to us is a client. Otherwise one
    is a client who is said to be: with a day since when, or a stage set by hand. The others
    are prospects: what they say is told, and no chance of their staying.
    """
    place, known = _placed(rows, known)
    if not len(place):
        return Told(rows, {}, {})
    counts = to_all | _is_client(rows)[place]
    found = chances(ties, known)
    size = len(rows)
    is_open = ~rows.flag("is_closed")[place]
    spoken = counts & is_open
    over_all = {
        name: _over(place, np.where(spoken, values, np.nan), size)
        for name, values in found.items()
    }
    heard = _heard(known, place, counts, size, as_of, np.isfinite(found["p_active"]))
    return Told(_with_rhythm(rows, known, place, counts, as_of), over_all, heard)


def with_ties(found: Found, related: Found) -> Found:
    """Join what is said of buyers and of those who never bought: no client is both."""
    joined = dict(found)
    for name, values in related.items():
        known = ~np.isnan(values)
        joined[name] = np.where(known, values, found[name]) if name in found else values
    return joined


def _placed(rows: Columns, known: Known) -> tuple[Wholes, Known]:
    ids = rows.whole("client_id")
    place = np.searchsorted(ids, known.client_ids)
    here = place < len(ids)
    here[here] = ids[place[here]] == known.client_ids[here]
    if here.all():
        return place, known
    return place[here], _kept(known, here)


def _kept(known: Known, which: Flags) -> Known:
    measures = type(known.measures)(*(column[which] for column in known.measures))
    ids, history, _, *numbers_ = known
    kept = (column[which] for column in numbers_)
    return Known(ids[which], history.kept(which), measures, *kept)


def _is_client(rows: Columns) -> Flags:
    by_hand = rows.text("stage_by_hand")
    is_said = ~np.isin(by_hand.astype(str), ["", "prospect"])
    return np.asarray(is_said | ~np.isnat(rows.day("client_since")))


def _over(place: Wholes, values: Floats, size: int) -> Floats:
    over_all = np.full(size, np.nan)
    over_all[place] = values
    return over_all


def _with_rhythm(
    rows: Columns, known: Known, place: Wholes, counts: Flags, as_of: date
) -> Columns:
    """Put rhythm and length of service of who counts in place of what orders would say."""
    gap, spread, silent = known.gap, known.spread, known.last_ago
    about = np.maximum(spread, gap * LEAST_SPREAD)
    today = np.datetime64(as_of, "D")
    since = (today - rows.day("client_since")[place]).astype("timedelta64[D]")
    service = np.where(np.isnat(since), known.first_ago, since.astype(np.float64))
    said = {
        "service_days": np.maximum(service, 0),
        "gap_days": gap,
        "gap_spread_days": spread,
        "cycles_silent": silent / gap,
    }
    table = rows.rows
    at = place[counts]
    for name, values in said.items():
        column = rows.number(name)
        column[at] = values[counts]
        kind = table.schema.field(name).type
        table = _set(table, name, numbers(column).cast(kind))
    ahead = {
        "next_from": np.maximum(np.floor(gap - about), 1) - silent,
        "next_until": np.ceil(gap + about) - silent,
    }
    for name, values in ahead.items():
        column = (rows.day(name) - today).astype(np.float64)
        column[np.isnat(rows.day(name))] = np.nan
        column[at] = values[counts]
        table = _set(table, name, days(column, as_of=as_of))
    silence = _over(at, silent[counts], len(rows))
    return Columns(table.append_column("days_since_heard", numbers(silence)))


def _set(table: Any, name: str, column: Any) -> Any:
    return table.set_column(table.column_names.index(name), name, column)


def _heard(
    known: Known, place: Wholes, counts: Flags, size: int, as_of: date, is_read: Flags
) -> dict[str, Any]:
    """Return the columns that only touches fill."""
    measures = known.measures
    their, our = (measures.hours(side, "lately") for side in ("their", "our"))
    asked = np.where(measures.approaches > 0, measures.approaches, np.nan)
    none = np.zeros(size)
    heard_days, called_off = none.copy(), none.copy()
    heard_days[place] = known.history.x + 1
    called_off[place] = measures.called_off
    relation = [NOTHING] * size
    for at, text in zip(place.tolist(), _texts(known), strict=True):
        relation[at] = text
    return {
        "relation_place": place[counts & is_read],
        "heard_days": numbers(heard_days).cast(pa.int64()),
        "called_off_12m": numbers(called_off).cast(pa.int64()),
        "last_heard_on": days(_over(place, -known.last_ago, size), as_of=as_of),
        "answered": numbers(_over(place, measures.answered / asked, size)),
        "their_answer_hours": numbers(_over(place, their, size)),
        "our_answer_hours": numbers(_over(place, our, size)),
        "relation": texts(relation),
    }


def _texts(known: Known) -> Iterator[str]:
    """Write what the reasons of each client need, as they were when it was scored."""
    measures = known.measures
    columns = {
        "heard_days": known.history.x + 1,
        "first_ago": known.first_ago,
        "last_ago": known.last_ago,
        "approaches": measures.approaches,
        "answered": measures.answered,
        "theirs": measures.theirs,
        "ours": measures.ours,
        "called_off": measures.called_off,
    }
    hours = {
        f"{side}_{when}": measures.hours(side, when)
        for side in ("their", "our")
        for when in ("lately", "before")
    }
    lists = [column.astype(int).tolist() for column in columns.values()]
    lists += [np.round(column, 1).tolist() for column in hours.values()]
    names = [*columns, *hours]
    for movers, *values in zip(measures.movers.tolist(), *lists, strict=True):
        row = {name: v for name, v in zip(names, values, strict=True) if v == v}
        yield json.dumps(row | {"movers": movers})
