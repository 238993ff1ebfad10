"""A look at another day: the same cards, made in memory, changing nothing."""

from collections.abc import Callable
from datetime import date

from fondly.base.practice import Asked
from fondly.clients.models import Client
from fondly.today.actions.proposals import gather, in_use
from fondly.today.rules import Card, in_order, merge


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
