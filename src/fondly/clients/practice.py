"""How clients join the house: panels, timeline, settings pages, personal data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fondly.base.money import words
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
from fondly.clients.actions.personal import erase_rows, export_rows
from fondly.clients.models import ConsentEntry, Order
from fondly.clients.models.timeline import newest_first

Before = tuple[datetime, str, int] | None
MANAGERS = frozenset({"owner", "manager"})
MEMBERS = MANAGERS | {"member"}
SIDE: list[tuple[str, Any, int]] = [
    ("people", gettext_lazy("People"), 9),
    ("labels", gettext_lazy("Tags and interests"), 6),
    ("contracts", gettext_lazy("Contracts"), 6),
    ("consent", gettext_lazy("Consent"), 6),
    ("own_fields", gettext_lazy("More about them"), 5),
    ("notes", gettext_lazy("Notes"), 9),
]
SETTINGS: list[tuple[str, Any, frozenset[str]]] = [
    ("fields", gettext_lazy("Fields of your own"), MANAGERS),
    ("settings_labels", gettext_lazy("Tags and interests"), MANAGERS),
    ("rates", gettext_lazy("Exchange rates"), MANAGERS),
    ("names", gettext_lazy("Name clients known by number"), MEMBERS),
]


def order_entries(client_id: int, before: Before, limit: int) -> Sequence[TimelineEntry]:
    """Return orders and refunds, newest first."""
    rows = Order.objects.filter(client_id=client_id)
    found = newest_first(rows, before, source="order", at="placed_at", limit=limit)
    return [_order_entry(order) for order in found]


def consent_entries(client_id: int, before: Before, limit: int) -> Sequence[TimelineEntry]:
    """Return what the client allowed and forbade, newest first."""
    rows = ConsentEntry.objects.filter(client_id=client_id)
    found = newest_first(rows, before, source="consent", limit=limit)
    return [_consent_entry(entry) for entry in found]


def _order_entry(order: Order) -> TimelineEntry:
    word = _("Refund") if order.amount < 0 else _("Order")
    amount = words(order.amount, order.currency)
    return TimelineEntry(
        at=order.placed_at,
        source="order",
        id=order.pk,
        tone="order",
        text=f"{word} {order.number}".strip() + f", {amount}",
        detail=order.note,
        url=reverse("clients:order", args=[order.client_id, order.pk]),
    )


def _consent_entry(entry: ConsentEntry) -> TimelineEntry:
    about = {"purpose": entry.get_purpose_display(), "channel": entry.get_channel_display()}
    text = _("May be sent: %(purpose)s, by %(channel)s")
    if not entry.is_granted:
        text = _("May not be sent: %(purpose)s, by %(channel)s")
    return TimelineEntry(
        at=entry.at,
        source="consent",
        id=entry.pk,
        tone="consent",
        text=text % about,
        detail=entry.source,
    )


SOURCES: list[tuple[str, Any, Any]] = [
    ("order", gettext_lazy("Orders"), order_entries),
    ("consent", gettext_lazy("Consent"), consent_entries),
]


def join() -> None:
    """Register what clients gives other apps."""
    for order, (slug, title, height) in enumerate(SIDE):
        panel = Panel(
            slug=slug,
            title=title,
            url_name=f"clients:{slug}",
            order=40 + order,
            height=height,
        )
        panels.add(slug, panel)
    for order, (slug, title, roles) in enumerate(SETTINGS):
        item = MenuItem(
            slug=slug,
            title=title,
            url_name=f"clients:{slug}",
            place="settings",
            order=40 + order,
            roles=roles,
        )
        menu.add(slug, item)
    for slug, title, rows in SOURCES:
        timeline.add(slug, TimelineSource(slug=slug, title=title, rows=rows))
    record = PersonalRecord(slug="clients", export=export_rows, erase=erase_rows)
    personal_records.add("clients", record)
