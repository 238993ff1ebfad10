"""The one definition of a summary, as an Ibis expression for any engine.

Names that differ only in case are one name to some engines: every name here is its own.
"""

from datetime import date, timedelta
from typing import Any

import ibis

from tenure.errors import BadInput
from tenure.season.season import ROW
from tenure.summary.columns import DUST, Clock, Columns

DAILY = Clock(length=1.0)


def summed(table: Any, log: Columns, *, until: date, clock: Clock) -> Any:
    """Return one row per client who bought: see `summary_expression`."""
    return _each(purchases(table, log, until=until), log, until=until, clock=clock)


def held(table: Any, log: Columns, *, middle: date, until: date, clock: Clock) -> Any:
    """Return one row per client who bought by `middle`: see `calibration_and_holdout`."""
    rows = purchases(table, log, until=until)
    seen = _each(rows.filter(rows.day <= middle), log, until=middle, clock=clock)
    later = totals(rows.filter(rows.day > middle), log)
    sums = {"bought": later.days}
    if log.amount:
        sums["spent"] = later.net / later.days
    ahead = later.select(later_client=later.client, **sums)
    both = seen.left_join(ahead, seen.client == ahead.later_client).drop("later_client")
    filled = {name: both[name].fill_null(0).cast(both[name].type()) for name in sums}
    # Out of text, for engines read 8.5 as a decimal.
    horizon = ibis.literal(repr(clock.between(middle, until))).cast("float64")
    return both.mutate(horizon=horizon, **filled)


def purchases(table: Any, log: Columns, *, until: date) -> Any:
    """Return client, day and amount of the orders on days with a net purchase."""
    return purchased(orders(table, log, until=until), log)


def purchased(rows: Any, log: Columns) -> Any:
    """Leave out the days without a net purchase.

    Only a day with an amount at or below 0 can have such a net: those few are added up
    first, so that the log need not be grouped by client and day, which takes longest.
    """
    if log.amount is None:
        return rows
    same_day = ["client", "day"]
    doubtful = rows.filter(rows.amount <= 0).select(*same_day).distinct()
    sums = {"net": rows.amount.sum()}
    is_float = rows.amount.type().is_floating()
    if is_float:
        sums["moved"] = rows.amount.abs().sum()
    nets = rows.semi_join(doubtful, same_day).group_by(*same_day).aggregate(**sums)
    least = nets.moved * DUST if is_float else 0
    return rows.anti_join(nets.filter(nets.net <= least), same_day)


def orders(table: Any, log: Columns, *, until: date) -> Any:
    """Return the rows that count, under our names; refuse columns that cannot be read.

    With a client, a day up to `until`, and an amount.
    """
    if missing := [name for name in log.names if name not in table.columns]:
        raise BadInput(f"The log has no column {', '.join(map(repr, missing))}.")
    when = table[log.at]
    kept = [table[log.client].notnull(), _is_by(when, until, name=log.at)]
    columns = {"client": table[log.client], "day": when.cast("date")}
    if log.amount:
        amount = columns["amount"] = table[log.amount]
        if not amount.type().is_numeric():
            raise BadInput(f"{log.amount} must hold numbers, not {amount.type()}.")
        kept.append(amount.notnull())
        if amount.type().is_floating():
            kept.append(~amount.isnan())
    return table.filter(kept).select(**columns)


def _is_by(when: Any, until: date, *, name: str) -> Any:
    kind = when.type()
    if kind.is_date():
        return when <= ibis.literal(until, type="date")
    if not kind.is_timestamp():
        raise BadInput(f"{name} must hold dates or times, not {kind}.")
    if kind.timezone is not None:
        words = "has a time zone, and a day begins at another moment in each"
        raise BadInput(f"{name} {words}: give the local date.")
    # Said of the column itself, so that an engine can skip what lies after it.
    return when < ibis.literal(until + timedelta(days=1), type="date").cast("timestamp")


def _each(rows: Any, log: Columns, *, until: date, clock: Clock) -> Any:
    """Return one row per client from orders on days with a purchase."""
    each, length = totals(rows, log, clock=clock), clock.length
    repeats = each.days - 1
    end = ibis.literal(until, type="date")
    columns = {
        "frequency": repeats,
        "recency": _between(each["first"], each["last"], clock) / length,
        "T": _between(each["first"], end, clock) / length,
    }
    if log.amount:
        columns["monetary"] = (each.repeat_net / repeats.nullif(0)).fill_null(0.0)
    known = each.gap_logs.fill_null(0.0)
    columns["log_gaps"] = known - repeats * ibis.literal(length).ln()
    return each.select("client", **columns, first=each["first"], last=each["last"])


def totals(rows: Any, log: Columns, *, clock: Clock = DAILY) -> Any:
    """Return days, gaps and nets per client, by one pass over orders in order of time."""
    in_time = ibis.window(group_by="client", order_by="day")
    rows = rows.mutate(before=rows.day.lag().over(in_time), place=ibis.rank().over(in_time))
    gap = _between(rows.before, rows.day, clock)  # 0 within a day
    is_first = rows.before.isnull()
    sums: dict[str, Any] = {
        # Counted, not added up: DuckDB adds whole numbers up as 128-bit ones.
        "days": rows.count(where=is_first | (gap > 0)),
        "first": rows.day.min(),
        "last": rows.day.max(),
        "gap_logs": gap.nullif(0).ln().sum(),
    }
    if log.amount:
        amount = rows.amount.cast("float64")
        sums["net"] = amount.sum()
        # All orders of the first day share place 0.
        sums["repeat_net"] = amount.sum(where=rows.place > 0)
    return rows.group_by("client").aggregate(**sums)


def _between(first: Any, last: Any, clock: Clock) -> Any:
    """Return the days between; as a float, for Spark reads 7.0 as a decimal and rounds."""
    days = last.delta(first, unit="day").cast("float64")
    if clock.season is None:
        return days
    ahead = ibis.literal(clock.season.offsets.tolist(), type="array<float64>")
    return days + (ahead[_of_year(last)] - ahead[_of_year(first)])


def _of_year(day: Any) -> Any:
    """Return the place of a day in a season's table."""
    place = (day.month().cast("int64") - 1) * ROW + day.day() - 1
    return place.cast("int32")  # the only kind that Spark takes for a place
