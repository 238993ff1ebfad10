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
    rows = days_bought.filter(days_bought.is_purchase)
    who = people.select("client_id", "owner")
    rows = rows.inner_join(who, "client_id").select("client_id", "owner", "day")
    apart = ibis.window(group_by="client_id")
    rows = rows.mutate(first=rows.day.min().over(apart))
    units = [_unit(rows, facts.given.as_of, unit) for unit in ("quarter", "month")]
    return reduce(lambda one, other: one.union(other), units)


def _unit(rows: Any, as_of: Any, unit: str) -> Any:
    last = last_complete(as_of, unit)
    cohort, then = period(rows.first, unit), period(rows.day, unit)
    rows = rows.mutate(cohort=cohort, since=then - cohort, then=then)
    rows = rows.filter((rows.then <= last) & (rows.cohort > last - COHORTS))
    return rows.group_by("owner", "cohort", "since").aggregate(
        unit=ibis.literal(unit), clients=rows.client_id.nunique()
    )
