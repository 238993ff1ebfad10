"""How touches join the house: log and timeline on the client page, personal data."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from fondly.base.registry import (
    Panel,
    PersonalRecord,
    TimelineEntry,
    TimelineSource,
    panels,
    personal_records,
    timeline,
)
from fondly.clients.models.timeline import newest_first
from fondly.touches.actions import erase_words
from fondly.touches.models import HoldoutEntry, Touch

PANELS: list[tuple[str, Any, int]] = [
    ("log", gettext_lazy("Log"), 9),
    ("timeline", gettext_lazy("Timeline"), 20),
]


def touch_entries(
    client_id: int, before: tuple[datetime, str, int] | None, limit: int
) -> Sequence[TimelineEntry]:
    """Return touches, newest first."""
    rows = Touch.objects.filter(client_id=client_id).select_related("contact", "user")
    found = newest_first(rows, before, source="touch", limit=limit)
    return [_entry(touch) for touch in found]


def _entry(touch: Touch) -> TimelineEntry:
    words = [
        touch.get_medium_display(),
        touch.get_direction_display(),
        touch.get_purpose_display(),
        gettext("called off") if touch.is_called_off else "",
        str(touch.contact or ""),
        str(touch.user or ""),
    ]
    return TimelineEntry(
        at=touch.at,
        source="touch",
        id=touch.pk,
        tone=touch.purpose,
        text=touch.what or touch.get_medium_display(),
        detail=", ".join(filter(None, words)),
    )


def export_rows(client_id: int) -> Iterator[dict[str, Any]]:
    """Yield every row that touches holds about one client."""
    touches = Touch.everything.filter(client_id=client_id).order_by("pk").values()
    yield from ({"table": "touch", **row} for row in touches)
    holdouts = HoldoutEntry.objects.filter(client_id=client_id).values()
    yield from ({"table": "holdout", **row} for row in holdouts)


def join() -> None:
    """Register what touches gives other apps."""
    for order, (slug, called, height) in enumerate(PANELS):
        panel = Panel(
            slug=slug,
            title=called,
            url_name=f"touches:{slug}",
            place="main",
            order=60 + order,
            height=height,
        )
        panels.add(slug, panel)
    title: Any = gettext_lazy("Touches")
    timeline.add("touch", TimelineSource(slug="touch", title=title, rows=touch_entries))
    record = PersonalRecord(slug="touches", export=export_rows, erase=erase_words)
    personal_records.add("touches", record)
