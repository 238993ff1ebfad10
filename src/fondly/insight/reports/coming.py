"""What contracts bring in the months ahead: each contract's next day of each kind."""

from functools import reduce
from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.reports.ground import period
from fondly.insight.signals.agreements import dated

DATED = {"renewal": "renewal", "notice": "notice", "rise": "step_on", "fall": "step_on"}


def coming(facts: Facts, agreements: Any, people: Any) -> Any:
    """One row per contract and kind of day that lies within 12 calendar months, kept."""
    # From whom we have parted nothing more is expected, whatever was agreed.
    as_of = facts.given.as_of
    with_us = people.closed_on.isnull() | (people.closed_on > as_of)
    who = people.filter(with_us).select("client_id", "owner")
    rows = dated(facts, agreements).inner_join(who, "client_id")
    kinds = [_dated(facts, rows, kind) for kind in DATED]
    return facts.keep("coming", reduce(lambda one, other: one.union(other), kinds))


def ahead(coming: Any) -> Any:
    """One row per owner, month and kind: contracts, clients, what they bill a year."""
    return coming.group_by("owner", "month", "kind").aggregate(
        contracts=coming.count(),
        clients=coming.client_id.nunique(),
        yearly=coming.yearly.sum().fill_null(0).cast("int64"),
    )


def _dated(facts: Facts, rows: Any, kind: str) -> Any:
    as_of = facts.given.as_of
    this, day = period(as_of, "month"), rows[DATED[kind]]
    rows = rows.filter(rows.holds & day.notnull() & (day >= as_of))
    # Who pays nothing until then has no share to rise by: it rises all the same.
    if kind == "rise":
        rows = rows.filter(rows.step.isnull() | (rows.step > 0))
    if kind == "fall":
        rows = rows.filter(rows.step < 0)
    rows = rows.mutate(month=period(rows[DATED[kind]], "month"))
    rows = rows.filter(rows.month < this + 12)
    return rows.select(
        "client_id",
        "owner",
        "month",
        contract_id=rows.id,
        kind=ibis.literal(kind),
        day=rows[DATED[kind]],
        yearly=rows.yearly.round().cast("int64"),
    )
