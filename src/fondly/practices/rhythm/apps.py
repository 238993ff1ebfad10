"""How rhythm joins the house."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from fondly.base.registry import (
    MenuItem,
    Panel,
    PersonalRecord,
    Plans,
    menu,
    next_steps,
    panels,
    personal_records,
    plans,
)

PERSONAL = "fondly.practices.rhythm.personal"


class RhythmConfig(AppConfig):
    """Registers what rhythm gives other apps."""

    name = "fondly.practices.rhythm"
    label = "rhythm"

    def ready(self) -> None:
        """Join once the models are loaded."""
        panels.add(
            "plan",
            Panel(slug="plan", title=_("Plan"), url_name="rhythm:plan", order=15, height=9),
        )
        remind = Panel(slug="remind", title=_("Remind me"), url_name="rhythm:plan-add")
        next_steps.add("remind", remind)
        menu.add(
            "top-ten",
            MenuItem(
                slug="top-ten",
                title=_("The ten best"),
                url_name="rhythm:top-ten",
                place="today",
            ),
        )
        plans.add(
            "top-ten",
            Plans(
                slug="top-ten",
                title=_("The ten best"),
                url_name="rhythm:top-ten",
                words=import_string("fondly.practices.rhythm.planned.words"),
            ),
        )
        record = PersonalRecord(
            slug="rhythm",
            export=import_string(f"{PERSONAL}.export_rows"),
            erase=import_string(f"{PERSONAL}.erase"),
        )
        personal_records.add("rhythm", record)
