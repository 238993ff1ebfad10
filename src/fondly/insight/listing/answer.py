"""A page of clients that answer a question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from fondly.clients.models import Client
from fondly.insight.listing.column import Row
from fondly.insight.listing.conditions import all_met, with_own_fields, with_signals
from fondly.insight.listing.extras import load, load_told
from fondly.insight.listing.question import Question
from fondly.insight.listing.scope import Scope
from fondly.insight.listing.search import findable, found
from fondly.insight.listing.sorting import SORTS, place, read_place
from fondly.insight.models import Signal

PAGE = 50
COUNTED = 1000


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The rows of one page, where the next begins, and how many there are at least."""

    rows: list[Row]
    next_place: str
    count: int | None

    @property
    def is_more_than_counted(self) -> bool:
        """Tell whether there are more than were counted."""
        return self.count is not None and self.count > COUNTED


def ground(question: Question, scope: Scope) -> tuple[Any, Q]:
    """Return the clients this person may see, and the condition to answer the question."""
    clients = with_signals(findable(scope.clients()), scope)
    met = found(question.typed) & all_met(question.conditions)
    return with_own_fields(clients, question.conditions), met


def answer(question: Question, scope: Scope, *, size: int = PAGE) -> Answer:
    """Return one page. Counted only where the list begins, and never beyond a thousand."""
    counts = not question.after
    places = _places(
        *ground(question, scope), question, scope, enough=COUNTED if counts else size
    )
    more = len(places) > size
    return Answer(
        rows=rows([key for _phase, (*_, key) in places[:size]], question, scope),
        next_place=place(*places[size - 1]) if more else "",
        count=len(places) if counts else None,
    )


def keys(question: Question, scope: Scope, *, size: int) -> tuple[list[int], str]:
    """Return the keys of a page, and the place where the next begins (none: it is all)."""
    places = _places(*ground(question, scope), question, scope, enough=size)
    ids = [int(key) for _phase, (*_, key) in places[:size]]
    return ids, place(*places[size - 1]) if len(places) > size else ""


def count(question: Question, scope: Scope) -> int:
    """Return how many there are exactly: for a change to all of them, never for a page."""
    clients, met = ground(question, scope)
    return int(clients.filter(met).count())


def pages(question: Question, scope: Scope, *, size: int) -> Iterator[list[Row]]:
    """Yield page after page until the end."""
    clients, met = ground(question, scope)
    rest = replace(question, after="")
    while True:
        places = _places(clients, met, rest, scope, enough=size)
        yield rows([key for _phase, (*_, key) in places[:size]], question, scope)
        if len(places) <= size:
            return
        rest = replace(question, after=place(*places[size - 1]))


def _places(
    clients: Any, met: Q, question: Question, scope: Scope, *, enough: int
) -> list[tuple[int, Sequence[Any]]]:
    """Return the phase and the values of up to `enough` clients in order, and one more.

    Walked once, for the page and for the count alike.
    """
    sort = SORTS[question.sort]
    phases = sort.walk(scope, is_reversed=question.is_reversed)
    number, values = read_place(question.after, sort, phases) or (0, None)
    places: list[tuple[int, Sequence[Any]]] = []
    for at, phase in enumerate(phases[number:], number):
        wanted = met & phase.where
        if values is not None and at == number:
            wanted &= phase.after(values)
        part = clients.filter(wanted).order_by(*phase.order)
        limit = enough + 1 - len(places)
        places += [(at, row) for row in part.values_list(*phase.paths)[:limit]]
        if len(places) > enough:
            break
    return places


def rows(ids: Sequence[int], question: Question, scope: Scope) -> list[Row]:
    """Return the clients of these keys in their order, with what the columns need."""
    clients = Client.objects.filter(pk__in=ids).select_related("owner").defer("notes")
    by_id = {client.pk: client for client in clients}
    signals = Signal.objects.filter(run_id=scope.run_id, client_id__in=ids)
    now = {signal.client_id: signal for signal in signals.defer("tier_parts")}
    made = [Row(client=by_id[i], signal=now.get(i)) for i in ids if i in by_id]
    load(made, {column.loads for column in question.columns})
    load_told(made, [column.source for column in question.columns if column.source])
    return made
