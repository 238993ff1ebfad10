"""What the base is worth: sums of the clients' worth to come, and how sure they are."""

from functools import reduce
from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.reports.ground import viewed

CUTS = ("all", "tier", "stage", "tag", "view")


def worth(facts: Facts, people: Any) -> Any:
    """One row per owner, cut and key: clients, sums, and squares of the intervals' sides.

    `priced` have a worth, `ranged` an interval of it too; `ranged_worth` is their sum.
    """
    rows = people.mutate(all=ibis.literal(""))
    tagged = rows.inner_join(_tags(facts), "client_id")
    views = viewed(facts)
    views = views.mutate(view=views["view"].cast("string"))
    grounds = {"tag": tagged, "view": rows.inner_join(views, "client_id")}
    cuts = [_cut(grounds.get(cut, rows), cut) for cut in CUTS]
    return reduce(lambda one, other: one.union(other), cuts)


def _tags(facts: Facts) -> Any:
    labels = facts.table("clients_label").rename(label_id="id")
    labels = labels.filter(labels.kind == "tag")
    pairs = facts.table("clients_client_labels")
    rows = pairs.inner_join(labels, "label_id")
    return rows.select("client_id", tag=labels.name)


def _cut(rows: Any, cut: str) -> Any:
    has_range = rows.worth_24m_low.notnull() & rows.worth_24m_high.notnull()
    mean = rows.worth_24m.cast("float64")
    below = (mean - rows.worth_24m_low) * (mean - rows.worth_24m_low)
    above = (rows.worth_24m_high - mean) * (rows.worth_24m_high - mean)
    return rows.group_by("owner", key=rows[cut]).aggregate(
        cut=ibis.literal(cut),
        clients=rows.count(),
        priced=rows.worth_24m.count(),
        ranged=has_range.sum(),
        worth=rows.worth_24m.sum().fill_null(0).cast("int64"),
        ranged_worth=rows.worth_24m.sum(where=has_range).fill_null(0).cast("int64"),
        below=below.sum(where=has_range).fill_null(0.0),
        above=above.sum(where=has_range).fill_null(0.0),
    )
