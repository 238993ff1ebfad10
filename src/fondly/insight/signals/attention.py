"""What we did: touches by purpose, the give-and-ask balance, and the last of them."""

from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.source.given import Given


def timezone(zone: Any, instant: Any) -> Any:
    """Return the wall clock of `instant` in `zone`."""


_in_zone: Any = ibis.udf.scalar.builtin(
    timezone, signature=(("string", "timestamp('UTC')"), "timestamp")
)


def local_day(given: Given, instant: Any) -> Any:
    """Return the business's own day of a naive UTC instant."""
    # Two steps: the naive UTC instant becomes one with a zone, then the local clock.
    return _in_zone(given.time_zone, instant.cast("timestamp('UTC')")).date()


def attention(facts: Facts, talk: Any) -> Any:
    """One row per touched client. Ours are those that reached out, and conversations.

    The balance is gives minus asks. What a client wrote to us is no attention of ours.
    """
    given, rows = facts.given, talk.filter(talk.is_ours)
    recent = rows.at >= given.year_from
    each = rows.group_by("client_id").aggregate(
        gives_12m=(recent & rows.is_give).sum(),
        asks_12m=(recent & rows.is_ask).sum(),
        services_12m=(recent & rows.is_service).sum(),
        last_at=rows.at.max(),
    )
    last = local_day(given, each.last_at)
    return each.mutate(
        balance=each.gives_12m - each.asks_12m,
        last_touch_on=last,
        days_since_touch=given.as_of.delta(last, unit="day"),
    ).drop("last_at")
