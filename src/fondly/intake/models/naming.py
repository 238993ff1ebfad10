"""Rows of an import as people know them: what they are, and by which name."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.clients.models import (
    Address,
    Client,
    Contact,
    ContactPoint,
    ImportantDate,
    Order,
)

BATCH = 500
# The table, what it is called, and which of its values name a row.
NAMED: dict[str, tuple[type[models.Model], Any, tuple[str, ...]]] = {
    "client": (Client, _("Client"), ("name", "number")),
    "order": (Order, _("Order"), ("number", "placed_on", "client__name")),
    "contact": (Contact, _("Contact"), ("name", "client__name")),
    "contactpoint": (
        ContactPoint,
        _("E-mail or phone"),
        ("value", "contact__client__name"),
    ),
    "address": (Address, _("Address"), ("client__name",)),
    "importantdate": (ImportantDate, _("Date"), ("kind", "client__name")),
}


def named(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of (table, id, …) with `what` they are and their `name`; what is not
    here any more has none."""
    found = [*rows]
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for row in found:
        ids[row["table"]].append(row["id"])
    names = {table: _names(table, keys) for table, keys in ids.items()}
    return [
        row
        | {"what": NAMED[row["table"]][1], "name": names[row["table"]].get(row["id"], "")}
        for row in found
    ]


def _names(table: str, ids: list[int]) -> dict[int, str]:
    model, _what, fields = NAMED[table]
    names = {}
    for start in range(0, len(ids), BATCH):
        rows = model._base_manager.filter(pk__in=ids[start : start + BATCH])
        for key, *parts in rows.values_list("pk", *fields):
            texts = dict.fromkeys(str(part) for part in parts if part)
            names[key] = " · ".join(texts)
    return names
