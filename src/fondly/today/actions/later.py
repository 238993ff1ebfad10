"""Work for the background, named by its address: tasks stand above actions."""

from datetime import date

from django.utils.module_loading import import_string

from fondly.base.tasks import enqueue_once

TASKS = "fondly.today.tasks"


def refresh_soon() -> None:
    """Have everybody's cards brought up to date."""
    enqueue_once(import_string(f"{TASKS}.refresh_all"), key="today.refresh_all")


def compute_soon(day: date) -> None:
    """Have the signals of another day computed for a look."""
    compute = import_string(f"{TASKS}.compute_look")
    enqueue_once(compute, day.isoformat(), key=f"today.look:{day}")
