"""Conditions as the database is asked them."""

from collections.abc import Sequence
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import FilteredRelation, Q
from django.db.models.fields.json import KeyTransform

from fondly.base.text import fold
from fondly.clients.models import Address, Client, Contact, ContactPoint
from fondly.insight.listing.condition import Condition
from fondly.insight.listing.scope import Scope

COMPARED = {"at_least": "gte", "at_most": "lte", "before": "lt", "after": "gt"}
EMPTIABLE = frozenset({"text", "choice"})


def with_signals(clients: Any, scope: Scope) -> Any:
    """Return the clients, able to be asked of their current signals as `now`."""
    current = FilteredRelation("signals", condition=Q(signals__run_id=scope.run_id))
    return clients.alias(now=current)


def with_own_fields(clients: Any, conditions: Sequence[Condition]) -> Any:
    """Return the clients, able to be asked of the own fields in the conditions."""
    own = {
        _alias(place): KeyTransform(asked.column.path, "extra")
        for place, asked in enumerate(conditions)
        if asked.column.is_own
    }
    return clients.alias(**own)


def all_met(conditions: Sequence[Condition]) -> Q:
    """Return the condition to meet every condition.

    It must go into one `filter` with whatever else is asked of `now`: a second call would
    join the signals a second time.
    """
    return reduce(and_, (_met(asked, place) for place, asked in enumerate(conditions)), Q())


def _alias(place: int) -> str:
    return f"own{place}"


def _met(asked: Condition, place: int) -> Q:
    if asked.column.kind == "counted":
        return Q(pk__in=asked.value.client_ids)
    if asked.column.is_own:
        return _own(_alias(place), asked)
    if asked.column.source:
        return _told(asked)
    if asked.column.loads:
        return _related(asked)
    return _plain(asked.column.path, asked)


def _plain(path: str, asked: Condition) -> Q:
    """Return the condition on one column of the client or of its signals."""
    if asked.operator in {"empty", "filled"}:
        return _emptiness(path, asked)
    if asked.column.kind == "moment":
        return _moment(path, asked)
    if asked.operator == "between":
        return Q(**{f"{path}__gte": asked.value, f"{path}__lte": asked.most})
    if asked.operator in COMPARED:
        return Q(**{f"{path}__{COMPARED[asked.operator]}": asked.value})
    return _same(path, asked)


def _same(path: str, asked: Condition) -> Q:
    kind = asked.column.kind
    value = fold(asked.value) if kind == "folded" else asked.value
    if asked.operator == "contains":
        return Q(**{f"{path}__{'contains' if kind == 'folded' else 'icontains'}": value})
    same = Q(**{f"{path}__iexact" if kind == "text" else path: value})
    if asked.operator == "is":
        return same
    # A client without a value is not of that value either.
    return ~same | Q(**{f"{path}__isnull": True})


def _emptiness(path: str, asked: Condition) -> Q:
    # Not by negation: of signals, which are many per client, Django would ask it otherwise.
    is_empty = asked.operator == "empty"
    empty = Q(**{f"{path}__isnull": is_empty})
    if asked.column.kind not in EMPTIABLE:
        return empty
    return empty | Q(**{path: ""}) if is_empty else empty & ~Q(**{path: ""})


def _moment(path: str, asked: Condition) -> Q:
    start, end = asked.value
    if asked.operator == "before":
        return Q(**{f"{path}__lt": start})
    if asked.operator == "after":
        return Q(**{f"{path}__gte": end})
    last = asked.most[1] if asked.operator == "between" else end
    return Q(**{f"{path}__gte": start, f"{path}__lt": last})


def _own(alias: str, asked: Condition) -> Q:
    """Return the condition on a field of one's own. Dates are kept as ISO text."""
    if asked.operator in {"empty", "filled"}:
        slug = asked.column.path
        empty = ~Q(extra__has_key=slug) | Q(**{alias: None}) | Q(**{alias: ""})
        return empty if asked.operator == "empty" else ~empty
    value, most = (
        v.isoformat() if hasattr(v, "isoformat") else v for v in (asked.value, asked.most)
    )
    if asked.operator == "between":
        return Q(**{f"{alias}__gte": value, f"{alias}__lte": most})
    if asked.operator in COMPARED:
        return Q(**{f"{alias}__{COMPARED[asked.operator]}": value})
    if asked.operator == "contains":
        return Q(**{f"{alias}__icontains": value})
    same = Q(**{f"{alias}__iexact" if asked.column.kind == "text" else alias: value})
    return same if asked.operator == "is" else ~Q(extra__has_key=asked.column.path) | ~same


def _told(asked: Condition) -> Q:
    """Return the condition on a signal of another app: who has no row has no value."""
    assert asked.column.source is not None
    rows = asked.column.source.rows()
    if asked.operator in {"empty", "filled"}:
        having = Q(pk__in=rows.values("client_id"))
        return having if asked.operator == "filled" else ~having
    if asked.operator == "is_not":
        return ~Q(pk__in=rows.filter(value=asked.value).values("client_id"))
    return Q(pk__in=rows.filter(_plain("value", asked)).values("client_id"))


def _related(asked: Condition) -> Q:
    """Return the condition to have, or not to have, such a label, person or address."""
    rows, owner = _rows(asked)
    with_any = Q(pk__in=rows.values(owner))
    if asked.operator in {"empty", "filled"}:
        return with_any if asked.operator == "filled" else ~with_any
    with_it = Q(pk__in=rows.filter(_value(asked)).values(owner))
    return ~with_it if asked.operator == "is_not" else with_it


def _rows(asked: Condition) -> tuple[Any, str]:
    key = asked.column.key
    if asked.column.loads == "labels":
        return Client.labels.through.objects.filter(label__kind=key), "client_id"
    if key == "contact":
        return Contact.objects.all(), "client_id"
    if asked.column.loads == "people":
        return ContactPoint.objects.filter(kind=key), "contact__client_id"
    return Address.objects.exclude(**{key: ""}), "client_id"


def _value(asked: Condition) -> Q:
    key = asked.column.key
    if asked.column.loads == "labels":
        return Q(label__folded=asked.value)
    name = {"contact": "name", "email": "value", "phone": "value"}.get(key, key)
    lookup = "icontains" if asked.operator == "contains" else "iexact"
    return Q(**{f"{name}__{lookup}": asked.value})
