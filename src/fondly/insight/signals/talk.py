"""Who says what to whom: the touches, and what they say of clients who never bought."""

from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.signals.horizon import HORIZON

# An approach that is not answered within two weeks was not answered.
PATIENCE_DAYS = 14
DAY, HOUR = 86_400, 3_600  # seconds
YEAR, HALF = 365, 182  # days
# Who spoke: the client, both in a conversation, we. At one moment they come in this order,
# so that what we say then has answered them.
THEY, BOTH, WE = 0, 1, 2


def talk(facts: Facts) -> Any:
    """One row per touch, kept: who spoke, and what for."""
    rows = facts.touches()
    return facts.keep(
        "talk",
        rows.select(
            "client_id",
            "at",
            "is_called_off",
            is_theirs=rows.direction.isin(["in", "both"]),
            is_ours=rows.direction.isin(["out", "both"]),
            is_give=rows.purpose == "give",
            is_ask=rows.purpose == "ask",
            is_service=rows.purpose == "service",
        ),
    )


def relations(facts: Facts, talk: Any, *, bought: Any, agreements: Any) -> Any:
    """One row per client who has spoken to us but never bought, nor agreed on anything.

    `heard_days` are the days on which they spoke, with the gaps between. The measures at
    the end of `_then` are those of 91 days ago, by what was known on that day.
    """
    rows = talk.anti_join(bought, "client_id").anti_join(agreements, "client_id")
    days_ago = facts.given.as_of.delta(facts.given.local_day(rows.at), unit="day")
    rows = rows.select(
        "client_id",
        "is_called_off",
        "is_theirs",
        second=rows.at.epoch_seconds().cast("int64"),
        days_ago=days_ago.cast("int64"),
        who=ibis.cases(
            (rows.is_theirs & rows.is_ours, BOTH), (rows.is_theirs, THEY), else_=WE
        ).cast("int64"),
    )
    rows = facts.keep("told", rows)
    said = rows.filter(~rows.is_called_off)
    heard = _heard(said)
    found = heard.left_join(_measured(said), "client_id").drop("client_id_right")
    return found.left_join(_called_off(rows), "client_id").drop("client_id_right")


def _heard(said: Any) -> Any:
    """One row per client: the days on which they spoke, and the gaps between."""
    days = said.filter(said.who <= BOTH).select("client_id", "days_ago").distinct()
    by_age = ibis.window(group_by="client_id", order_by=ibis.desc("days_ago"))
    days = days.mutate(gap=(days.days_ago.lag().over(by_age) - days.days_ago))
    were = days.days_ago >= HORIZON
    each = days.group_by("client_id").aggregate(
        heard_days=days.count(),
        first_ago=days.days_ago.max(),
        last_ago=days.days_ago.min(),
        quarters=days.gap.quantile([0.25, 0.5, 0.75]),
        log_gaps=days.gap.ln().sum().fill_null(0.0),
        heard_days_then=were.sum(),
        last_ago_then=days.days_ago.min(where=were),
        log_gaps_then=days.gap.ln().sum(where=were).fill_null(0.0),
    )
    return each.mutate(
        gap_low=each.quarters[0], gap_mid=each.quarters[1], gap_high=each.quarters[2]
    ).drop("quarters")


def _measured(said: Any) -> Any:
    """One row per client: who writes to whom, who answers, and after how long."""
    rows = said.mutate(is_reply=said.who >= BOTH)
    order = [rows.second, rows.who]
    by_time = ibis.window(group_by="client_id", order_by=order)
    after = ibis.window(group_by="client_id", order_by=order, following=(1, None))
    reply = ibis.ifelse(rows.is_reply, rows.second, ibis.null("int64"))
    rows = rows.mutate(
        next_who=rows.who.lead().over(by_time),
        next_second=rows.second.lead().over(by_time),
        last_who=rows.who.lag().over(by_time).fill_null(WE),
        reply_second=reply.min().over(after),
    )
    most = PATIENCE_DAYS * DAY
    theirs = ibis.ifelse(
        (rows.who == WE)
        & (rows.next_who <= BOTH)
        & (rows.next_second - rows.second <= most),
        rows.next_second - rows.second,
        ibis.null("int64"),
    )
    waited = (rows.reply_second - rows.second).fill_null(most)
    # Of several of theirs in a row the first one waits.
    waits = (rows.who == THEY) & (rows.last_who != THEY)
    ours = ibis.ifelse(waits, ibis.least(waited, most), ibis.null("int64"))
    rows = rows.mutate(
        their_log=(theirs / HOUR + 1).ln(),
        our_log=(ours / HOUR + 1).ln(),
        was_answered=theirs.notnull(),
    )
    now, then = _measures(rows, 0, ""), _measures(rows, HORIZON, "_then")
    return rows.group_by("client_id").aggregate(**now, **then)


def _measures(rows: Any, origin: int, end: str) -> dict[str, Any]:
    """Return the sums as of so many days ago: nothing that was not known by then.

    An approach counts once its two weeks are over.
    """
    age = rows.days_ago - origin
    known, ripe = age >= 0, age >= PATIENCE_DAYS
    lately = ripe & (age < PATIENCE_DAYS + HALF)
    before = (age >= PATIENCE_DAYS + HALF) & (age < PATIENCE_DAYS + HALF + YEAR)
    year = age < YEAR
    approach = (rows.who == WE) & ripe & year
    found = {
        "approaches": approach.sum(),
        "answered": (approach & rows.was_answered).sum(),
        "theirs": ((rows.who <= BOTH) & known & year).sum(),
        "ours": (rows.is_reply & known & year).sum(),
    }
    for side in ("their", "our"):
        value = rows[f"{side}_log"]
        for when, which in (("lately", lately), ("before", before)):
            found[f"{side}_{when}"] = (value.notnull() & which).sum()
            found[f"{side}_{when}_log"] = value.sum(where=which).fill_null(0.0)
    return {f"{name}{end}": value for name, value in found.items()}


def _called_off(rows: Any) -> Any:
    """One row per client who called off meetings: how many in the last 12 months."""
    theirs = rows.filter(rows.is_called_off & rows.is_theirs)
    age = theirs.days_ago
    then = age - HORIZON
    return theirs.group_by("client_id").aggregate(
        called_off=(age < YEAR).sum(),
        called_off_then=((then >= 0) & (then < YEAR)).sum(),
    )
