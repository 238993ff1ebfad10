"""What imports remember about a client: handed out and erased on demand."""

from collections.abc import Iterator
from typing import Any

from fondly.clients.models import Address, Order
from fondly.intake.models import ImportChange


def export_rows(client_id: int) -> Iterator[dict[str, Any]]:
    """Yield the values that imports have replaced in the rows of one client."""
    for table, ids in _rows_of(client_id):
        changes = ImportChange.objects.filter(table=table, row_id__in=ids)
        yield from ({"table": "importchange", **row} for row in changes.values())


def erase(client_id: int) -> None:
    """Forget those values; an undo leaves the rows as they are."""
    for table, ids in _rows_of(client_id):
        ImportChange.objects.filter(table=table, row_id__in=ids).delete()


def _rows_of(client_id: int) -> list[tuple[str, Any]]:
    return [
        ("client", [client_id]),
        ("address", Address.everything.filter(client_id=client_id).values("pk")),
        ("order", Order.everything.filter(client_id=client_id).values("pk")),
    ]
