"""The one definition of a summary, as an Ibis expression for any engine.

Names that differ only in case are one name to some engines: every name here is its own.
"""

from datetime import date, timedelta
from typing import Any

import ibis

from tenure.errors import BadInput
from tenure.summary.columns import Columns, Unit, day_of, days_of

# Amounts in floats that cancel leave dust: a net below this share of what was moved is 0.
DUST = 1e-9


def summary_expression(
    table: Any,
    *,
    client: str,
    at: str,
    amount: str | None = None,
    observed_until: Any,
    unit: Unit,
) -> Any:
    """Return an Ibis expression with one row per client who bought, to run where it suits.

    `table` is an Ibis table with one row per order (or line of one). Columns: `client`;
    `frequency`, days with a purchase after the first; `recency` and `T`, from the first day
    to the last and to `observed_until`, in `unit`s; `monetary`, the mean net of a day
    with a purchase, the first left out, 0 where there was only one (only with `amount`);
    `log_gaps`, the sum of the logarithms of the gaps; `first` and `last`, the days.

    Orders of a day are one purchase; refunds (negative amounts) are netted within their
    day, and a day with a net at or below 0 is no purchase. What happened after the day
    `observed_until`, and rows without a client, a day or an amount, are left out. Raises
    `BadInput` for unknown columns and for times that are not local ones.
    """
    until, length = day_of(observed_until, name="observed_until"), days_of(unit)
    log = Columns(client=client, at=at, amount=amount)
    return _each(bought_days(table, log, until=until), log, until=until, length=length)


def holdout_expression(
    table: Any,
    *,
    client: str,
    at: str,
    amount: str | None = None,
    calibrated_until: Any,
    observed_until: Any,
    unit: Unit,
) -> Any:
    """Return the summary up to `calibrated_until`, and what was bought after it.

    As `summary_expression`, with `horizon`, the time from the one day to the other;
    `bought`, days with a purchase in it; and with `amount`, `spent`, their mean net (0
    where there were none). Only clients known by the day `calibrated_until`.
    """
    middle = day_of(calibrated_until, name="calibrated_until")
    until = day_of(observed_until, name="observed_until")
    if middle >= until:
        raise BadInput("calibrated_until must be before observed_until.")
    log, length = Columns(client=client, at=at, amount=amount), days_of(unit)
    days = bought_days(table, log, until=until)
    seen = _each(days.filter(days.day <= middle), log, until=middle, length=length)
    later = days.filter(days.day > middle)
    sums: dict[str, Any] = {"bought": later.count()}
    if amount:
        sums["spent"] = later.net.mean()
    ahead = later.group_by("client").aggregate(**sums).rename(later_client="client")
    both = seen.left_join(ahead, seen.client == ahead.later_client).drop("later_client")
    filled = {name: both[name].fill_null(0) for name in sums}
    horizon = ibis.literal((until - middle).days / length).cast("float64")
    return both.mutate(horizon=horizon, **filled)


def bought_days(table: Any, log: Columns, *, until: date) -> Any:
    """Return one row per client and day on which something was bought net."""
    rows = _orders(table, log, until=until)
    if log.amount is None:
        return rows.select("client", "day").distinct()
    sums = {"net": rows.amount.sum()}
    is_float = rows.amount.type().is_floating()
    if is_float:
        sums["moved"] = rows.amount.abs().sum()
    nets = rows.group_by("client", "day").aggregate(**sums)
    least = nets.moved * DUST if is_float else 0
    nets = nets.filter(nets.net > least)
    return nets.select("client", "day", net=nets.net.cast("float64"))


def _orders(table: Any, log: Columns, *, until: date) -> Any:
    """Return the rows that count, under our names; refuse columns that cannot be read."""
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


def _each(days: Any, log: Columns, *, until: date, length: float) -> Any:
    """Return one row per client from one row per day with a purchase."""
    apart = ibis.window(group_by="client", order_by="day")
    rows = days.mutate(before=days.day.lag().over(apart))
    gap = _between(rows.before, rows.day)
    sums: dict[str, Any] = {
        "days": rows.count(),
        "first": rows.day.min(),
        "last": rows.day.max(),
        "gap_logs": gap.ln().sum(),
    }
    if log.amount:
        sums["repeat_net"] = rows.net.sum(where=rows.before.notnull())
    each = rows.group_by("client").aggregate(**sums)
    repeats = each.days - 1
    columns = {
        "frequency": repeats,
        "recency": _between(each["first"], each["last"]) / length,
        "T": _between(each["first"], ibis.literal(until, type="date")) / length,
    }
    if log.amount:
        columns["monetary"] = (each.repeat_net / repeats.nullif(0)).fill_null(0.0)
    known = each.gap_logs.fill_null(0.0)
    columns["log_gaps"] = known - repeats * ibis.literal(length).ln()
    return each.select("client", **columns, first=each["first"], last=each["last"])


def _between(first: Any, last: Any) -> Any:
    """Return the days between; as a float, for Spark reads 7.0 as a decimal and rounds."""
    return last.delta(first, unit="day").cast("float64")
