"""How today joins the house: news, menu, the client page, timeline, personal data."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from fondly.base.news import listen
from fondly.base.practice import practices
from fondly.base.registry import (
    MenuItem,
    Panel,
    PersonalRecord,
    TimelineEntry,
    TimelineSource,
    menu,
    panels,
    personal_records,
    timeline,
)
from fondly.clients.models.timeline import newest_first
from fondly.today import actions
from fondly.today.models import Action, ActionReason, ActionState

MANAGERS = frozenset({"owner", "manager"})
# What stands on the timeline. A card that was done has left its touch there as well; the
# action says why it was done.
TOLD = [ActionState.DONE, ActionState.NOT_NEEDED, ActionState.ANSWERED]


def action_entries(
    client_id: int, before: tuple[datetime, str, int] | None, limit: int
) -> Sequence[TimelineEntry]:
    """Return settled actions, newest first."""
    rows = Action.objects.filter(client_id=client_id, state__in=TOLD)
    rows = rows.select_related("settled_by").prefetch_related("reasons")
    found = newest_first(rows, before, source="action", at="settled_at", limit=limit)
    return [_entry(action) for action in found]


def _entry(action: Action) -> TimelineEntry:
    why = " ".join(row.because for row in action.reasons.all())
    words = [action.get_state_display(), str(action.settled_by or ""), why]
    return TimelineEntry(
        at=action.settled_at or action.created_at,
        source="action",
        id=action.pk,
        tone="action",
        text=action.suggestion or gettext("An action"),
        detail=", ".join(filter(None, words)),
    )


def export_rows(client_id: int) -> Iterator[dict[str, Any]]:
    """Yield every row that today holds about one client."""
    rows = Action.objects.filter(client_id=client_id).order_by("pk").values()
    yield from ({"table": "action", **row} for row in rows)
    reasons = ActionReason.objects.filter(client_id=client_id).order_by("pk").values()
    yield from ({"table": "action reason", **row} for row in reasons)


def join() -> None:
    """Register what today gives other apps; practices hear news first."""
    for practice in practices():
        if practice.on_news:
            listen(practice.on_news)
    listen(actions.hear)
    today: Any = gettext_lazy("Today")
    menu.add("today", MenuItem(slug="today", title=today, url_name="today:today", order=10))
    settings: Any = gettext_lazy("Reasons and holdouts")
    item = MenuItem(
        slug="reasons",
        title=settings,
        url_name="today:reasons",
        place="settings",
        order=30,
        roles=MANAGERS,
    )
    menu.add("reasons", item)
    coming: Any = gettext_lazy("Next for this client")
    panel = Panel(slug="next", title=coming, url_name="today:next", order=5, height=8)
    panels.add("next", panel)
    title: Any = gettext_lazy("Actions")
    source = TimelineSource(slug="action", title=title, rows=action_entries)
    timeline.add("action", source)
    record = PersonalRecord(slug="today", export=export_rows, erase=actions.erase)
    personal_records.add("today", record)
