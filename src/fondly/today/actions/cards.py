"""Between the rules' cards and the rows that keep them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from fondly.clients.models import Client
from fondly.today.models import Action, ActionReason, ActionState, Line
from fondly.today.rules import Card, Why, merge


def put(card: Card, action: Action) -> None:
    """Write the merged card into the action's columns."""
    action.contact_id = card.contact_id
    action.suggestion = card.suggestion
    action.by = card.by
    action.stake = card.stake
    action.due = card.due
    action.minutes = card.minutes
    action.is_obligation = card.is_obligation
    action.rank = card.rank


def merged(card: Card, *, assignee: int | None, state: str, until: date | None) -> Line:
    """Return the merged card as `MERGED` has it."""
    return (
        card.contact_id,
        assignee,
        state,
        card.suggestion,
        card.by,
        card.stake,
        card.due,
        card.minutes,
        card.is_obligation,
        card.rank,
        until,
    )


def proposed(why: Why, action_id: int) -> Line:
    """Return a live reason of a card as `PROPOSED` has it."""
    return (
        action_id,
        why.because,
        why.suggestion,
        why.by,
        why.stake,
        why.due,
        why.minutes,
        why.pressing,
        why.is_obligation,
        why.contact_id,
        ActionState.OPEN.value,
    )


def reason_row(why: Why, action: Action) -> ActionReason:
    """Return the row that stands for a reason of this action."""
    return ActionReason(
        action=action,
        client_id=action.client_id,
        reason=why.reason,
        subject=why.subject,
        because=why.because,
        suggestion=why.suggestion,
        by=why.by,
        stake=why.stake,
        due=why.due,
        minutes=why.minutes,
        pressing=why.pressing,
        is_obligation=why.is_obligation,
        contact_id=why.contact_id,
        state=ActionState.OPEN,
    )


def why_of(row: ActionReason) -> Why:
    """Return the saved reason as the rules know it."""
    return Why(
        reason=row.reason,
        subject=row.subject,
        because=row.because,
        suggestion=row.suggestion,
        stake=row.stake,
        due=row.due,
        minutes=row.minutes,
        by=row.by,
        contact_id=row.contact_id,
        pressing=row.pressing,
        is_obligation=row.is_obligation,
    )


def hold(client_ids: Sequence[int]) -> None:
    """Lock the clients' rows: whoever changes a card holds its client first.

    Always clients before cards, and in order, so that nobody waits in a circle.
    """
    rows = Client.everything.filter(pk__in=client_ids).select_for_update(no_key=True)
    list(rows.order_by("pk").values_list("pk", flat=True))


def settle_reasons(
    rows: Iterable[ActionReason], state: ActionState, *, today: date, now: datetime
) -> list[Action]:
    """Settle some reasons; their cards shrink, or close when nothing is left of them.

    Returns the cards that closed.
    """
    rows = list(rows)
    ActionReason.objects.filter(pk__in=[row.pk for row in rows]).update(state=state)
    actions = {row.action_id: row.action for row in rows}
    left: dict[int, list[ActionReason]] = {}
    for row in ActionReason.objects.live().filter(action__in=list(actions)):
        left.setdefault(row.action_id, []).append(row)
    shrunk = []
    for pk, rest in left.items():
        action = actions.pop(pk)
        card = merge(action.client_id, [why_of(row) for row in rest], today)
        values = merged(
            card,
            assignee=action.assignee_id,
            state=action.state,
            until=action.snoozed_until,
        )
        shrunk.append((*values, pk))
    Action.objects.write_again(shrunk)
    closed = list(actions.values())
    Action.objects.live().filter(pk__in=[action.pk for action in closed]).update(
        state=state, settled_at=now
    )
    return closed
