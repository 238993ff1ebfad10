"""Undo: old values back and new rows out of sight in one transaction, then taken away."""

from typing import Any

from django.db import transaction

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.tasks import fenced
from fondly.clients.actions import search
from fondly.clients.models import Arrival
from fondly.intake.actions import changes, hidden
from fondly.intake.actions.publish import spread, touched
from fondly.intake.actions.running import Runner
from fondly.intake.models import (
    Import,
    ImportChange,
    ImportState,
    existing,
    hanging,
    naming,
)
from fondly.intake.staging.folder import Folder
from fondly.team import audit

SHOWN = 200  # of the kept rows, in the import's own row; all are in kept.csv


def preview(source: Import) -> dict[str, Any]:
    """Say what an undo would take away, restore and keep, as things stand."""
    must_be_published(source)
    kept_orders, kept_clients = _kept(source)
    # Once old values are back, every row is another than the import left it.
    is_restored = source.progress.get("is_hidden", False)
    overtaken = [] if is_restored else changes.overtaken(source)
    listed = overtaken + _listed(kept_orders, kept_clients)
    if source.arrival is not None:
        listed += hanging.edited(source.arrival.pk)
    gone = _gone(source, overtaken, orders=kept_orders, clients=kept_clients)
    return gone | {"kept": naming.named(listed[:SHOWN]), "kept_count": len(listed)}


def _gone(
    source: Import, overtaken: changes.Kept, *, orders: hanging.Kept, clients: hanging.Kept
) -> dict[str, Any]:
    """Return how much goes and how much gets its old values, leaving what is kept."""
    counts = source.progress.get("counts", {})
    changed = ImportChange.objects.filter(source=source).count()
    return {
        "orders": counts.get("order", 0) - len(orders),
        "clients": counts.get("client", 0) - len(clients),
        "restored": changed - len(overtaken),
    }


def must_be_published(source: Import) -> None:
    """Refuse what has not happened, or has been undone."""
    if source.state not in {ImportState.PUBLISHED, ImportState.UNDOING}:
        raise Refusal(_("Only an import that has been published can be undone."))


def undo(runner: Runner) -> Import:
    """Undo an import; go on where an interrupted undo stopped."""
    source = runner.source
    must_be_published(source)
    runner.begin(state=ImportState.UNDOING)
    told = touched(source)
    if not source.progress.get("is_hidden"):
        _hide(runner)
    if source.arrival is not None:
        hidden.clear(runner)
    search.index(source.progress["changed"])
    now = runner.clock()
    with transaction.atomic(), fenced():
        hidden.drop_labels(source.progress.get("labels", []))
        Arrival.objects.filter(pk__in=[source.arrival_id], is_published=False).delete()
        ImportChange.objects.filter(source=source).delete()
        runner.end(state=ImportState.UNDONE, undone_at=now, arrival=None)
        audit.note("import.undo", by=source.user, at=now, about=f"import {source.pk}")
        left = {kind: existing.those_left(ids) for kind, ids in told.items()}
        spread(left, now=now)
    return source


def _hide(runner: Runner) -> None:
    """Restore, keep what must be kept, and hide the rest: all at once."""
    source = runner.source
    changed = existing.clients_changed(source)
    with transaction.atomic(), fenced():
        listed = changes.restore(source)
        kept_orders, kept_clients = _kept(source)
        gone = _gone(source, listed, orders=kept_orders, clients=kept_clients)
        if source.arrival is not None:
            hanging.make_ordinary(
                source.arrival.pk, orders=kept_orders, clients=kept_clients
            )
            listed += _listed(kept_orders, kept_clients)
            listed += hanging.keep_edited(source.arrival.pk)
            Arrival.objects.filter(pk=source.arrival.pk).update(is_published=False)
        counts = source.counts | {"kept": listed[:SHOWN], "kept_count": len(listed)}
        counts["undone"] = gone
        # Once the hidden rows are gone nobody can tell any more to whom they belonged.
        progress = source.progress | {"is_hidden": True, "changed": changed}
        runner.note(progress=progress, counts=counts, rows_done=0)
    Folder.of(source.pk).list_kept(naming.named(listed))


def _kept(source: Import) -> tuple[hanging.Kept, hanging.Kept]:
    if source.arrival is None:
        return {}, {}
    base, count = (source.progress.get(k, {}).get("order", 0) for k in ("bases", "counts"))
    orders = hanging.orders_kept(source.arrival.pk, first=base + 1, last=base + count)
    return orders, hanging.clients_kept(source.arrival.pk, orders=orders)


def _listed(orders: hanging.Kept, clients: hanging.Kept) -> list[dict[str, Any]]:
    return [
        {"table": table, "id": row_id, "why": why}
        for table, kept in (("client", clients), ("order", orders))
        for row_id, why in sorted(kept.items())
    ]
