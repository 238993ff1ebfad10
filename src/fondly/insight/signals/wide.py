"""One wide row per client: everything that follows from facts without a fitted model."""

from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.signals.attention import attention
from fondly.insight.signals.purchases import purchases
from fondly.insight.signals.reach import reach
from fondly.insight.signals.rhythm import rhythm

COUNTS = ["orders", "revenue", "orders_12m", "revenue_12m", "unpriced", "gaps"]
AGREED = ["contracts"]
TOUCHED = ["gives_12m", "asks_12m", "services_12m", "balance"]
NO = False
WAYS = ["reach_email", "reach_phone", "reach_post"]


def bought(facts: Facts, days_bought: Any) -> Any:
    """Return one row per client who has bought, kept: the models read them first."""
    return facts.keep("bought", rhythm(facts.given, purchases(facts, days_bought)))


def wide(facts: Facts, bought: Any, agreed: Any, talk: Any) -> Any:
    """Return one row per client, kept; the fifths need all of them first."""
    rows = facts.clients()
    for part in (bought, agreed, attention(facts, talk), reach(facts)):
        rows = rows.left_join(part, "client_id").drop("client_id_right")
    zeros = {name: rows[name].fill_null(0) for name in COUNTS + AGREED + TOUCHED}
    ways = {name: rows[name].fill_null(NO) for name in WAYS}
    # Whom nobody has spoken to has waited since they are here. What was said before that
    # is not known: an old file of orders does not make all its clients due at once.
    known = facts.given.local_day(rows.created_at)
    waiting = ibis.coalesce(
        rows.days_since_touch, facts.given.as_of.delta(known, unit="day")
    )
    # One serves since the first order or the first contract, whichever came first.
    agreed_for = facts.given.as_of.delta(rows.contract_since, unit="day")
    service = ibis.greatest(
        rows.service_days.fill_null(-1), agreed_for.fill_null(-1)
    ).nullif(-1)
    closed = rows.closed_on.notnull() & (rows.closed_on <= facts.given.as_of)
    rows = rows.mutate(
        is_closed=closed, days_waiting=waiting, service_days=service, **zeros, **ways
    )
    return facts.keep("wide", rows.drop("created_at"))
