"""The audit log: one line for whatever somebody may later be asked about."""

from datetime import datetime
from typing import Any

from fondly.team.models import AuditEntry, User


def note(
    what: str, *, by: User | None, at: datetime, about: str = "", **details: Any
) -> None:
    """Write one line; `details` hold ids, counts and field names, never personal data."""
    AuditEntry.objects.create(at=at, user=by, what=what, about=about, details=details)
