"""Which client first: proposals become one card each, ranked and cut to a day's work.

docs/decisions/ tells why it is done so: ranking, occurrences, holdouts, closed channels.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from typing import Any, TypeVar

# How each day of waiting adds to the urgency of what is due, and where that ends.
DAILY = 0.02
MOST_DAYS = 25
NOT_YET = 0.5
# The chance of loss where signals cannot say.
DOUBT = 0.25
# One contact covers all reasons of a card; each further one takes a little longer.
EXTRA_MINUTES = 2
# Ways of contact and the channels that carry them; the order is that of the alternatives.
WAYS: Mapping[str, tuple[str, ...]] = {
    "call": ("phone",),
    "write": ("email", "message"),
    "card": ("post", "email"),
    "visit": ("visit",),
}
CHANNELS = frozenset({"phone", "email", "message", "post"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """One reason on a card: a proposal, and what kind of reason made it.

    A proposal's fields stand here again, cut to what the tables hold: the rules know no
    Django, and what a practice has to give is told in one place (`base/practice.py`).
    """

    reason: str  # “rhythm.quiet”
    subject: str
    because: str
    suggestion: str
    stake: int
    due: date
    minutes: int
    by: str = "call"
    contact_id: int | None = None
    pressing: float = 1.0
    is_obligation: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Return what names the occurrence within the client."""
        return self.reason, self.subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """Everything proposed for one client, merged; the first reason leads."""

    client_id: int
    whys: tuple[Why, ...]
    suggestion: str
    by: str
    contact_id: int | None
    stake: int
    due: date
    minutes: int
    is_obligation: bool
    rank: float


# Whatever has `minutes` and `is_obligation`: a card, or a saved action.
Item = TypeVar("Item", bound=Any)


def stake(*, worth: int | None, bought: int | None, p_active: float | None) -> int:
    """Return what may be lost: what is to come, times the chance that it does not come.

    `worth` already counts on the client staying only as far as that is likely, so the
    product is greatest for those on the brink and small for the safe and for the gone.
    Where no forecast can be supported, what was bought in the last 12 months stands in;
    where the chance is unknown, a quarter is assumed.
    """
    base = worth if worth is not None else bought or 0
    doubt = DOUBT if p_active is None else 1 - p_active
    return max(0, round(base * doubt))


def urgency(due: date, today: date) -> float:
    """Return how much waiting adds: half before the day, then 2 % a day up to 50 %."""
    late = (today - due).days
    return NOT_YET if late < 0 else 1 + DAILY * min(late, MOST_DAYS)


def weight(why: Why, today: date) -> float:
    """Return what a reason weighs: its stake, how it presses and how long it waits.

    One minor unit is added so that reasons without a stake still differ by urgency.
    """
    return (max(why.stake, 0) + 1) * why.pressing * urgency(why.due, today)


def merge(client_id: int, whys: Iterable[Why], today: date) -> Card:
    """Make one card: obligations lead, then what weighs most.

    The stake is the largest, not the sum: all reasons are about the same client's worth.
    The minutes are those of the longest reason and a little for each further one.
    """
    ordered = sorted(
        whys, key=lambda why: (not why.is_obligation, -weight(why, today), why.key)
    )
    lead = ordered[0]
    extra = EXTRA_MINUTES * (len(ordered) - 1)
    return Card(
        client_id=client_id,
        whys=tuple(ordered),
        suggestion=lead.suggestion,
        by=lead.by,
        contact_id=lead.contact_id,
        stake=max(why.stake for why in ordered),
        due=min(why.due for why in ordered),
        minutes=max(why.minutes for why in ordered) + extra,
        is_obligation=any(why.is_obligation for why in ordered),
        rank=max(weight(why, today) for why in ordered),
    )


def in_order(cards: Iterable[Card]) -> list[Card]:
    """Rank cards: obligations first, then by weight; ties by client, always the same."""
    return sorted(
        cards, key=lambda card: (not card.is_obligation, -card.rank, card.client_id)
    )


def that_fit(ranked: Sequence[Item], minutes: int) -> list[Item]:
    """Keep the head of the list that fits into `minutes`.

    What is owed stays even beyond them, and so does the first card: a day with little
    time still has one client in it. The cut is at the first that does not fit, so that
    a small thing never overtakes what matters more.
    """
    kept: list[Item] = []
    left = minutes
    for item in ranked:
        if kept and not item.is_obligation and item.minutes > left:
            break
        kept.append(item)
        left -= item.minutes
    return kept


def way(by: str, *, closed: Collection[str], known: Collection[str]) -> str | None:
    """Return by which way to make contact, or None when every way is closed.

    `closed` are the channels the client has closed, `known` those we have an address for.
    Without any address the proposed way stays: finding one is part of the work.
    """
    if set(closed) >= CHANNELS:
        return None
    if by == "visit":
        return by
    ways = [by, *(other for other in WAYS if other not in (by, "visit"))]
    for candidate in ways:
        if any(channel in known and channel not in closed for channel in WAYS[candidate]):
            return candidate
    for candidate in ways:
        if any(channel not in closed for channel in WAYS[candidate]):
            return candidate
    return None


def by_way(why: Why, *, closed: Collection[str], known: Collection[str]) -> Why | None:
    """Return the reason with a way that is open; what is owed stays even without one."""
    found = way(why.by, closed=closed, known=known) if why.by in WAYS else why.by
    if found is None:
        return replace(why, by="none") if why.is_obligation else None
    return why if found == why.by else replace(why, by=found)


def draw(salt: str, programme: str, client_id: int) -> float:
    """Return the client's lot in a programme: a number in [0, 1), the same each time."""
    text = f"{salt}:{programme}:{client_id}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest()) / 2**64


def is_held_out(salt: str, programme: str, client_id: int, share: float) -> bool:
    """Tell whether the lot falls into the holdout. Raising the share only adds clients."""
    return draw(salt, programme, client_id) < share


def who_does_it(owner: int | None, away: Mapping[int, int | None]) -> int | None:
    """Return who acts for `owner`: themselves, or whoever stands in, followed through.

    None (nobody, a stand-in who is away without one, a circle) means the managers.
    """
    seen: set[int] = set()
    person = owner
    while person is not None and person in away:
        if person in seen:
            return None
        seen.add(person)
        person = away[person]
    return person


def batches(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Cut ids into runs of at most `size`."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
