"""How insight joins the house."""

from datetime import time

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from fondly.base import news, schedule
from fondly.base.registry import (
    MenuItem,
    Panel,
    PersonalRecord,
    menu,
    panels,
    personal_records,
)

TASKS = "fondly.insight.tasks"
PERSONAL = "fondly.insight.history.personal"
PANELS = [
    Panel(
        slug="figures",
        title=_("At a glance"),
        url_name="insight:figures",
        place="main",
        order=10,
        height=14,
    ),
    Panel(
        slug="rhythm",
        title=_("Rhythm"),
        url_name="insight:rhythm",
        place="main",
        order=20,
        height=10,
    ),
    Panel(
        slug="give-and-ask",
        title=_("Give and ask"),
        url_name="insight:give-and-ask",
        order=30,
    ),
]
TIERS = MenuItem(
    slug="tiers",
    title=_("Tiers"),
    url_name="insight:tiers",
    place="settings",
    order=30,
    roles=frozenset({"owner", "manager"}),
)
INSIGHT = MenuItem(slug="insight", title=_("Insight"), url_name="insight:equity", order=40)
QUALITY = MenuItem(
    slug="quality",
    title=_("How good is this?"),
    url_name="insight:quality",
    place="settings",
    order=31,
)


class InsightConfig(AppConfig):
    """Registers what insight gives other apps."""

    name = "fondly.insight"
    label = "insight"

    def ready(self) -> None:
        """Show signals on the client page; score at night, and whoever changed at once."""
        for panel in PANELS:
            panels.add(panel.slug, panel)
        menu.add("tiers", TIERS)
        menu.add("quality", QUALITY)
        news.witness(import_string(f"{TASKS}.note"))
        news.listen(import_string(f"{TASKS}.hear"))
        schedule.daily("insight.everyone", f"{TASKS}.score_everyone", at=time(2, 30))
        # For marks whose task was lost with the process that was about to enqueue it.
        schedule.every("insight.changed", f"{TASKS}.score_changed", seconds=60)
        clients = MenuItem(
            slug="clients", title=_("Clients"), url_name="insight:clients", order=20
        )
        menu.add("clients", clients)
        menu.add("insight", INSIGHT)
        record = PersonalRecord(
            slug="insight",
            export=import_string(f"{PERSONAL}.export_rows"),
            erase=import_string(f"{PERSONAL}.erase"),
        )
        personal_records.add("insight", record)
