"""What an undo must leave: rows somebody has edited since, or on which others now hang."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from fondly.clients.models import (
    Address,
    Client,
    ConsentEntry,
    Contact,
    ContactPoint,
    Contract,
    ImportantDate,
    Order,
)
from fondly.practices.rhythm.models import PlanReminder
from fondly.today.models import Action
from fondly.touches.models import Touch

BATCH = 500
# What an import may add to a client, and how it leads there.
ADDED: tuple[tuple[type[Model], str], ...] = (
    (Contact, "client"),
    (ContactPoint, "contact__client"),
    (Address, "client"),
    (ImportantDate, "client"),
)
Kept = dict[int, str]


def orders_kept(arrival: int, *, first: int, last: int) -> Kept:
    """Return the orders of an arrival that an undo leaves, with why."""
    mine = Order.everything.filter(arrival=arrival, pk__range=(first, last))
    kept = dict.fromkeys(
        mine.filter(refunds__isnull=False)
        .exclude(refunds__arrival=arrival)
        .values_list("pk", flat=True),
        "A later refund refers to it.",
    )
    edited = mine.exclude(version=1).values_list("pk", flat=True)
    return kept | dict.fromkeys(edited, "Somebody has changed it since.")


def clients_kept(arrival: int, *, orders: Iterable[int]) -> Kept:
    """Return the clients of an arrival that an undo leaves, with why."""
    kept: Kept = {}
    ids = sorted(orders)
    for start in range(0, len(ids), BATCH):
        held = Order.everything.filter(pk__in=ids[start : start + BATCH])
        for client_id in _of(held, arrival):
            kept[client_id] = "One of its orders is kept."
    others = ~Q(arrival=arrival) | Q(arrival=None)
    for rows, why in (
        (Touch._base_manager.filter(others), "A touch has been logged since."),
        (Contract.everything.filter(others), "A contract has been added since."),
        (Order.everything.filter(others), "Later orders hang on it."),
        (ConsentEntry.everything.filter(others), "Consent has been recorded since."),
        (Contact.everything.filter(others | ~Q(version=1)), "A contact has changed since."),
        (Address.everything.filter(others | ~Q(version=1)), "Its address has changed."),
        (ImportantDate.everything.filter(others | ~Q(version=1)), "A date has changed."),
        (PlanReminder.objects.all(), "It has a reminder of its own."),
        (Action.objects.exclude(settled_by=None), "Somebody has settled an action for it."),
    ):
        kept |= dict.fromkeys(_of(rows, arrival), why)
    points = ContactPoint.everything.filter(others | ~Q(version=1))
    reached = points.filter(contact__client__arrival=arrival)
    kept |= dict.fromkeys(
        reached.values_list("contact__client_id", flat=True), "A contact has changed since."
    )
    edited = Client.everything.filter(arrival=arrival).exclude(version=1)
    return kept | dict.fromkeys(
        edited.values_list("pk", flat=True), "Somebody has changed it since."
    )


def _of(rows: QuerySet[Any], arrival: int) -> set[int]:
    """Return the clients of the arrival on which these rows hang."""
    found = rows.filter(client__arrival=arrival).values_list("client_id", flat=True)
    return set(found.distinct())


def make_ordinary(arrival: int, *, orders: Iterable[int], clients: Iterable[int]) -> None:
    """Take these rows, and what belongs to these clients, out of the arrival."""
    ids = sorted(orders)
    for start in range(0, len(ids), BATCH):
        Order.everything.filter(pk__in=ids[start : start + BATCH]).update(arrival=None)
    ids = sorted(clients)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        Client.everything.filter(pk__in=batch).update(arrival=None)
        for model in (Contact, Address, ImportantDate, ConsentEntry):
            rows = model._base_manager.filter(client_id__in=batch, arrival=arrival)
            rows.update(arrival=None)
        points = ContactPoint.everything.filter(contact__client_id__in=batch)
        points.filter(arrival=arrival).update(arrival=None)


def edited(arrival: int) -> list[dict[str, Any]]:
    """Return the rows that an arrival added to clients here before and that somebody has
    edited since."""
    return [
        {"table": model._meta.model_name, "id": key, "why": "Changed since."}
        for model, client in ADDED
        for key in model._base_manager.filter(arrival=arrival)
        .exclude(Q(version=1) | Q(**{f"{client}__arrival": arrival}))
        .values_list("pk", flat=True)
    ]


def keep_edited(arrival: int) -> list[dict[str, Any]]:
    """Take those rows out of the arrival; return them."""
    kept = edited(arrival)
    for model, _client in ADDED:
        rows = model._base_manager.filter(arrival=arrival).exclude(version=1)
        rows.update(arrival=None)
    # A point that is kept keeps its contact, and a contact its points.
    points = ContactPoint.everything.exclude(arrival=arrival)
    Contact.everything.filter(arrival=arrival, points__in=points).update(arrival=None)
    return kept


def delete_clients(arrival: int, *, first: int, last: int) -> None:
    """Delete an arrival's clients with all that was derived for them since."""
    rows = Client.everything.filter(arrival=arrival, pk__gte=first, pk__lte=last)
    rows.delete()


def unlink_refunds(arrival: int, *, first: int, last: int) -> None:
    """Let go of these orders of an arrival whatever refers to them as its original."""
    gone = Order.everything.filter(arrival=arrival, pk__gte=first, pk__lte=last)
    Order.everything.filter(refund_of__in=gone.values("pk")).update(refund_of=None)


def lines_of(arrival: int, *, first: int, last: int) -> tuple[str, list[int]]:
    """Return the condition for the lines, among these keys, of the arrival's orders."""
    orders = Order._meta.db_table
    return (
        f"id >= %s AND id <= %s AND EXISTS (SELECT 1 FROM {orders} o "
        f"WHERE o.id = order_id AND o.arrival_id = %s)",
        [first, last, arrival],
    )


def overtaken(changes: QuerySet[Any], model: type[Model]) -> list[int]:
    """Return the rows that are no longer as these changes have left them."""
    as_left = {"pk": OuterRef("row_id"), "version": OuterRef("version")}
    still = model._base_manager.filter(**as_left)
    return list(changes.exclude(Exists(still)).values_list("row_id", flat=True))


def versions(model: Any, ids: list[int]) -> dict[int, int]:
    """Return the versions of these rows as they stand."""
    rows = model._base_manager.filter(pk__in=ids)
    return dict(rows.values_list("pk", "version"))
