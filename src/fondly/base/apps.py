"""The ground floor as a Django app."""

from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext

from fondly.base import schedule
from fondly.base.errors import Refusal


class BaseConfig(AppConfig):
    """Holds the settings of each practice and the background work."""

    name = "fondly.base"
    label = "base"

    def ready(self) -> None:
        """Put the ground floor's own chores on the schedule; have refusals translated."""
        Refusal.translate = staticmethod(gettext)
        schedule.daily("base.tidy", "fondly.base.tasks.tidy.tidy", at=time(3, 30))
