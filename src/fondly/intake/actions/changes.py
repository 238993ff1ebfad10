"""Values of rows that were here before: replaced at publication, restored by an undo."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models

from fondly.base.text import fold
from fondly.clients.actions.labels import labels_named
from fondly.clients.models import Address, Client, Label, Order, OrderLine
from fondly.intake.models import Import, ImportChange, bulk, hanging

BATCH = 500
TABLES: dict[str, type[models.Model]] = {
    "address": Address,
    "client": Client,
    "order": Order,
}
Kept = list[dict[str, Any]]


def apply(source: Import) -> Kept:
    """Give the rows their new values; return those somebody changed meanwhile."""
    return _each(source, forward=True)


def restore(source: Import) -> Kept:
    """Give the rows their old values again; return those somebody changed since."""
    return _each(source, forward=False)


def overtaken(source: Import) -> Kept:
    """Return the rows that `restore` would leave, since somebody has changed them."""
    mine = ImportChange.objects.filter(source=source).order_by("pk")
    return [
        {"table": table, "id": row_id, "why": _why(forward=False)}
        for table, model in TABLES.items()
        for row_id in hanging.overtaken(mine.filter(table=table), model)
    ]


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
    lines: dict[int, list[dict[str, Any]]] = {}
    missed = []
    for change in changes:
        expected = change.version - 1 if forward else change.version
        if now_at.get(change.row_id) != expected:
            missed.append(change)
            kept.append({"table": table, "id": change.row_id, "why": _why(forward=forward)})
            continue
        values = dict(change.after if forward else change.before)
        if (own_lines := values.pop("lines", None)) is not None:
            lines[change.row_id] = own_lines
        _replace_labels(change, values.pop("labels", None), forward=forward)
        row = bulk.prepared(model, values)
        row["version"] = change.version if forward else change.version - 1
        by_fields.setdefault(tuple(row), []).append((*row.values(), change.row_id))
    _replace_lines(lines)
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


def _replace_lines(lines: dict[int, list[dict[str, Any]]]) -> None:
    """Give these orders other lines; those that were here before get their keys again."""
    OrderLine.objects.filter(order_id__in=lines).delete()
    OrderLine.objects.bulk_create(
        (OrderLine(order_id=order, **line) for order, own in lines.items() for line in own),
        batch_size=BATCH,
    )


def _replace_labels(
    change: ImportChange, labels: list[Any] | None, *, forward: bool
) -> None:
    """Set a client's labels: those of before, and going forward the new ones by name."""
    if labels is None:
        return
    client = Client.everything.get(pk=change.row_id)
    keep = list(change.before["labels"])
    named = [tuple(label) for label in labels] if forward else []
    client.labels.set([*keep, *_labels(named).values()])


def label_new(source: Import, wanted: Sequence[tuple[int, str, str]]) -> list[int]:
    """Give new clients their labels, (n of the client, kind, name); return the keys of
    the labels that this import has made."""
    changed = ImportChange.objects.filter(source=source, after__has_key="labels")
    names = {(kind, name) for _n, kind, name in wanted}
    for after in changed.values_list("after", flat=True):
        names |= {(kind, name) for kind, name in after["labels"]}
    here = set(Label.objects.values_list("pk", flat=True))
    keys = _labels(sorted(names))
    base = source.progress["bases"].get("client", 0)
    through = Client.labels.through
    rows = {(base + n, keys[kind, fold(name)]) for n, kind, name in wanted}
    bulk.insert(through, ["client", "label"], sorted(rows))
    return sorted(set(keys.values()) - here)


def _labels(named: Sequence[tuple[str, ...]]) -> dict[tuple[str, str], int]:
    """Return the keys of labels by kind and folded name, made where they are new."""
    found = {}
    for kind in sorted({kind for kind, _name in named}):
        for label in labels_named(kind, [name for k, name in named if k == kind]):
            found[kind, label.folded] = label.pk
    return found
