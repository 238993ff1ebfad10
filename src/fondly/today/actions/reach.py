"""By which way a client may and can be reached.

Two questions that must not be confused. *Closed*: the client told us not to. *Known*: we
have a number or an address. See docs/decisions on closed channels.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fondly.clients.models import ConsentEntry
from fondly.clients.models import Purpose as ConsentPurpose
from fondly.insight.models import Signal
from fondly.today.rules import Why, by_way

ALL = frozenset(ConsentPurpose.values)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What we may and can use, for one batch of clients."""

    withdrawn: Mapping[tuple[int, str], set[str]]  # (client, channel): purposes
    known: Mapping[int, set[str]]

    def closed(self, client_id: int, consent: str) -> set[str]:
        """Return the channels closed for a purpose, or altogether without one.

        Who leaves the newsletter may still be called about their order: a personal
        contact is closed by a channel only when every purpose has been withdrawn on it.
        """
        wanted = {consent} if consent else ALL
        channels = {"email", "phone", "post", "message"}
        return {c for c in channels if wanted <= self.withdrawn.get((client_id, c), set())}

    def open_way(self, client_id: int, why: Why, consent: str) -> Why | None:
        """Return the reason with a way that is open to it, if there is one."""
        closed = self.closed(client_id, consent) | self.closed(client_id, "")
        return by_way(why, closed=closed, known=self.known.get(client_id, set()))


def reach_of(client_ids: Sequence[int], run_id: int) -> Reach:
    """Read how these clients may and can be reached, in two questions."""
    newest: dict[tuple[int, str, str], bool] = {}
    entries = ConsentEntry.objects.filter(client__in=client_ids).order_by("at", "id")
    for client, channel, purpose, granted in entries.values_list(
        "client_id", "channel", "purpose", "is_granted"
    ):
        newest[client, channel, purpose] = granted
    withdrawn: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for (client, channel, purpose), granted in newest.items():
        if not granted:
            withdrawn[client, channel].add(purpose)
    return Reach(withdrawn=withdrawn, known=_known(client_ids, run_id))


def _known(client_ids: Sequence[int], run_id: int) -> dict[int, set[str]]:
    rows = Signal.objects.of_run(run_id).filter(client__in=client_ids)
    named = (("phone", 1), ("email", 2), ("post", 3))
    return {
        row[0]: {channel for channel, at in named if row[at]}
        for row in rows.values_list("client_id", "reach_phone", "reach_email", "reach_post")
    }
