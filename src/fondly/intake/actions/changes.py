"""Values of rows that were here before: replaced at publication, restored by an undo."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from fondly.clients.models import Address, Client, Label, Order, OrderLine
from fondly.intake.models import Import, ImportChange, bulk, hanging

BATCH = 500
TABLES: dict[str, type[models.Model]] = {
    "address": Address,
    "client": Client,
    "labels": Client,
    "order": Order,
}
Kept = list[dict[str, Any]]


def apply(source: Import) -> Kept:
    """Give the rows their new values; return those somebody changed meanwhile."""
    return _each(source, forward=True)


def restore(source: Import) -> Kept:
    """Give the rows their old values again; return those somebody changed since."""
    return _each(source, forward=False)


def _batches(source: Import) -> Iterator[list[ImportChange]]:
    last = 0
    rows = ImportChange.objects.filter(source=source).order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _each(source: Import, *, forward: bool) -> Kept:
    kept: Kept = []
    for batch in _batches(source):
        for table in sorted({change.table for change in batch}):
            changes = [change for change in batch if change.table == table]
            kept += _write(table, changes, forward=forward)
    return kept


def _write(table: str, changes: list[ImportChange], *, forward: bool) -> Kept:
    """Write one table's changes where the row is as we know it."""
    model = TABLES[table]
    now_at = hanging.versions(model, [change.row_id for change in changes])
    kept: Kept = []
    by_fields: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    missed = []
    for change in changes:
        expected = change.version - 1 if forward else change.version
        if now_at.get(change.row_id) != expected:
            missed.append(change)
            kept.append({"table": table, "id": change.row_id, "why": _why(forward=forward)})
            continue
        values = dict(change.after if forward else change.before)
        _replace_lines(change, values.pop("lines", None))
        _replace_labels(change, values.pop("labels", None))
        row = bulk.prepared(model, values)
        row["version"] = change.version if forward else change.version - 1
        by_fields.setdefault(tuple(row), []).append((*row.values(), change.row_id))
    for fields, rows in by_fields.items():
        bulk.update(model, fields, rows)
    if forward and missed:
        _forget(missed)
    return kept


def _why(*, forward: bool) -> str:
    return "Changed meanwhile." if forward else "Somebody has changed it since."


def _forget(changes: list[ImportChange]) -> None:
    """Leave no trace of a change that was not made."""
    ImportChange.objects.filter(pk__in=[change.pk for change in changes]).delete()


def _replace_lines(change: ImportChange, lines: list[dict[str, Any]] | None) -> None:
    if lines is None:
        return
    OrderLine.objects.filter(order_id=change.row_id).delete()
    OrderLine.objects.bulk_create(
        OrderLine(order_id=change.row_id, **line) for line in lines
    )


def _replace_labels(change: ImportChange, labels: list[int] | None) -> None:
    if labels is None:
        return
    client = Client.everything.get(pk=change.row_id)
    client.labels.set(Label.objects.filter(pk__in=labels))
