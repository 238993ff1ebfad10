"""What the reports stand on: each client with their signals of the run, and periods."""

from typing import Any

import ibis

from fondly.insight.facts import Facts

OF_CLIENT = ("owner_id", "closed_on", "leaving_reason")
NOBODY = 0  # whom clients belong to that nobody looks after
UNITS = {"month": 12, "quarter": 4}


def people(facts: Facts) -> Any:
    """One row per client with the signals of the run that is reported on, kept."""
    clients = facts.clients().select("client_id", *OF_CLIENT)
    rows = facts.table("insight_signal")
    rows = rows.filter(rows.run_id == facts.given.reports_of).drop("run_id")
    rows = rows.inner_join(clients, "client_id")
    owner = rows.owner_id.fill_null(NOBODY)
    return facts.keep("people", rows.mutate(owner=owner).drop("owner_id"))


def viewed(facts: Facts) -> Any:
    """One row per shared view and client who answered it at the run."""
    rows = facts.table("insight_viewmember")
    rows = rows.filter(rows.run_id == facts.given.reports_of)
    return rows.select("client_id", view=rows.view_id)


def period(day: Any, unit: str) -> Any:
    """Return the number of a day's month or quarter: consecutive ones differ by one."""
    a_year = UNITS[unit]
    within = (day.month() - 1) // (12 // a_year)
    return (day.year().cast("int64") * a_year + within).cast("int64")


def last_complete(as_of: Any, unit: str) -> Any:
    """Return the last period that is over at the end of the day asked for."""
    return period((as_of + ibis.interval(days=1)).cast("date"), unit) - 1
