"""The ground floor as a Django app."""

from datetime import time

from django.apps import AppConfig

from fondly.base import schedule


class BaseConfig(AppConfig):
    """Holds the settings of each practice and the background work."""

    name = "fondly.base"
    label = "base"

    def ready(self) -> None:
        """Put the ground floor's own chores on the schedule."""
        schedule.daily("base.tidy", "fondly.base.tasks.tidy.tidy", at=time(3, 30))
