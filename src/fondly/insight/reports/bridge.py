"""The bridge: revenue of 12 months, from one month's end to the next, client by client.

A client's revenue at a month's end is the net of what was bought in the 12 calendar months
up to it. What changed between two ends belongs, for each client, to exactly one part: so
the parts add up to the difference.
"""

from functools import reduce
from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.reports.ground import last_complete, period, viewed

MONTHS = 12
SHOWN = 20  # clients behind each part of a month


def moves(facts: Facts, days_bought: Any, people: Any) -> Any:
    """One row per client and month in which there was revenue at either end, kept."""
    rolling = facts.keep("rolling", _rolling(facts, days_bought))
    who = people.select("client_id", "owner", "tier")
    rows = rolling.inner_join(who, "client_id")
    end = last_complete(facts.given.as_of, "month")
    parts = [_month(rows, end, back) for back in range(MONTHS)]
    union = reduce(lambda one, other: one.union(other), parts)
    return facts.keep("moves", union)


def bridge(moved: Any) -> Any:
    """One row per owner, tier, month and part: clients, how many of them had and have
    revenue, and it before and after."""
    return _summed(moved, "owner", "tier", "month", "part")


def _summed(moved: Any, *by: str) -> Any:
    return moved.group_by(*by).aggregate(
        clients=moved.count(),
        had=(moved.before != 0).sum(),
        has=(moved.after != 0).sum(),
        before=moved.before.sum().cast("int64"),
        after=moved.after.sum().cast("int64"),
    )


def bridge_of_views(facts: Facts, moved: Any) -> Any:
    """One row per owner, shared view, tier, month and part, as `bridge` has them."""
    rows = moved.inner_join(viewed(facts), "client_id")
    return _summed(rows, "owner", "view", "tier", "month", "part")


def movers(moved: Any) -> Any:
    """Return who moved most in each part of a month, overall and of each owner.

    Overall they are ranked among those: whoever is first of all is first of an owner's.
    """
    rows = moved.filter(moved.part != "steady")
    rows = rows.mutate(size=(rows.after - rows.before).abs())
    order = [ibis.desc("size"), rows.client_id]
    of_owner = ibis.window(group_by=["owner", "month", "part"], order_by=order)
    rows = rows.mutate(own_place=ibis.row_number().over(of_owner))
    rows = rows.filter(rows.own_place < SHOWN)
    order = [ibis.desc("size"), rows.client_id]
    overall = ibis.window(group_by=["month", "part"], order_by=order)
    rows = rows.mutate(place=ibis.row_number().over(overall).cast("int64"))
    names = ("owner", "tier", "month", "part", "place", "client_id", "before", "after")
    return rows.select(*names)


def _rolling(facts: Facts, days_bought: Any) -> Any:
    """One row per client: the month of the first purchase, revenue at each month's end."""
    end = last_complete(facts.given.as_of, "month")
    month = period(days_bought.day, "month")
    rows = days_bought.mutate(month=month, back=end - month)
    revenue = {
        f"at_{back}": rows.net.sum(
            where=(rows.back >= back) & (rows.back < back + 12)
        ).fill_null(0)
        for back in range(MONTHS + 1)
    }
    first = rows.month.min(where=rows.is_purchase)
    return rows.group_by("client_id").aggregate(first=first, **revenue)


def _month(rows: Any, end: Any, back: int) -> Any:
    before, after = rows[f"at_{back + 1}"], rows[f"at_{back}"]
    month = end - back
    part = ibis.cases(
        ((before <= 0) & (after > 0) & (rows.first == month), "new"),
        ((before <= 0) & (after > 0), "won_back"),
        ((before > 0) & (after <= 0), "lost"),
        (after > before, "grown"),
        (after < before, "shrunk"),
        else_="steady",
    )
    rows = rows.select(
        "client_id",
        "owner",
        "tier",
        month=month.cast("int64"),
        part=part,
        before=before.cast("int64"),
        after=after.cast("int64"),
    )
    return rows.filter((rows.before != 0) | (rows.after != 0))
