"""Who does it: the client's owner, or whoever stands in; nobody's go to the managers."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from fondly.today.actions.cards import hold
from fondly.today.models import Absence, Action
from fondly.today.rules import batches, who_does_it

BATCH = 500


def assign(today: date, *, client_ids: Sequence[int] | None = None) -> int:
    """Give every live card to whoever does it now; return how many changed hands."""
    away = Absence.objects.away_on(today)
    cards = Action.objects.live()
    if client_ids is not None:
        cards = cards.filter(client__in=client_ids)
    wrong = [
        (client_id, who_does_it(owner, away))
        for client_id, owner, assignee in cards.order_by("client_id").values_list(
            "client_id", "client__owner_id", "assignee_id"
        )
        if who_does_it(owner, away) != assignee
    ]
    for batch in batches(range(len(wrong)), BATCH):
        _give([wrong[at] for at in batch])
    return len(wrong)


@transaction.atomic
def _give(pairs: list[tuple[int, int | None]]) -> None:
    hold([client_id for client_id, _ in pairs])
    for person in {person for _, person in pairs}:
        clients = [client_id for client_id, to in pairs if to == person]
        Action.objects.live().filter(client__in=clients).update(assignee=person)
