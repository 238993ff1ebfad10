"""What was bought: orders of one day count once, refunds are netted."""

from typing import Any

import ibis

from fondly.insight.facts import Facts


def days(facts: Facts) -> Any:
    """One row per client and day, kept: the net in the reporting currency.

    `unpriced` is true where orders in a currency without a rate took place: they count
    for the rhythm, not for money. A day is a purchase if something was bought net.
    """
    orders, asked = facts.orders(), facts.asked
    rows = orders.group_by("client_id", "day", "currency").aggregate(
        amount=orders.amount.sum()
    )
    priced = rows.left_join(facts.rates(), ["currency", "day"])
    own = priced.currency == asked.currency
    value = ibis.ifelse(
        own, priced.amount.cast("float64"), (priced.amount * priced.factor).round()
    )
    priced = priced.select(
        "client_id",
        "day",
        value=value,
        unpriced=value.isnull() & (priced.amount > 0),
        unknown=value.isnull().ifelse(priced.currency, ibis.null("string")),
    )
    nets = priced.group_by("client_id", "day").aggregate(
        net=priced.value.sum().fill_null(0).cast("int64"),
        unpriced=priced.unpriced.any(),
        unknown=priced.unknown.max(),
    )
    nets = nets.mutate(is_purchase=(nets.net > 0) | nets.unpriced)
    return facts.live.kept("days_bought", nets)


def unknown_currencies(days_bought: Any) -> list[str]:
    """Return the currencies in which orders were left out of money for want of a rate."""
    found = days_bought.filter(days_bought.unknown.notnull())
    return sorted(found.select("unknown").distinct().unknown.to_pyarrow().to_pylist())


def purchases(facts: Facts, days_bought: Any) -> Any:
    """One row per client who bought: first, last, counts, sums and the gaps between.

    A client whose sum is nothing, all refunds counted, has bought nothing.
    """
    apart = ibis.window(group_by=["client_id", "is_purchase"], order_by="day")
    rows = days_bought.mutate(before=days_bought.day.lag().over(apart))
    bought, recent = rows.is_purchase, rows.day > ibis.literal(facts.asked.year_ago)
    gap = rows.day.delta(rows.before, unit="day").cast("float64")
    rows = rows.mutate(gap=ibis.ifelse(bought, gap, ibis.null("float64")))
    each = rows.group_by("client_id").aggregate(
        first_order_on=rows.day.min(where=bought),
        last_order_on=rows.day.max(where=bought),
        orders=bought.sum(),
        revenue=rows.net.sum().cast("int64"),
        first_net=rows.net.argmin(rows.day, where=bought),
        orders_12m=(bought & recent).sum(),
        revenue_12m=rows.net.sum(where=recent).fill_null(0).cast("int64"),
        unpriced=rows.unpriced.sum(),
        gaps=rows.gap.count(),
        gap_low=rows.gap.quantile(0.25),
        gap_days=rows.gap.quantile(0.5),
        gap_high=rows.gap.quantile(0.75),
        gap_mean=rows.gap.mean(),
        last_gap=rows.gap.argmax(rows.day),
    )
    return each.filter((each.orders > 0) & ((each.revenue > 0) | (each.unpriced > 0)))
