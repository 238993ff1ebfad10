"""What insight holds about a client: signals of now and of each month."""

from collections.abc import Iterator
from typing import Any

from fondly.insight.models import MonthlySignal, Signal

KEYS = ("id", "run_id", "client_id", "month_end_id")


def export_rows(client_id: int) -> Iterator[dict[str, Any]]:
    """Yield what follows from the client's facts now, and what followed each month."""
    for shown in Signal.objects.current().filter(client_id=client_id):
        yield {"table": "signals", **_values(shown)}
    rows = MonthlySignal.objects.of_client(client_id).select_related("month_end")
    for row in rows.order_by("month_end__month"):
        month = f"{row.month_end.month:%Y-%m}"
        yield {"table": "signals of a month", "month": month, **_values(row)}


def erase(client_id: int) -> None:
    """Forget the months. Signals of now are computed anew from what is left."""
    MonthlySignal.objects.of_client(client_id).delete()


def _values(row: Signal | MonthlySignal) -> dict[str, Any]:
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name not in KEYS}
