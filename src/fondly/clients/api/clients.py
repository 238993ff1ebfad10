"""Clients by API."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Status

from fondly.base.clock import now
from fondly.base.errors import Refusal
from fondly.base.rest import PROBLEMS, Cursor, Id, Limit, Line, Moment, Page, page_of
from fondly.clients.actions import clients as actions
from fondly.clients.api.schemas import ClientIn, ClientOut, ClientPatch, StageName
from fondly.clients.models import Client
from fondly.team.models import User
from fondly.team.tokens import bearer

router = Router(tags=["clients"])


def _with_owner(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with the person behind `owner_id`."""
    if "owner_id" not in fields:
        return fields
    owner_id = fields.pop("owner_id")
    people = User.objects.filter(is_active=True, pk=owner_id)
    owner = people.first() if owner_id is not None else None
    if owner_id is not None and owner is None:
        raise Refusal(_("Nobody on the team has this owner_id."))
    return fields | {"owner": owner}


@router.get("/clients", response={200: Page[ClientOut], **PROBLEMS}, auth=bearer("read"))
def list_clients(
    request: Any,
    after: Cursor | None = None,
    limit: Limit = 50,
    number: Line | None = None,
    stage: StageName | None = None,
    tier: Line | None = None,
    changed_since: Moment | None = None,
) -> dict[str, Any]:
    """List clients by id: those that the token's person may see."""
    asked = {
        "number": number,
        "stage": stage,
        "tier": tier,
        "updated_at__gte": changed_since,
    }
    known = {key: value for key, value in asked.items() if value is not None}
    rows = Client.objects.seen_by(request.user).filter(**known)
    return page_of(rows, after=after, limit=limit)


@router.post("/clients", response={201: ClientOut, **PROBLEMS}, auth=bearer("write"))
def create_client(request: Any, sent: ClientIn) -> Any:
    """Make a client. With an `Idempotency-Key` the same client is made once."""
    return Status(
        201, actions.create(by=request.user, now=now(), **_with_owner(sent.dict()))
    )


@router.get(
    "/clients/{client_id}", response={200: ClientOut, **PROBLEMS}, auth=bearer("read")
)
def get_client(request: Any, client_id: Id) -> Client:
    """Return one client."""
    return get_object_or_404(Client.objects.seen_by(request.user), pk=client_id)


@router.patch(
    "/clients/{client_id}", response={200: ClientOut, **PROBLEMS}, auth=bearer("write")
)
def change_client(request: Any, client_id: Id, sent: ClientPatch) -> Client:
    """Change what is sent; the rest stays."""
    client = get_object_or_404(Client.objects.seen_by(request.user), pk=client_id)
    fields = _with_owner(sent.dict(exclude_unset=True))
    return actions.change(client, by=request.user, now=now(), **fields)
