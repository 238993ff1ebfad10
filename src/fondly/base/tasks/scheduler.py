"""The scheduler: enqueues each occurrence of what is periodic, exactly once."""

import logging
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import (
    DatabaseError,
    InterfaceError,
    close_old_connections,
    connection,
    transaction,
)
from django.utils.module_loading import import_string

from fondly.base import clock
from fondly.base.models import Occurrence
from fondly.base.schedule import Periodic, schedule
from fondly.base.tasks.stop import Told

logger = logging.getLogger("fondly.tasks")


def tick(*, now: datetime, zone: ZoneInfo) -> list[str]:
    """Enqueue what is due and has not been enqueued; return the slugs enqueued."""
    return [p.slug for p in schedule if _enqueue(p, now=now, zone=zone)]


def _enqueue(periodic: Periodic, *, now: datetime, zone: ZoneInfo) -> bool:
    name = periodic.when.latest(now, zone)
    rows = Occurrence.objects.filter(slug=periodic.slug, name=name)
    if rows.exists():  # the usual case, without a write lock
        return False
    with transaction.atomic():
        _, fresh = rows.get_or_create(slug=periodic.slug, name=name, defaults={"at": now})
        if fresh:
            import_string(periodic.task).enqueue()
    return fresh


def run(stop: Told, *, zone: Callable[[], ZoneInfo], seconds: float = 5) -> None:
    """Tick until `stop` is set. Several may run: the database decides who enqueues."""
    while not stop.is_set():
        close_old_connections()
        try:
            tick(now=clock.now(), zone=zone())
        except (DatabaseError, InterfaceError):
            logger.exception("scheduler: the database did not answer")
            connection.close()
        stop.wait(seconds)
