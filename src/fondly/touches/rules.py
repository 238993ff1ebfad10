"""What a client's touches add up to, decided without a database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

WE_SPOKE = frozenset({"out", "both"})


@dataclass(frozen=True)
class Standing:
    """When we last had to do with each other, last talked, and what waits for an answer."""

    last_touch_at: datetime | None = None
    last_two_way_at: datetime | None = None
    first_unanswered_at: datetime | None = None


def standing(touches: Iterable[tuple[datetime, str]]) -> Standing:
    """Return what (time, direction) of all touches of one client add up to.

    A conversation counts as two-way. Whatever we say answers all that came before it; at
    the same moment we count as having answered.
    """
    rows = list(touches)
    spoke = [at for at, direction in rows if direction in WE_SPOKE]
    last_said = max(spoke, default=None)
    waiting = [
        at
        for at, direction in rows
        if direction == "in" and (last_said is None or at > last_said)
    ]
    return Standing(
        max((at for at, _ in rows), default=None),
        max((at for at, direction in rows if direction == "both"), default=None),
        min(waiting, default=None),
    )


def news_of(direction: str) -> tuple[str, ...]:
    """Return the details to announce: in a conversation both sides spoke."""
    return ("out", "in") if direction == "both" else (direction,)


def key_in_words(at: datetime, source: str, row_id: int) -> str:
    """Write the key of a timeline row into an address."""
    return f"{at.astimezone(UTC).isoformat()}|{source}|{row_id}"


def key_from_words(words: str) -> tuple[datetime, str, int] | None:
    """Read the key of a timeline row from an address; None where it is none."""
    try:
        moment, source, row_id = words.split("|")
        at = datetime.fromisoformat(moment)
        number = int(row_id)
    except ValueError:
        return None
    is_sane = at.tzinfo is not None and 1 < at.year < 9999 and 0 <= number < 2**63
    return (at, source, number) if is_sane else None
