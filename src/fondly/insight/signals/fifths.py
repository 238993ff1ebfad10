"""Recency, frequency and monetary scores: fifths of the clients who have bought."""

from typing import Any

import ibis

from fondly.insight.source.given import Given

SCORES = {
    "recency_score": "days_since_order",
    "frequency_score": "orders",
    "monetary_score": "revenue",
}


def borders(wide: Any) -> dict[str, Any]:
    """Return for each score the least (value, client id) of the second to fifth fifths.

    Ties are broken by the client's id, so that every engine cuts alike.
    """
    return {score: _cuts(_ranked(wide), score) for score in SCORES}


def fifths(given: Given, wide: Any) -> Any:
    """Add the scores, from 1 (least) to 5, to those of `wide` who are ranked."""
    ranked = _is_ranked(wide)
    scores = {}
    for score in SCORES:
        value = _value(wide, score)
        points = ibis.literal(1)
        for fifth in range(2, 6):
            least, client = given.border(score, fifth)
            reached = (value > least) | ((value == least) & (wide.client_id >= client))
            points = points + reached.cast("int64").fill_null(0)
        scores[score] = ibis.ifelse(ranked, points, ibis.null("int64"))
    return wide.mutate(**scores)


def _is_ranked(wide: Any) -> Any:
    return (wide.orders > 0) & ~wide.is_closed


def _ranked(wide: Any) -> Any:
    return wide.filter(_is_ranked(wide))


def _value(rows: Any, score: str) -> Any:
    value = rows[SCORES[score]].cast("float64")
    return -value if score == "recency_score" else value  # the latest are the best


def _cuts(rows: Any, score: str) -> Any:
    rows = rows.select("client_id", value=_value(rows, score))
    order = [rows.value, rows.client_id]
    rows = rows.mutate(fifth=ibis.ntile(5).over(order_by=order))
    within = ibis.row_number().over(group_by="fifth", order_by=["value", "client_id"])
    rows = rows.mutate(place=within)
    firsts = rows.filter((rows.place == 0) & (rows.fifth > 0)).order_by("fifth")
    return firsts.select("value", "client_id")
