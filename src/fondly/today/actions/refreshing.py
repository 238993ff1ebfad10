"""Refresh: what the practices propose becomes cards, kept up to date.

One card per client; an occurrence that somebody settled never returns; what no longer
holds passes. Works in batches of clients, each in a transaction of its own that first
locks its clients: whoever changes a card locks the client before the card.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from fondly.base.practice import Asked
from fondly.base.tasks import fenced, rest
from fondly.clients.models import Client
from fondly.today.actions.cards import merged, proposed
from fondly.today.actions.holdout import arms
from fondly.today.actions.proposals import Gathered, InUse, gather, in_use
from fondly.today.actions.reach import Reach, reach_of
from fondly.today.models import (
    LIVE,
    MERGED,
    Absence,
    Action,
    ActionReason,
    ActionState,
    Line,
)
from fondly.today.rules import Card, Why, batches, merge, who_does_it
from fondly.touches.models import HoldoutSalt

# Clients in one transaction; between two, other writers get their turn.
BATCH = 500
STATE = MERGED.index("state")
Key = tuple[int, str, str]  # client, reason, subject


@dataclass(frozen=True, kw_only=True)
class Round:
    """What stays the same for all batches of one refresh."""

    run_id: int
    today: date
    now: datetime
    on: InUse
    salt: str
    away: dict[int, int | None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A live card, or a known reason, as it stands in the table."""

    id: int
    state: str
    values: Line  # `MERGED`, or `PROPOSED`

    @property
    def snoozed_until(self) -> date | None:
        """Return until when a card sleeps."""
        until: date | None = self.values[-1]
        return until


@dataclass(kw_only=True)
class Changes:
    """What one batch will write, as plain values, and only where something differs."""

    fresh: list[Line] = field(default_factory=list)
    again: list[Line] = field(default_factory=list)
    # With the number of the card, or 0 for one that has none yet.
    reasons: list[tuple[Key, Why, int]] = field(default_factory=list)
    passed_reasons: list[int] = field(default_factory=list)
    passed_actions: list[int] = field(default_factory=list)


def refresh(
    *,
    run_id: int,
    today: date,
    now: datetime,
    client_ids: Sequence[int] | None = None,
) -> int:
    """Bring the cards up to date and return how many clients have one.

    The practices are asked once each; the rest is a fixed number of queries for every
    500 clients that have a card or get one.
    """
    on = in_use()
    asked = Asked(today=today, run_id=run_id, client_ids=client_ids)
    found = gather(asked, on.reasons)
    this = Round(
        run_id=run_id,
        today=today,
        now=now,
        on=on,
        salt=HoldoutSalt.value(),
        away=Absence.objects.away_on(today),
    )
    carded = Action.objects.live()
    if client_ids is not None:
        carded = carded.filter(client__in=client_ids)
    everyone = sorted({*found, *carded.values_list("client_id", flat=True)})
    with_card = 0
    for batch in batches(everyone, BATCH):
        with fenced():
            with_card += _settle(batch, found, this)
        if len(batch) == BATCH:
            rest()
    return with_card


def _settle(batch: Sequence[int], found: Gathered, this: Round) -> int:
    """Bring the cards of one batch of clients up to date."""
    owners: dict[int, int | None] = dict(
        Client.objects.filter(pk__in=batch, closed_on=None)
        .select_for_update(no_key=True)
        .order_by("pk")
        .values_list("pk", "owner_id")
    )
    live = {
        client: Kept(key, values[STATE], tuple(values))
        for key, client, *values in Action.objects.live_rows(batch)
    }
    subjects = {why.subject for c in batch for why in found.get(c, ())}
    known = {
        (client, reason, subject): Kept(key, values[-1], tuple(values))
        for key, client, reason, subject, *values in ActionReason.objects.known_rows(
            batch, subjects
        )
    }
    wanted = _allowed(batch, found, known, owners, this)
    changes = Changes()
    for client_id in batch:
        whys, action = wanted.get(client_id), live.get(client_id)
        if whys:
            card = merge(client_id, whys, this.today)
            assignee = who_does_it(owners[client_id], this.away)
            _keep(card, action, assignee, known, changes, this)
        elif action:
            changes.passed_actions.append(action.id)
    keys = {(c, *why.key) for c, whys in wanted.items() for why in whys}
    changes.passed_reasons = [
        row.id for key, row in known.items() if row.state in LIVE and key not in keys
    ]
    _write(changes, this.now)
    return len(wanted)


def _allowed(
    batch: Sequence[int],
    found: Gathered,
    known: dict[Key, Kept],
    owners: dict[int, int | None],
    this: Round,
) -> Gathered:
    """Keep what may be proposed: not settled before, by an open way, not held out."""
    reach = reach_of(batch, this.run_id)
    open_: Gathered = {}
    for client_id in batch:
        if client_id not in owners:  # closed, or not arrived
            continue
        whys = [
            why
            for why in _reachable(client_id, found.get(client_id, []), reach, this)
            if not _is_settled(known.get((client_id, *why.key)))
        ]
        if whys:
            open_[client_id] = whys
    eligible = {(c, why.reason) for c, whys in open_.items() for why in whys}
    held = arms(
        sorted(eligible),
        client_ids=batch,
        shares=this.on.shares,
        salt=this.salt,
        now=this.now,
    )
    kept = {
        c: [why for why in whys if not held[c, why.reason]] for c, whys in open_.items()
    }
    return {client_id: whys for client_id, whys in kept.items() if whys}


def _reachable(client_id: int, whys: list[Why], reach: Reach, this: Round) -> list[Why]:
    reasons = this.on.reasons
    ways = (reach.open_way(client_id, w, reasons[w.reason].consent) for w in whys)
    return [why for why in ways if why]


def _is_settled(row: Kept | None) -> bool:
    """Tell whether somebody, or an answer, has settled the occurrence for good."""
    return row is not None and row.state not in (*LIVE, ActionState.PASSED)


def _keep(
    card: Card,
    action: Kept | None,
    assignee: int | None,
    known: dict[Key, Kept],
    changes: Changes,
    this: Round,
) -> None:
    """Put the card into an action: the one there is, or a fresh one."""
    state, until = ActionState.OPEN.value, None
    if action and not _wakes(action, card, known, this.today):
        state, until = action.state, action.snoozed_until
    values = merged(card, assignee=assignee, state=state, until=until)
    if action is None:
        changes.fresh.append((card.client_id, *values))
    elif values != action.values:
        changes.again.append((*values, action.id))
    for why in card.whys:
        key = (card.client_id, *why.key)
        row, number = known.get(key), action.id if action else 0
        if row is None or row.values != proposed(why, number):
            changes.reasons.append((key, why, number))


def _wakes(action: Kept, card: Card, known: dict[Key, Kept], today: date) -> bool:
    """Tell whether a snoozed card comes back: its day is here, or there is news in it."""
    if action.snoozed_until is None or action.snoozed_until <= today:
        return True
    before = (known.get((card.client_id, *why.key)) for why in card.whys)
    return any(row is None or row.state not in LIVE for row in before)


def _write(changes: Changes, now: datetime) -> None:
    # Passed ones first: a client may have one live card only.
    Action.objects.filter(pk__in=changes.passed_actions).update(
        state=ActionState.PASSED, settled_at=now
    )
    fresh = Action.objects.begin(changes.fresh, now=now)
    Action.objects.write_again(changes.again)
    ActionReason.objects.write(
        [
            (*key, *proposed(why, number or fresh[key[0]]))
            for key, why, number in changes.reasons
        ]
    )
    ActionReason.objects.filter(pk__in=changes.passed_reasons).update(
        state=ActionState.PASSED
    )
