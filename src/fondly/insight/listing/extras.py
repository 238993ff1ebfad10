"""What some columns need besides the client and its signals, one query each."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from fondly.base.sources import SignalSource
from fondly.clients.models import Address, Client, Contact, ContactPoint
from fondly.insight.listing.column import Row

Fact = tuple[int, str, str]


def load(rows: list[Row], wanted: set[str]) -> None:
    """Fill `more` of the rows with what is wanted: labels, people, addresses."""
    ids = [row.client.pk for row in rows]
    facts: defaultdict[int, dict[str, list[str]]] = defaultdict(dict)
    for name in sorted(wanted & LOADERS.keys()):
        for client_id, key, value in LOADERS[name](ids):
            facts[client_id].setdefault(key, []).append(value)
    for row in rows:
        row.more = {key: ", ".join(values) for key, values in facts[row.client.pk].items()}


def load_told(rows: list[Row], sources: Iterable[SignalSource]) -> None:
    """Fill `told` of the rows with what other apps know, one query each."""
    for source in sources:
        values = told_by(source, [row.client.pk for row in rows])
        for row in rows:
            if row.client.pk in values:
                row.told[source.slug] = values[row.client.pk]


def told_by(source: SignalSource, ids: list[int]) -> dict[int, Any]:
    """Return what a source tells of these clients."""
    found = source.rows().filter(client_id__in=ids)
    return dict(found.values_list("client_id", "value"))


def _labels(ids: list[int]) -> Iterable[Fact]:
    through = Client.labels.through.objects.filter(client_id__in=ids)
    return through.order_by("label__folded").values_list(
        "client_id", "label__kind", "label__name"
    )


def _people(ids: list[int]) -> Iterable[Fact]:
    for client_id, name in Contact.objects.filter(client_id__in=ids).values_list(
        "client_id", "name"
    ):
        yield client_id, "contact", name
    points = ContactPoint.objects.filter(contact__client_id__in=ids, is_dead=False)
    yield from points.order_by("-contact__is_primary", "position", "id").values_list(
        "contact__client_id", "kind", "value"
    )


def _addresses(ids: list[int]) -> Iterable[Fact]:
    rows = Address.objects.filter(client_id__in=ids).order_by("id")
    for client_id, city, country in rows.values_list("client_id", "city", "country"):
        yield from (
            (client_id, k, v) for k, v in (("city", city), ("country", country)) if v
        )


LOADERS: dict[str, Callable[[list[int]], Iterable[Fact]]] = {
    "labels": _labels,
    "people": _people,
    "addresses": _addresses,
}
