"""What a full run says of the rows that it replaces: how many had missed a change."""

from typing import Any

from django.db import connection

from fondly.insight.models.run import EVERYBODY, ScoreRun, StaleClient
from fondly.insight.models.signal import Signal

# What neither the day nor what was learned from others moves: only a change does.
LASTING = [
    "first_order_on",
    "last_order_on",
    "orders",
    "revenue",
    "mean_order",
    "gap_days",
    "gap_spread_days",
    "next_from",
    "next_until",
    "last_touch_on",
    "reach_email",
    "reach_phone",
    "reach_post",
]
# What was dated ahead counts from its day on: nobody has missed that.
DIFFERING = """
SELECT count(*) FROM {signal} AS now_known
LEFT JOIN {signal} AS shown
  ON shown.client_id = now_known.client_id AND shown.run_id = %(shown)s
WHERE now_known.run_id = %(now_known)s AND (shown.client_id IS NULL OR {differ})
  AND (now_known.last_order_on IS NULL OR now_known.last_order_on <= %(day)s)
  AND (now_known.last_touch_on IS NULL OR now_known.last_touch_on <= %(day)s)
  AND NOT EXISTS (SELECT 1 FROM {stale} AS mark WHERE mark.client_id = now_known.client_id)
"""


def of_shown(run: ScoreRun) -> dict[str, int]:
    """Return how many of the clients that are shown until now had missed a change.

    Asked before `run` is shown: after that its predecessor is not kept up to date. Nothing
    is said where that was computed by another version, or everybody was to be scored.
    """
    shown = ScoreRun.current()
    is_for_all = StaleClient.objects.filter(client_id=EVERYBODY).exists()
    if run.is_look or shown is None or is_for_all or shown.fit.get("by") != run.fit["by"]:
        return {}
    return {"shown": shown.clients, "missed": _missed(shown, run)}


def _missed(shown: ScoreRun, fresh: ScoreRun) -> int:
    """Return how many clients' shown rows lack a change that a fresh run knows of, unless
    a mark says that they do."""
    is_not = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    question = DIFFERING.format(
        signal=Signal._meta.db_table,
        stale=StaleClient._meta.db_table,
        differ=" OR ".join(f"shown.{name} {is_not} now_known.{name}" for name in LASTING),
    )
    keys: dict[str, Any] = {"shown": shown.pk, "now_known": fresh.pk, "day": shown.as_of}
    with connection.cursor() as cursor:
        cursor.execute(question, keys)
        return int(cursor.fetchone()[0])
