"""What today holds about a client is erased with them."""

from django.db import transaction

from fondly.today.actions.cards import hold
from fondly.today.models import Action, ActionReason


@transaction.atomic
def erase(client_id: int) -> None:
    """Blank the words; the rows keep their place, so that counts stay true."""
    hold([client_id])
    Action.objects.filter(client_id=client_id).update(suggestion="", note="")
    ActionReason.objects.filter(client_id=client_id).update(because="", suggestion="")
