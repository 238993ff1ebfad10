"""A look at another day, as the page and the terminal show it. Changes nothing."""

from collections.abc import Callable, Sequence
from datetime import date

from fondly.base.practice import Asked, reasons
from fondly.clients.models import Client
from fondly.team.models import User
from fondly.today.actions.cards import put, reason_row
from fondly.today.actions.proposals import gather, in_use
from fondly.today.board import Shown, show
from fondly.today.models import Action, with_people
from fondly.today.rules import Card, in_order, merge, that_fit


def look(
    as_of: date, *, run_id: int, tell: Callable[[str], None] | None = None
) -> list[Card]:
    """Return everybody's cards as of a day, ranked, from the signals of a run.

    What has been settled since, and who is held out today, plays no part in it.
    """
    found = gather(Asked(today=as_of, run_id=run_id), in_use().reasons, tell=tell)
    closed = set(Client.objects.filter(closed_on__lte=as_of).values_list("pk", flat=True))
    cards = (
        merge(client_id, whys, as_of)
        for client_id, whys in found.items()
        if client_id not in closed
    )
    return in_order(card for card in cards if card.due <= as_of)


def looked(
    as_of: date,
    *,
    run_id: int,
    user: User | None = None,
    limit: int | None = None,
) -> tuple[list[Shown], int]:
    """Return the cards of a day and how many more there are.

    With a user: those this person would have had that day, as many as fit into it, of
    clients they may see. Without: everybody's.
    """
    cards = look(as_of, run_id=run_id)
    if user is not None:
        theirs = _clients_of(user)
        cards = [card for card in cards if card.client_id in theirs]
    kept = that_fit(cards, user.capacity_minutes) if user and limit is None else cards
    kept = kept[:limit]
    return _shown(kept, run_id=run_id), len(cards) - len(kept)


def _clients_of(user: User) -> set[int]:
    """Return whose cards would be theirs: those they look after; for managers nobody's."""
    seen = Client.objects.seen_by(user)
    if not user.may("member"):
        return set(seen.values_list("pk", flat=True))
    ids = set(seen.filter(owner=user).values_list("pk", flat=True))
    if user.may("manager"):
        ids |= set(seen.filter(owner=None).values_list("pk", flat=True))
    return ids


def _shown(cards: Sequence[Card], *, run_id: int) -> list[Shown]:
    """Dress the cards as actions that are never saved, so that one template fits both."""
    ids = [card.client_id for card in cards]
    clients = with_people(Client.objects.filter(pk__in=ids), run_id).in_bulk()
    known = reasons()
    shown = []
    for card in cards:
        action = Action(client=clients[card.client_id])
        put(card, action)
        action.assignee = clients[card.client_id].owner
        action.whys = [reason_row(why, action) for why in card.whys]
        shown.append(show(action, known))
    return shown
