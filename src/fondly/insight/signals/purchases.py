"""What was bought: orders of one day count once, refunds are netted."""

from typing import Any

import ibis

from fondly.insight.facts import Facts


def priced(facts: Facts) -> Any:
    """One row per order with its value in the reporting currency, null without a rate."""
    orders, own = facts.orders(), facts.given.currency
    abroad: Any = ibis.null("float64")
    if facts.given.with_rates:
        orders = orders.left_join(facts.rates(), ["currency", "day"])
        abroad = (orders.amount * orders.factor).round()
    value = ibis.ifelse(orders.currency == own, orders.amount.cast("float64"), abroad)
    return orders.select("client_id", "day", "amount", "currency", value=value)


def days(facts: Facts) -> Any:
    """One row per client and day, kept: the net in the reporting currency.

    `unpriced` is true where orders in a currency without a rate took place: they count
    for the rhythm, not for money. A day is a purchase if something was bought net.
    """
    rows = priced(facts)
    nets = rows.group_by("client_id", "day").aggregate(
        net=rows.value.sum().fill_null(0).cast("int64"),
        unpriced=(rows.value.isnull() & (rows.amount > 0)).any(),
    )
    nets = nets.mutate(is_purchase=(nets.net > 0) | nets.unpriced)
    return facts.keep("days_bought", nets)


def unpriced(days_bought: Any) -> Any:
    """Return whether any order was left out of money for want of a rate."""
    return days_bought.aggregate(found=days_bought.unpriced.any())


def unknown_currencies(facts: Facts) -> Any:
    """Return the currencies in which orders were left out of money for want of a rate."""
    rows = priced(facts)
    return rows.filter(rows.value.isnull()).select("currency").distinct()


def purchases(facts: Facts, days_bought: Any) -> Any:
    """One row per client who bought: first, last, counts, sums and the gaps between.

    A client whose sum is nothing, all refunds counted, has bought nothing.
    """
    apart = ibis.window(group_by=["client_id", "is_purchase"], order_by="day")
    rows = days_bought.mutate(before=days_bought.day.lag().over(apart))
    bought, recent = rows.is_purchase, rows.day > facts.given.year_ago
    gap = rows.day.delta(rows.before, unit="day").cast("int32")
    rows = rows.mutate(gap=ibis.ifelse(bought, gap, ibis.null("int32")))
    each = rows.group_by("client_id").aggregate(
        first_order_on=rows.day.min(where=bought),
        last_order_on=rows.day.max(where=bought),
        orders=bought.sum(),
        revenue=rows.net.sum().cast("int64"),
        first_net=rows.net.argmin(rows.day, where=bought),
        orders_12m=(bought & recent).sum(),
        revenue_12m=rows.net.sum(where=recent).fill_null(0).cast("int64"),
        unpriced=rows.unpriced.sum(),
        quarters=rows.gap.quantile([0.25, 0.5, 0.75]),
        log_gaps=rows.gap.ln().sum().fill_null(0.0),
        last_gap=rows.gap.argmax(rows.day).cast("float64"),
    )
    length = each.last_order_on.delta(each.first_order_on, unit="day")
    each = each.mutate(
        gaps=each.orders - 1,
        gap_mean=length / (each.orders - 1).nullif(0),
        gap_low=each.quarters[0],
        gap_days=each.quarters[1],
        gap_high=each.quarters[2],
    ).drop("quarters")
    return each.filter((each.orders > 0) & ((each.revenue > 0) | (each.unpriced > 0)))
