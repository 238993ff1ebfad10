"""How insight joins the house."""

from datetime import time

from django.apps import AppConfig
from django.utils.module_loading import import_string

from fondly.base import news, schedule

TASKS = "fondly.insight.tasks"


class InsightConfig(AppConfig):
    """Registers what insight gives other apps."""

    name = "fondly.insight"
    label = "insight"

    def ready(self) -> None:
        """Score everybody at night, and within seconds whoever changed."""
        news.listen(import_string(f"{TASKS}.hear"))
        schedule.daily("insight.everyone", f"{TASKS}.score_everyone", at=time(2, 30))
        # For marks whose task was lost with the process that was about to enqueue it.
        schedule.every("insight.changed", f"{TASKS}.score_changed", seconds=300)
