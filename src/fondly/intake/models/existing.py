"""What is already here of the things a file names, asked for in bulk."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Max, Model, QuerySet

from fondly.clients.models import (
    Address,
    Client,
    ConsentEntry,
    Contact,
    ContactPoint,
    ImportantDate,
    Order,
    OrderLine,
)
from fondly.intake.models.imports import Import, ImportChange

BATCH = 500
ADDED: list[tuple[type[Model], str]] = [
    (Contact, "client_id"),
    (ContactPoint, "contact__client_id"),
    (Address, "client_id"),
    (ImportantDate, "client_id"),
    (ConsentEntry, "client_id"),
]
Rows = Iterator[tuple[Any, ...]]


def clients_touched(source: Import) -> list[int]:
    """Return the clients that an import made or changed."""
    ids = set(clients_changed(source))
    if source.arrival_id is not None:
        made = Client.everything.filter(arrival=source.arrival_id)
        ids |= set(made.values_list("pk", flat=True))
    return sorted(ids)


def those_left(ids: Sequence[int]) -> list[int]:
    """Return those of these clients that are still here."""
    found: list[int] = []
    for start in range(0, len(ids), BATCH):
        rows = Client.objects.filter(pk__in=ids[start : start + BATCH])
        found += rows.values_list("pk", flat=True)
    return found


def clients_changed(source: Import) -> list[int]:
    """Return the clients that were here before and that an import changed."""
    rows = ImportChange.objects.filter(source=source)
    ids = set(rows.filter(table="client").values_list("row_id", flat=True))
    addresses = rows.filter(table="address").values("row_id")
    places = Address.everything.filter(pk__in=addresses)
    ids |= set(places.values_list("client_id", flat=True))
    if source.arrival_id is not None and source.about == Import.About.CLIENTS:
        for model, path in ADDED:
            rows_added = model._base_manager.filter(arrival=source.arrival_id)
            ids |= set(rows_added.values_list(path, flat=True))
        made = Client.everything.filter(arrival=source.arrival_id)
        ids -= set(made.values_list("pk", flat=True))
    return sorted(ids)


def buyers_touched(source: Import) -> list[int]:
    """Return the clients whose orders an import made or changed."""
    changed = ImportChange.objects.filter(source=source, table="order").values("row_id")
    orders = Order.everything.filter(pk__in=changed)
    ids = set(orders.values_list("client_id", flat=True))
    base, count = (source.progress.get(k, {}).get("order", 0) for k in ("bases", "counts"))
    if count:
        made = Order.everything.filter(pk__gt=base, pk__lte=base + count)
        mine = made.filter(arrival=source.arrival_id)
        ids |= set(mine.values_list("client_id", flat=True).distinct())
    return sorted(ids)


def _asked(rows: QuerySet[Any], by: str, keys: Sequence[str], names: Sequence[str]) -> Rows:
    """Yield values of the rows whose `by` is among `keys`: by batches where the keys are
    few against the table, else by one walk over all of it."""
    size = rows.aggregate(last=Max("pk"))["last"] or 0
    if len(keys) * 3 < size:
        for start in range(0, len(keys), BATCH):
            found = rows.filter(**{f"{by}__in": keys[start : start + BATCH]})
            yield from found.values_list(by, *names)
        return
    wanted = set(keys)
    for row in rows.values_list(by, *names).iterator(chunk_size=5000):
        if row[0] in wanted:
            yield row


def clients_by_number(numbers: Sequence[str]) -> Rows:
    """Yield (number, id) of the clients with these numbers."""
    return _asked(Client.objects.exclude(number=""), "number", numbers, ["pk"])


def clients_by_email(emails: Sequence[str]) -> Rows:
    """Yield (address, client id, client number) of the clients reached by these."""
    points = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL).order_by("pk")
    names = ["contact__client_id", "contact__client__number"]
    return _asked(points, "normalised", emails, names)


def clients_by_name(names: Sequence[str]) -> Rows:
    """Yield (folded name, id) of the clients with these names."""
    return _asked(Client.objects.all(), "sort_name", names, ["pk"])


def orders_by_key(keys: Sequence[str]) -> Rows:
    """Yield (key, id, client id, time, day, amount, currency, version) of these orders."""
    names = ["pk", "client_id", "placed_at", "placed_on", "amount", "currency", "version"]
    return _asked(Order.objects.all(), "key", keys, names)


def orders_of(clients: Sequence[int]) -> Rows:
    """Yield (id, client id, number, time in UTC as text, amount, currency) of what these
    clients have ordered."""
    names = ["pk", "client_id", "number", "placed_at", "amount", "currency"]
    for start in range(0, len(clients), BATCH):
        rows = Order.objects.filter(client_id__in=clients[start : start + BATCH])
        sold = rows.filter(amount__gt=0).values_list(*names)
        for *first, placed, amount, currency in sold:
            yield (*first, placed.strftime("%Y-%m-%d %H:%M:%S"), amount, currency)


def lines_of(orders: Sequence[int]) -> Rows:
    """Yield (order id, id, position, article, description, quantity, unit price, amount)
    of the lines of these orders."""
    names = ["sku", "description", "quantity", "unit_price", "amount"]
    for start in range(0, len(orders), BATCH):
        rows = OrderLine.objects.filter(order_id__in=orders[start : start + BATCH])
        found = rows.values_list("order_id", "pk", "position", *names)
        for *first, quantity, price, amount in found:
            yield (*first, str(quantity), str(price), amount)
