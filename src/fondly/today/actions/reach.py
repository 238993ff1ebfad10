"""By which way a client may and can be reached.

Two questions that must not be confused. *Closed*: the client told us not to. *Known*: we
have a number or an address. See docs/decisions on closed channels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress

from fondly.clients.models import ConsentEntry
from fondly.clients.models import Purpose as ConsentPurpose
from fondly.insight.models import Signal
from fondly.today.rules import CHANNELS, WAYS, Why, by_way

ALL = frozenset(ConsentPurpose.values)
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What we may and can use, for one batch of clients."""

    withdrawn: Mapping[int, Mapping[str, set[str]]]  # client: channel: purposes
    known: Mapping[int, frozenset[str]]

    def closed(self, client_id: int, consent: str) -> frozenset[str]:
        """Return the channels closed for a purpose, or altogether.

        Who leaves the newsletter may still be called about their order: a personal
        contact is closed by a channel only when every purpose has been withdrawn on it.
        """
        gone = self.withdrawn.get(client_id, {})
        return frozenset(
            channel
            for channel, purposes in gone.items()
            if channel in CHANNELS and (consent in purposes or purposes >= ALL)
        )

    def open_way(self, client_id: int, why: Why, consent: str) -> Why | None:
        """Return the reason with a way that is open to it, if there is one."""
        known = self.known.get(client_id, NOTHING)
        if client_id not in self.withdrawn and not known.isdisjoint(WAYS.get(why.by, ())):
            return why  # as most are
        return by_way(why, closed=self.closed(client_id, consent), known=known)


def reach_of(client_ids: Sequence[int], run_id: int) -> Reach:
    """Read how these clients may and can be reached, in two questions."""
    newest: dict[tuple[int, str, str], bool] = {}
    entries = ConsentEntry.objects.filter(client__in=client_ids).order_by("at", "id")
    for client, channel, purpose, granted in entries.values_list(
        "client_id", "channel", "purpose", "is_granted"
    ):
        newest[client, channel, purpose] = granted
    withdrawn: dict[int, dict[str, set[str]]] = {}
    for (client, channel, purpose), granted in newest.items():
        if not granted:
            gone = withdrawn.setdefault(client, {})
            gone.setdefault(channel, set()).add(purpose)
    return Reach(withdrawn=withdrawn, known=_known(client_ids, run_id))


def _known(client_ids: Sequence[int], run_id: int) -> dict[int, frozenset[str]]:
    rows = Signal.objects.of_run(run_id).filter(client__in=client_ids)
    found = rows.values_list("client_id", "reach_phone", "reach_email", "reach_post")
    return {client: _channels(tuple(has)) for client, *has in found}


@cache
def _channels(has: tuple[bool, ...]) -> frozenset[str]:
    return frozenset(compress(("phone", "email", "post"), has))
