"""One wide row per client: everything that follows from facts without a fitted model."""

from dataclasses import dataclass
from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.signals.attention import attention
from fondly.insight.signals.fifths import Borders, borders, fifths
from fondly.insight.signals.purchases import days, purchases, unknown_currencies
from fondly.insight.signals.reach import reach
from fondly.insight.signals.rhythm import rhythm

COUNTS = ["orders", "revenue", "orders_12m", "revenue_12m", "unpriced", "gaps"]
TOUCHED = ["gives_12m", "asks_12m", "services_12m", "balance"]
NO = False
WAYS = ["reach_email", "reach_phone", "reach_post"]


@dataclass(frozen=True, kw_only=True)
class Wide:
    """The rows, ordered by client, and what was learned on the way."""

    rows: Any
    borders: Borders
    unknown_currencies: list[str]


def wide(facts: Facts) -> Wide:
    """Return one row per client of the request."""
    bought = days(facts)
    rows = _joined(facts, bought)
    rows = facts.live.kept("wide", rows)
    cuts = facts.asked.borders or borders(rows)
    return Wide(
        rows=fifths(rows, cuts).order_by("client_id"),
        borders=cuts,
        unknown_currencies=unknown_currencies(facts, bought),
    )


def _joined(facts: Facts, bought: Any) -> Any:
    rows = facts.clients()
    for part in (
        rhythm(facts.asked, purchases(facts, bought)),
        attention(facts),
        reach(facts),
    ):
        rows = rows.left_join(part, "client_id").drop("client_id_right")
    zeros = {name: rows[name].fill_null(0) for name in COUNTS + TOUCHED}
    ways = {name: rows[name].fill_null(NO) for name in WAYS}
    as_of = ibis.literal(facts.asked.as_of)
    closed = rows.closed_on.notnull() & (rows.closed_on <= as_of)
    return rows.mutate(is_closed=closed, **zeros, **ways)
