"""Touches by API."""

from datetime import datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import ConfigDict

from fondly.base.clock import now
from fondly.base.rest import PROBLEMS, Cursor, Id, Limit, Line, Moment, Page, Prose, page_of
from fondly.clients.models import Client, Contact
from fondly.team.tokens import bearer
from fondly.touches import actions
from fondly.touches.models import Touch

router = Router(tags=["touches"])
DirectionName = Literal["out", "in", "both"]
MediumName = Literal["call", "email", "message", "visit", "post", "event", "other"]
PurposeName = Literal["give", "ask", "service"]


class TouchIn(Schema):
    """One contact between us and a client."""

    model_config = ConfigDict(extra="forbid")
    client_id: Id
    contact_id: Id | None = None
    at: Moment
    direction: DirectionName
    medium: MediumName
    purpose: PurposeName
    what: Prose = ""
    is_called_off: bool = False
    key: Line = ""


class TouchOut(Schema):
    """One contact between us and a client."""

    id: Id
    client_id: Id
    contact_id: int | None
    at: datetime
    direction: DirectionName
    medium: MediumName
    purpose: PurposeName
    what: str
    is_called_off: bool
    user_id: int | None
    key: str


@router.get("/touches", response={200: Page[TouchOut], **PROBLEMS}, auth=bearer("read"))
def list_touches(
    request: Any,
    client_id: Id | None = None,
    after: Cursor | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List touches by id, of one client or of all that may be seen."""
    clients = Client.objects.seen_by(request.user)
    if client_id is not None:
        clients = clients.filter(pk=client_id)
    return page_of(Touch.objects.filter(client__in=clients), after=after, limit=limit)


@router.post("/touches", response={201: TouchOut, **PROBLEMS}, auth=bearer("write"))
def record_touch(request: Any, sent: TouchIn) -> Any:
    """Record a touch. The same `key` again gives the touch it made before."""
    client = get_object_or_404(Client.objects.seen_by(request.user), pk=sent.client_id)
    contact = None
    if sent.contact_id is not None:
        contact = get_object_or_404(
            Contact.objects.filter(client=client), pk=sent.contact_id
        )
    about = sent.dict(exclude={"client_id", "contact_id", "at"})
    touch = actions.record(
        client, at=sent.at, contact=contact, by=request.user, now=now(), **about
    )
    return Status(201, touch)


@router.get(
    "/touches/{touch_id}", response={200: TouchOut, **PROBLEMS}, auth=bearer("read")
)
def get_touch(request: Any, touch_id: Id) -> Touch:
    """Return one touch."""
    seen = Touch.objects.filter(client__in=Client.objects.seen_by(request.user))
    return get_object_or_404(seen, pk=touch_id)
