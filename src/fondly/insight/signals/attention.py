"""What we did: touches by purpose, the give-and-ask balance, and the last of them."""

from typing import Any

from fondly.insight.facts import Facts


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
    last = given.local_day(each.last_at)
    return each.mutate(
        balance=each.gives_12m - each.asks_12m,
        last_touch_on=last,
        days_since_touch=given.as_of.delta(last, unit="day"),
    ).drop("last_at")
