"""Finding clients by what somebody types: every word must begin one of theirs."""

from functools import reduce
from operator import and_
from typing import Any

from django.db.models import BooleanField, Func, Q

from fondly.base.text import fold
from fondly.clients.models import Client, SearchWord
from fondly.clients.rules import search_terms
from fondly.insight.listing.scope import Scope

# Up to so many clients are looked up one by one and sorted. Beyond, the list is walked in
# its order, and each client looked for in the set of those that match.
FEW = 2000
SHOWN = 8
NEAREST = 400


class Unindexed(Func):
    """A column of which the database is to make no index look-ups: `+id`."""

    template = "+%(expressions)s"


class Checked(Func):
    """A condition that is checked for each row, never turned into a join.

    PostgreSQL would make a join of `IN (SELECT …)` and look each client's words up; so it
    fills a set once.
    """

    template = "(%(expressions)s) IS TRUE"
    output_field = BooleanField()


def findable(clients: Any) -> Any:
    """Return the clients, able to be looked for in a set while they are walked."""
    return clients.alias(walked=Unindexed("pk"))


def found(typed: str) -> Q:
    """Return the condition on findable clients to match every word of `typed`."""
    if not typed:
        return Q()
    terms = search_terms(typed)
    if not terms:
        return Q(pk__in=())
    matches = SearchWord.objects.clients_with(terms)
    few = list(matches.values_list("client_id", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return Q(pk__in=set(few))
    sets = (SearchWord.objects.beginning(term).values("client_id") for term in terms)
    return reduce(and_, (Q(Checked(Q(walked__in=clients))) for clients in sets))


def nearest(typed: str, scope: Scope) -> list[Client]:
    """Return the few clients to offer while somebody types, in one query of words."""
    terms = search_terms(typed)
    if not terms:
        return []
    matches = SearchWord.objects.clients_with(terms)
    if not scope.user.sees_all(scope.business):
        matches = matches.filter(client__owner=scope.user)
    ids = matches.order_by("word", "client_id").values("client_id")[:NEAREST]
    clients = list(scope.clients().filter(pk__in=ids).order_by("sort_name", "pk")[:SHOWN])
    whole = fold(typed)
    return sorted(clients, key=lambda client: not client.sort_name.startswith(whole))
