"""What rhythm holds about a client: exported and erased on demand."""

from collections.abc import Iterator
from typing import Any

from fondly.practices.rhythm.models import PlanReminder, TopTen


def export_rows(client_id: int) -> Iterator[dict[str, Any]]:
    """Yield every row that rhythm holds about one client."""
    for table, rows in (
        ("plan reminder", PlanReminder.objects.filter(client_id=client_id)),
        ("top ten", TopTen.objects.filter(client_id=client_id)),
    ):
        yield from ({"table": table, **row} for row in rows.values())


def erase(client_id: int) -> None:
    """Remove the plan; the places among the ten lose their words."""
    PlanReminder.objects.filter(client_id=client_id).delete()
    TopTen.objects.filter(client_id=client_id).update(special="")
