"""Cohorts: of the clients who first bought in one period, who bought again later."""

from functools import reduce
from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.reports.ground import last_complete, period

COHORTS = 12


def cohorts(facts: Facts, days_bought: Any, people: Any) -> Any:
    """One row per owner, unit, cohort and periods since: how many bought in it.

    Only periods that are over, and the last 12 cohorts. At 0 periods stand all of them.
    """
    rows = days_bought.filter(days_bought.is_purchase).select("client_id", "day")
    firsts = rows.group_by("client_id").aggregate(first=rows.day.min())
    who = people.select("client_id", "owner")
    firsts = firsts.inner_join(who, "client_id").select("client_id", "owner", "first")
    as_of = facts.given.as_of
    units = [_unit(rows, firsts, as_of, unit) for unit in ("quarter", "month")]
    return reduce(lambda one, other: one.union(other), units)


def _unit(rows: Any, firsts: Any, as_of: Any, unit: str) -> Any:
    last = last_complete(as_of, unit)
    # Most clients came before these cohorts: what they bought is not looked at.
    firsts = firsts.mutate(cohort=period(firsts.first, unit)).drop("first")
    firsts = firsts.filter(firsts.cohort > last - COHORTS)
    rows = rows.mutate(then=period(rows.day, unit)).drop("day")
    rows = rows.filter((rows.then <= last) & (rows.then > last - COHORTS))
    rows = rows.inner_join(firsts, "client_id")
    rows = rows.mutate(since=rows.then - rows.cohort)
    # Each client once in each period: to tell them apart while counting takes longer.
    rows = rows.select("owner", "cohort", "since", "client_id").distinct()
    return rows.group_by("owner", "cohort", "since").aggregate(
        unit=ibis.literal(unit), clients=rows.count()
    )
