"""Checks of background work: somebody does it, nothing is stuck, nothing has failed."""

from datetime import datetime, timedelta

from django.conf import settings
from django_tasks_db.models import DBTaskResult

from fondly.base.models import Occurrence, TaskWorker
from fondly.site.doctor.finding import Finding, warn, well, wrong

LATE = timedelta(minutes=10)
RECENT = timedelta(days=7)
START = "Start `fondly serve`, or `fondly worker` on another machine."


def workers(now: datetime) -> Finding:
    """Check that workers are alive, the more so when work waits."""
    alive = TaskWorker.objects.seen_within(settings.TASK_LEASE).count()
    if alive:
        return well("workers", f"{alive} alive")
    ready = DBTaskResult.objects.ready()
    late = ready.filter(enqueued_at__lt=now - LATE, run_after__year=9999).count()
    if late:
        return wrong("workers", f"none is alive, and {late} tasks are late", START)
    return warn("workers", "none is alive, so background work waits", START)


def stuck(now: datetime) -> Finding:
    """Check that no task claims to run without anybody running it."""
    running = DBTaskResult.objects.running().filter(started_at__lt=now - LATE)
    rows = running.values_list("task_path", "lease__until")
    # A lease that ran out is taken over by any worker; no lease at all never is.
    lost = [path for path, until in rows if until is None]
    if lost:
        return wrong(
            "tasks",
            f"{len(lost)} run without a lease: {_names(lost)}",
            "Another kind of worker has taken them; run only `fondly worker`.",
        )
    return well("tasks", "none is stuck")


def failed(now: datetime) -> Finding:
    """Check that no task has failed for good lately."""
    rows = DBTaskResult.objects.failed().filter(finished_at__gt=now - RECENT)
    paths = list(rows.values_list("task_path", flat=True)[:100])
    if paths:
        mend = "The log says why. What was asked for can be asked for again."
        return warn("failures", f"{len(paths)} in a week: {_names(paths)}", mend)
    return well("failures", "no task has failed in a week")


def schedule(now: datetime) -> Finding:
    """Check that what is periodic has been enqueued lately."""
    last = Occurrence.objects.order_by("-at").values_list("at", flat=True).first()
    if last is None or last < now - timedelta(days=2):
        found = f"nothing enqueued since {last:%Y-%m-%d}" if last else "never ran"
        return warn("schedule", found, "Start `fondly serve`, or `fondly scheduler`.")
    return well("schedule", f"last enqueued {last:%Y-%m-%d %H:%M} UTC")


def _names(paths: list[str]) -> str:
    return ", ".join(sorted({path.rsplit(".", 1)[-1] for path in paths})[:5])
