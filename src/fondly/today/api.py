"""Actions by API: what to do today, and what became of it."""

from datetime import date, datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import ConfigDict

from fondly.base.clock import now, today_in
from fondly.base.rest import PROBLEMS, Cursor, Id, Limit, Note, Page, page_of
from fondly.team.models import Business
from fondly.team.tokens import bearer
from fondly.today import actions
from fondly.today.models import Action

router = Router(tags=["actions"])


class ReasonOut(Schema):
    """Why."""

    reason: str
    subject: str
    because: str
    suggestion: str
    state: str


class ActionOut(Schema):
    """One card: everything proposed for one client. `stake` in the reporting currency."""

    id: Id
    client_id: Id
    assignee_id: int | None
    state: str
    suggestion: str
    by: str
    stake: int
    due: date
    minutes: int
    is_obligation: bool
    snoozed_until: date | None
    settled_at: datetime | None
    reasons: list[ReasonOut]

    @staticmethod
    def resolve_reasons(action: Any) -> list[Any]:
        """Return the reasons that were fetched with the action."""
        return list(action.reasons.all())


class DoneIn(Schema):
    """What was done."""

    model_config = ConfigDict(extra="forbid")
    what: Note = ""
    medium: Literal["call", "email", "message", "visit", "post", "event", "other"] = "call"
    direction: Literal["out", "in", "both"] = "out"
    purpose: Literal["give", "ask", "service"] = "give"


class SnoozeIn(Schema):
    """Until when, and why."""

    model_config = ConfigDict(extra="forbid")
    until: date
    reason: Note = ""


class NotNeededIn(Schema):
    """Why it was not needed."""

    model_config = ConfigDict(extra="forbid")
    reason: Note = ""


StateName = Literal["open", "snoozed", "done", "not_needed", "answered", "passed"]


def _today() -> date:
    business = Business.current()
    return today_in(business.time_zone if business else "UTC")


def _seen_by(user: Any) -> Any:
    return Action.objects.seen_by(user).prefetch_related("reasons")


def _taken(user: Any, action_id: int) -> Action:
    action: Action = get_object_or_404(_seen_by(user), pk=action_id)
    return action


@router.get("/actions", response={200: Page[ActionOut], **PROBLEMS}, auth=bearer("read"))
def list_actions(
    request: Any,
    client_id: Id | None = None,
    assignee_id: Id | None = None,
    state: StateName | None = None,
    after: Cursor | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List actions by id."""
    asked = {"client_id": client_id, "assignee_id": assignee_id, "state": state}
    known = {key: value for key, value in asked.items() if value is not None}
    return page_of(_seen_by(request.user).filter(**known), after=after, limit=limit)


@router.get(
    "/actions/today", response={200: list[ActionOut], **PROBLEMS}, auth=bearer("read")
)
def list_today(
    request: Any, assignee_id: Id | None = None, limit: Limit = 50
) -> list[Action]:
    """List what waits today, the most pressing first."""
    rows = _seen_by(request.user).waiting(_today())
    if assignee_id is not None:
        rows = rows.filter(assignee_id=assignee_id)
    return list(rows[:limit])


@router.get(
    "/actions/{action_id}", response={200: ActionOut, **PROBLEMS}, auth=bearer("read")
)
def get_action(request: Any, action_id: Id) -> Action:
    """Return one action."""
    return _taken(request.user, action_id)


@router.post(
    "/actions/{action_id}/done", response={200: ActionOut, **PROBLEMS}, auth=bearer("write")
)
def settle_done(request: Any, action_id: Id, sent: DoneIn) -> Action:
    """Settle an action as done; a touch is written on the timeline."""
    action = _taken(request.user, action_id)
    actions.done(action, by=request.user, now=now(), **sent.dict())
    return _taken(request.user, action_id)


@router.post(
    "/actions/{action_id}/undo", response={200: ActionOut, **PROBLEMS}, auth=bearer("write")
)
def undo(request: Any, action_id: Id) -> Action:
    """Take an outcome back; the card is open again."""
    action = _taken(request.user, action_id)
    actions.undo(action, by=request.user, today=_today(), now=now())
    return _taken(request.user, action_id)


@router.post(
    "/actions/{action_id}/snooze",
    response={200: ActionOut, **PROBLEMS},
    auth=bearer("write"),
)
def put_off(request: Any, action_id: Id, sent: SnoozeIn) -> Action:
    """Put an action to sleep until a day."""
    action = _taken(request.user, action_id)
    actions.snooze(action, by=request.user, today=_today(), now=now(), **sent.dict())
    return _taken(request.user, action_id)


@router.post(
    "/actions/{action_id}/not-needed",
    response={200: ActionOut, **PROBLEMS},
    auth=bearer("write"),
)
def settle_not_needed(request: Any, action_id: Id, sent: NotNeededIn) -> Action:
    """Settle an action as not needed; this occurrence never comes back."""
    action = _taken(request.user, action_id)
    actions.not_needed(action, by=request.user, now=now(), reason=sent.reason)
    return _taken(request.user, action_id)
