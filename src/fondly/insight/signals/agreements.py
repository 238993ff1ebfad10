"""What was agreed: how often a contract was renewed, what it costs, and what lies ahead."""

from typing import Any

import ibis

from fondly.insight.facts import Facts

# A contract that begins this near to another's end goes on with it.
HANDOVER_DAYS = 31


def agreements(facts: Facts) -> Any:
    """One row per contract that has begun, kept, with what it costs a month.

    `chances` counts the renewals that were due (a term is `renewal_months`), `has_left` is
    true where the client took the last of them. Money in the reporting currency, null
    without a rate. Months ahead are whole ones from the day asked for.
    """
    as_of = facts.given.as_of
    rows = facts.table("clients_contract")
    rows = _with_factor(facts, rows.filter(rows.started_on <= as_of))
    term, none = ibis.greatest(rows.renewal_months, 1), ibis.null("int64")
    is_over = rows.ends_on.notnull() & (rows.ends_on < as_of)
    # A last day and the first day after it are written alike.
    last = _later(rows.ends_on, -1, "D")
    into = months_between(rows.started_on, as_of)
    monthly = rows.factor / ibis.greatest(rows.months, 1)
    rows = rows.mutate(
        term=term,
        is_over=is_over,
        into=into % term,
        # Who left on the day it began has left all the same.
        chances=ibis.ifelse(
            is_over,
            ibis.greatest(months_between(rows.started_on, last) // term + 1, 1),
            into // term,
        ),
        monthly=rows.price * monthly,
        promo_monthly=rows.promo_price * monthly,
        next_monthly=rows.next_price * monthly,
        promo_months=ibis.ifelse(
            rows.promo_ends_on >= as_of, _ahead(as_of, rows.promo_ends_on), none
        ),
        next_months=_ahead(as_of, rows.next_price_from),
        end_months=_ahead(as_of, rows.ends_on),
    )
    return facts.keep("agreements", rows.mutate(has_left=is_over & ~_goes_on(rows)))


def terms(rows: Any) -> Any:
    """How many contracts there are with so many chances to leave, left or not."""
    each = rows.group_by("chances", "has_left").aggregate(contracts=rows.count())
    return each.order_by("chances", "has_left")


def running(rows: Any) -> Any:
    """One row per contract that holds, as the model of renewals reads it."""
    held = rows.filter(~rows.is_over)
    return held.select(
        "client_id",
        "chances",
        "term",
        "into",
        "monthly",
        "promo_monthly",
        "next_monthly",
        "promo_months",
        "next_months",
        "end_months",
        "id",
    )


def dated(facts: Facts, rows: Any) -> Any:
    """Return the contracts with what each costs a year, its next renewal, the last day of
    notice before that, and its next change of price; none of it once it is over."""
    as_of = facts.given.as_of
    holds = ~rows.is_over
    is_promo = rows.promo_price.notnull() & (as_of <= rows.promo_ends_on)
    is_next = rows.next_price.notnull() & (rows.next_price_from <= as_of)
    now = ibis.cases(
        (is_promo, rows.promo_price), (is_next, rows.next_price), else_=rows.price
    )
    after_promo = ibis.ifelse(
        rows.next_price.notnull() & (rows.next_price_from <= rows.promo_ends_on),
        rows.next_price,
        rows.price,
    )
    is_ahead = rows.next_price.notnull() & (rows.next_price_from > as_of)
    no_day = ibis.null("date")
    step_on = ibis.cases(
        (is_promo, _later(rows.promo_ends_on, 1, "D")),
        (is_ahead, rows.next_price_from),
        else_=no_day,
    )
    then = ibis.ifelse(is_promo, after_promo, rows.next_price)
    renewal = ibis.ifelse(
        rows.renews_on > as_of,
        rows.renews_on,
        _later(rows.started_on, (rows.chances + 1) * rows.term, "M"),
    )
    renews = holds & rows.ends_on.isnull()
    rows = rows.mutate(
        renewal=ibis.ifelse(renews, renewal, no_day),
        yearly=now / ibis.greatest(rows.months, 1) * 12 * rows.factor,
        step_on=ibis.ifelse(holds, step_on, no_day),
        step=then / now.nullif(0) - 1,
    )
    return rows.mutate(
        holds=holds, notice=(rows.renewal - rows.notice_days.as_interval("D")).cast("date")
    )


def agreed(facts: Facts, rows: Any) -> Any:
    """One row per client with a contract: what holds, the next renewal and price step."""
    rows = dated(facts, rows)
    as_of, holds = facts.given.as_of, rows.holds
    return rows.group_by("client_id").aggregate(
        contracts=holds.sum(),
        contract_since=rows.started_on.min(),
        recurring_12m=rows.yearly.sum(where=holds).round().cast("int64"),
        renews_on=rows.renewal.min(),
        notice_by=rows.notice.min(where=rows.notice >= as_of),
        agreed_until=rows.ends_on.min(where=holds),
        price_step_on=rows.step_on.min(),
        # Of several on one day the largest.
        price_step=rows.step.argmin(
            rows.step_on.epoch_seconds() - rows.step / 1_000, where=rows.step_on.notnull()
        ),
    )


def months_between(start: Any, end: Any) -> Any:
    """Return the whole months from one day to another."""
    months = (end.year() - start.year()) * 12 + end.month() - start.month()
    return (months - (end.day() < start.day()).cast("int64")).cast("int64")


def _ahead(as_of: Any, day: Any) -> Any:
    """Return how many months ahead a day is, 0 if it has come; null without one."""
    return ibis.ifelse(
        day.isnull(), ibis.null("int64"), ibis.greatest(months_between(as_of, day), 0)
    )


def _goes_on(rows: Any) -> Any:
    """Tell whether another contract of the client begins where this one ends."""
    starts = rows.select("client_id", heir="id", heir_from="started_on")
    pairs = rows.select("id", "client_id", "ends_on").inner_join(starts, "client_id")
    apart = pairs.heir_from.delta(pairs.ends_on, unit="day").abs()
    heirs = pairs.filter((pairs.heir != pairs.id) & (apart <= HANDOVER_DAYS))
    return rows.id.isin(heirs.id)


def _with_factor(facts: Facts, rows: Any) -> Any:
    abroad: Any = ibis.null("float64")
    if facts.given.with_rates:
        rates = facts.rates()
        today = rates.filter(rates.day == facts.given.as_of).select("currency", "factor")
        rows = rows.left_join(today, "currency").drop("currency_right")
        abroad = rows.factor
    own = rows.currency == facts.given.currency
    return rows.mutate(factor=ibis.ifelse(own, 1.0, abroad))


def _later(day: Any, count: Any, unit: str) -> Any:
    # A date plus an interval is a timestamp in one engine and a date in another.
    step = ibis.interval(count, unit) if isinstance(count, int) else count.as_interval(unit)
    return (day + step).cast("date")
