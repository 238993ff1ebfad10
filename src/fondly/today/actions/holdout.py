"""Holdouts: who is left out of a reason, so that its lift can be measured.

The lot is drawn by salted hash, sticks, and is logged for both arms the first time a
client becomes eligible. A lot logged while the share was 0 was no draw; it is drawn anew
once there is a share.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from fondly.today.rules import is_held_out
from fondly.touches.models import HoldoutEntry

Arms = dict[tuple[int, str], bool]


def arms(
    eligible: Iterable[tuple[int, str]],
    *,
    client_ids: Sequence[int],
    shares: Mapping[str, float],
    salt: str,
    now: datetime,
) -> Arms:
    """Return for each eligible (client, reason) whether it is held out, and log it."""
    entries = HoldoutEntry.objects.filter(client__in=client_ids)
    known = {
        (client_id, programme): (held, share)
        for client_id, programme, held, share in entries.values_list(
            "client_id", "programme", "is_held_out", "share"
        )
    }
    drawn: Arms = {}
    fresh: list[HoldoutEntry] = []
    for client_id, programme in eligible:
        share = shares.get(programme, 0.0)
        held, drawn_at = known.get((client_id, programme), (None, 0.0))
        if held is None or (drawn_at == 0 and share > 0):
            held = is_held_out(salt, programme, client_id, share)
            fresh.append(
                HoldoutEntry(
                    programme=programme,
                    client_id=client_id,
                    is_held_out=held,
                    share=share,
                    at=now,
                )
            )
        drawn[client_id, programme] = held
    _log(fresh)
    return drawn


def _log(entries: list[HoldoutEntry]) -> None:
    HoldoutEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["programme", "client"],
        update_fields=["is_held_out", "share", "at"],
    )
