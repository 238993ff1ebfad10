"""Whether we could reach a client if we wanted to: a live address, and not forbidden."""

from typing import Any

import ibis

from fondly.insight.facts import Facts

NO = False
PURPOSES = 4  # of consent; a channel withdrawn for all of them is closed


def reach(facts: Facts) -> Any:
    """One row per client with any way to reach them: by e-mail, by phone, by post."""
    barred = _barred(facts)
    people = _points(facts, barred)
    post = _post(facts, barred)
    both = people.outer_join(post, "client_id")
    return both.select(
        client_id=ibis.coalesce(both.client_id, both.client_id_right),
        reach_email=both.reach_email.fill_null(NO),
        reach_phone=both.reach_phone.fill_null(NO),
        reach_post=both.reach_post.fill_null(NO),
    )


def _points(facts: Facts, barred: Any) -> Any:
    contacts = facts.table("clients_contact").select("client_id", contact_id="id")
    points = facts.table("clients_contactpoint")
    points = points.filter(~points.is_dead).select("contact_id", "kind")
    points = points.inner_join(contacts, "contact_id")
    open_ = _without(points, barred, points.contact_id)
    return open_.group_by("client_id").aggregate(
        reach_email=(open_.kind == "email").any(), reach_phone=(open_.kind == "phone").any()
    )


def _post(facts: Facts, barred: Any) -> Any:
    rows = facts.table("clients_address")
    rows = rows.filter((rows.street != "") | (rows.city != ""))
    rows = rows.select("client_id", kind=ibis.literal("post")).distinct()
    rows = _without(rows, barred, ibis.literal(0))
    return rows.select("client_id", reach_post=ibis.literal(value=True))


def _without(rows: Any, barred: Any, contact: Any) -> Any:
    """Drop the ways barred for the whole client or for this contact."""
    whole = barred.filter(barred.contact_id == 0)
    rows = rows.mutate(who=contact)
    rows = rows.anti_join(whole, ["client_id", "kind"])
    return rows.anti_join(
        barred,
        [
            rows.client_id == barred.client_id,
            rows.kind == barred.kind,
            rows.who == barred.contact_id,
        ],
    )


def _barred(facts: Facts) -> Any:
    """One row per (client, contact or 0 for all, channel) whose every purpose is withdrawn.

    The newest entry for a contact, or for the whole client, is what holds.
    """
    rows = facts.consents()
    rows = rows.mutate(contact_id=rows.contact_id.fill_null(0), kind=rows.channel)
    key = ["client_id", "contact_id", "kind", "purpose"]
    newest = ibis.row_number().over(
        group_by=key, order_by=[rows["at"].desc(), rows["id"].desc()]
    )
    rows = rows.mutate(age=newest)
    rows = rows.filter((rows.age == 0) & ~rows.is_granted)
    counts = rows.group_by("client_id", "contact_id", "kind").aggregate(n=rows.count())
    return counts.filter(counts.n >= PURPOSES).drop("n")
