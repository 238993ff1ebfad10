"""Clients by API."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from fondly.base.clock import now
from fondly.base.rest import PROBLEMS, Cursor, Id, Limit, Line, Moment, Page, page_of
from fondly.clients import actions
from fondly.clients.api.schemas import ClientIn, ClientOut, ClientPatch, StageName
from fondly.clients.models import Client
from fondly.team.tokens import bearer

router = Router(tags=["clients"])


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
    """List clients by id, those the token's person may see."""
    rows = Client.objects.seen_by(request.user)
    asked = {
        "number": number,
        "stage": stage,
        "tier": tier,
        "updated_at__gte": changed_since,
    }
    rows = rows.filter(**{key: value for key, value in asked.items() if value is not None})
    return page_of(rows, after=after, limit=limit)
