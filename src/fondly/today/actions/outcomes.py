"""What a person does with a card: done, put off, not needed; and taken back."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.team.models import User
from fondly.today.actions.cards import hold, put, why_of
from fondly.today.models import LIVE, Action, ActionState
from fondly.today.rules import merge
from fondly.touches import actions as touches

# How each way of making contact is written on the timeline.
MEDIUM = {"call": "call", "write": "email", "card": "post", "visit": "visit"}
UNDO_FOR = timedelta(hours=24)
LONGEST_SNOOZE = timedelta(days=366)


@transaction.atomic
def done(
    action: Action,
    *,
    by: User,
    now: datetime,
    what: str = "",
    medium: str = "",
    direction: str = "out",
    purpose: str = "give",
) -> Action:
    """Write what was done on the timeline and settle the card with all its reasons."""
    action = _take(action)
    touch = touches.record(
        client=action.client,
        contact=action.contact,
        at=now,
        direction=direction,
        medium=medium or MEDIUM.get(action.by, "other"),
        purpose=purpose,
        what=what.strip() or action.suggestion,
        by=by,
        now=now,
    )
    action.touch = touch
    _settle(action, ActionState.DONE, by=by, now=now, note=what)
    return action


@transaction.atomic
def not_needed(action: Action, *, by: User, now: datetime, reason: str = "") -> Action:
    """Settle the card without a touch; these occurrences never come back."""
    action = _take(action)
    _settle(action, ActionState.NOT_NEEDED, by=by, now=now, note=reason)
    return action


@transaction.atomic
def snooze(
    action: Action,
    *,
    until: date,
    reason: str = "",
    by: User,
    today: date,
    now: datetime,
) -> Action:
    """Put the card to sleep until a day, or until something new is in it."""
    if not today < until <= today + LONGEST_SNOOZE:
        raise Refusal(_("Choose a day after today and within a year."))
    action = _take(action)
    action.state, action.snoozed_until = ActionState.SNOOZED, until
    action.note, action.settled_by = reason.strip()[:300], by
    action.save(update_fields=["state", "snoozed_until", "note", "settled_by"])
    _tell(action, "snoozed", now)
    return action


@transaction.atomic
def undo(action: Action, *, by: User, today: date, now: datetime) -> Action:
    """Take an outcome back: the touch is withdrawn, the card is open again.

    If the client has a newer card by now, the reasons join it.
    """
    hold([action.client_id])
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if action.state == ActionState.SNOOZED:
        action.state, action.snoozed_until, action.note = ActionState.OPEN, None, ""
        action.save(update_fields=["state", "snoozed_until", "note"])
        return action
    if action.state not in (ActionState.DONE, ActionState.NOT_NEEDED):
        raise Refusal(_("This has been taken back already."))
    if action.settled_at is None or now - action.settled_at > UNDO_FOR:
        raise Refusal(_("This was settled more than a day ago; log a new touch instead."))
    if action.touch is not None:
        touches.withdraw(action.touch, by=by, now=now)
    newer = Action.objects.live().filter(client=action.client_id).first()
    rows = action.reasons.filter(state=action.state)
    rows.update(state=ActionState.OPEN, action=newer or action)
    action.touch = None
    _reopen(action) if newer is None else _give_up(action, now)
    _merge_again(newer or action, today)
    _tell(action, "undone", now)
    return newer or action


def _reopen(action: Action) -> None:
    action.state, action.note = ActionState.OPEN, ""
    action.settled_at = action.settled_by = action.snoozed_until = None
    action.save()


def _give_up(action: Action, now: datetime) -> None:
    action.state, action.settled_at = ActionState.PASSED, now
    action.save()


def _merge_again(action: Action, today: date) -> None:
    live = [why_of(row) for row in action.reasons.filter(state__in=LIVE)]
    put(merge(action.client_id, live, today), action)
    action.save()


def _take(action: Action) -> Action:
    """Lock the card; refuse when somebody else was quicker."""
    hold([action.client_id])
    fresh = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if fresh.state not in LIVE:
        who = fresh.settled_by
        name = str(who) if who else _("somebody")
        words = {
            ActionState.DONE: _("%(name)s has done this already."),
            ActionState.NOT_NEEDED: _("%(name)s has said that this is not needed."),
            ActionState.ANSWERED: _("An order or a touch has answered this already."),
        }
        said = words.get(ActionState(fresh.state), _("This is no longer due."))
        raise Refusal(said % {"name": name} if "%(name)s" in said else said)
    return fresh


def _settle(
    action: Action, state: ActionState, *, by: User, now: datetime, note: str
) -> None:
    action.state, action.note = state, note.strip()[:300]
    action.settled_at, action.settled_by = now, by
    action.save(update_fields=["state", "note", "settled_at", "settled_by", "touch"])
    action.reasons.filter(state__in=LIVE).update(state=state)
    _tell(action, str(state.value), now)


def _tell(action: Action, detail: str, now: datetime) -> None:
    announce(News(kind="action", client_ids=[action.client_id], at=now, detail=detail))
