"""Files and runs for the tests of imports."""

import hashlib
from pathlib import Path

from django.apps import apps
from django.db import models
from django.utils.timezone import now

from fondly.intake.actions.check import check
from fondly.intake.actions.publish import publish
from fondly.intake.actions.receive import receive
from fondly.intake.actions.running import Runner
from fondly.intake.models import Import

ORDERS = """Order number,Customer number,Date,Total
1001,K1,2026-01-05,10.00
1002,K2,2026-01-06,20.50
1003,K1,2026-02-07,30.00
"""
# Work that waits is no fact about anybody.
QUEUES = {"django_tasks_database", "base", "insight.StaleClient"}
OUR_OWN = {"intake", "auth", "contenttypes", "sessions", "team.AuditEntry"} | QUEUES


def runner(source: Import) -> Runner:
    return Runner(source=source, clock=now)


def taken(tmp_path: Path, text: str | bytes, *, about: str = "orders", **told) -> Import:
    """Return an import of this text, looked at and remembered."""
    file = tmp_path / "file.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return receive(file, about=about, filename=file.name, user=None, now=now(), told=told)


def imported(tmp_path: Path, text: str | bytes, *, about: str = "orders", **told) -> Import:
    """Return a published import of this text."""
    source = taken(tmp_path, text, about=about, **told)
    check(runner(source))
    return publish(runner(source))


def checksums() -> dict[str, str]:
    """Return a checksum of every table but intake's own, the audit log and Django's."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if {model._meta.app_label, model._meta.label} & OUR_OWN:
            continue
        rows = model._base_manager.order_by("pk").values_list()
        found[model._meta.label] = hashlib.sha256(repr(list(rows)).encode()).hexdigest()
    return found


def empty() -> dict[str, int]:
    """Return how many rows each table holds."""
    counts: dict[type[models.Model], int] = {}
    for model in apps.get_models():
        counts[model] = model._base_manager.count()
    return {model._meta.label: count for model, count in counts.items()}


def has_written(source: Import, share: float) -> bool:
    """Tell whether the import has written this share of its rows."""
    source.refresh_from_db()
    return bool(source.rows_done and source.rows_done >= source.rows * share)
