"""The ground floor as a Django app."""

from datetime import time
from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from fondly.base import schedule
from fondly.base.errors import Refusal
from fondly.base.registry import PersonalRecord, personal_records

IDEMPOTENCY = "fondly.base.rest.idempotency"


def nothing(_client_id: int) -> list[dict[str, Any]]:
    """Hand out nothing: a kept reply only repeats what other tables hold."""
    return []


class BaseConfig(AppConfig):
    """Holds the settings of each practice and the background work."""

    name = "fondly.base"
    label = "base"

    def ready(self) -> None:
        """Put the ground floor's own chores on the schedule; have refusals translated."""
        Refusal.translate = staticmethod(gettext)
        replies = f"{IDEMPOTENCY}.forget_client"
        record = PersonalRecord(
            slug="replies", export=nothing, erase=import_string(replies)
        )
        personal_records.add("replies", record)
        schedule.daily("base.tidy", "fondly.base.tasks.tidy.tidy", at=time(3, 30))
