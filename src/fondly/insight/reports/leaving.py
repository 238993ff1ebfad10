"""Who is leaving and what it costs, who has left and why."""

from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.reports.ground import last_complete, period

DOUBT = 0.5
# The client list can ask for “at least 50.0001 %”: so nobody stands in two groups.
NO_DOUBT = 0.500001
SILENT = 2  # usual gaps
QUARTERS = 8
FIRST = 10


def leaving(people: Any) -> Any:
    """One row per owner, tier and group of those with whom we have not parted.

    `gone` is what they bought in the last 12 months times the chance that they have left.
    """
    rows = grouped(people)
    rows = rows.filter(rows.stage != "closed")
    rows = rows.mutate(lost=rows.revenue_12m * (1 - rows.chance))
    return rows.group_by("owner", "tier", "group").aggregate(
        clients=rows.count(),
        priced=rows.worth_24m.count(),
        worth=rows.worth_24m.sum().fill_null(0).cast("int64"),
        revenue=rows.revenue_12m.sum().fill_null(0).cast("int64"),
        gone=rows.lost.sum().fill_null(0.0),
    )


def grouped(people: Any) -> Any:
    """Return the clients with the chance that they stay and the group each is in; those we
    parted with are in none."""
    people = people.mutate(chance=_chance(people))
    chance, silent = people.chance, people.cycles_silent
    group = ibis.cases(
        (people.stage == "closed", ""),
        (chance <= DOUBT, "doubtful"),
        ((chance >= NO_DOUBT) & (silent >= SILENT), "silent"),
        (chance.isnull() & (silent >= SILENT), "unknown"),
        (chance.isnull(), "unsaid"),
        else_="staying",
    )
    return people.mutate(group=group)


def _chance(people: Any) -> Any:
    """Return the chance that a client stays: still active or, if it speaks for more, of
    renewing. Who holds a contract is not gone for want of orders: where nobody can say
    whether it will be renewed, nothing is said."""
    active, renews = people.p_active, people.p_renew
    is_more = (renews >= NO_DOUBT) & (active.isnull() | (active < renews))
    untold = (people.contracts > 0) & renews.isnull() & (active <= DOUBT)
    return ibis.cases((is_more, renews), (untold, ibis.null("float64")), else_=active)


def first_to_call(people: Any) -> Any:
    """Return who of those probably gone is worth most, overall and of each owner."""
    rows = grouped(people)
    rows = rows.filter((rows.group == "doubtful") & (rows.worth_24m > 0))
    order = [ibis.desc(rows.worth_24m), rows.client_id]
    overall = ibis.window(order_by=order)
    of_owner = ibis.window(group_by="owner", order_by=order)
    rows = rows.mutate(
        place=ibis.row_number().over(overall).cast("int64"),
        own_place=ibis.row_number().over(of_owner),
    )
    rows = rows.filter(rows.own_place < FIRST)
    return rows.select("owner", "place", "client_id")


def reasons(facts: Facts, days_bought: Any, people: Any) -> Any:
    """One row per owner, quarter and reason: who was closed, and their last year's revenue.

    Revenue of the 365 days up to the day of parting, which counts too.
    """
    as_of = facts.given.as_of
    rows = people.filter(people.closed_on.notnull() & (people.closed_on <= as_of))
    quarter = period(rows.closed_on, "quarter")
    rows = rows.mutate(quarter=quarter)
    rows = rows.filter(rows.quarter > last_complete(as_of, "quarter") + 1 - QUARTERS)
    bought = days_bought.select("client_id", "day", "net")
    found = rows.left_join(bought, "client_id")
    days = found.closed_on.delta(found.day, unit="day")
    found = found.select(
        "client_id",
        "owner",
        "quarter",
        reason=found.leaving_reason,
        went=ibis.ifelse((days >= 0) & (days < 365), found.net, 0).fill_null(0),
    )
    return found.group_by("owner", "quarter", "reason").aggregate(
        clients=found.client_id.nunique(), revenue=found.went.sum().cast("int64")
    )
