"""The people at a client, by API."""

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Router, Status

from fondly.base.clock import now
from fondly.base.rest import PROBLEMS, Cursor, Id, Limit, Page, page_of
from fondly.clients.actions import contacts as actions
from fondly.clients.api.schemas import ContactIn, ContactOut
from fondly.clients.models import Client, Contact
from fondly.team.tokens import bearer

router = Router(tags=["contacts"])


def _seen_by(user: Any) -> Any:
    clients = Client.objects.seen_by(user)
    return Contact.objects.filter(client__in=clients).prefetch_related("points")


@router.get("/contacts", response={200: Page[ContactOut], **PROBLEMS}, auth=bearer("read"))
def list_contacts(
    request: Any,
    client_id: Id | None = None,
    after: Cursor | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List contacts by id, of one client or of all that may be seen."""
    rows = _seen_by(request.user)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    return page_of(rows, after=after, limit=limit)


@router.post(
    "/clients/{client_id}/contacts",
    response={201: ContactOut, **PROBLEMS},
    auth=bearer("write"),
)
def add_contact(request: Any, client_id: Id, sent: ContactIn) -> Any:
    """Add a person to a client."""
    client = get_object_or_404(Client.objects.seen_by(request.user), pk=client_id)
    return Status(201, actions.add(client, by=request.user, now=now(), **sent.dict()))


@router.get(
    "/contacts/{contact_id}", response={200: ContactOut, **PROBLEMS}, auth=bearer("read")
)
def get_contact(request: Any, contact_id: Id) -> Contact:
    """Return one contact."""
    contact: Contact = get_object_or_404(_seen_by(request.user), pk=contact_id)
    return contact


@router.delete(
    "/contacts/{contact_id}", response={204: None, **PROBLEMS}, auth=bearer("write")
)
def remove_contact(request: Any, contact_id: Id) -> Any:
    """Remove a person from a client."""
    contact = get_object_or_404(_seen_by(request.user), pk=contact_id)
    actions.remove(contact, by=request.user, now=now())
    return Status(204, None)
