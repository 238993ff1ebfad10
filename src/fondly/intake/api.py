"""Imports by API: a file is sent, looked at, and its way followed."""

from datetime import datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from fondly.base.rest import PROBLEMS, Cursor, Id, Limit, Page, page_of
from fondly.intake.models import Import
from fondly.team.tokens import bearer

router = Router(tags=["imports"])


class ImportOut(Schema):
    """One file on its way in: how it was understood, and how far it is."""

    id: Id
    about: Literal["clients", "orders"]
    state: str
    filename: str
    size: int
    reading: dict[str, Any]
    mapping: dict[str, Any]
    rows: int
    rows_done: int
    counts: dict[str, Any]
    problem: str
    created_at: datetime
    published_at: datetime | None
    undone_at: datetime | None


@router.get(
    "/imports",
    response={200: Page[ImportOut], **PROBLEMS},
    auth=bearer("import", role="manager"),
)
def list_imports(
    request: Any, after: Cursor | None = None, limit: Limit = 50
) -> dict[str, Any]:
    """List imports by id."""
    return page_of(Import.objects.all(), after=after, limit=limit)


@router.get(
    "/imports/{import_id}",
    response={200: ImportOut, **PROBLEMS},
    auth=bearer("import", role="manager"),
)
def get_import(request: Any, import_id: Id) -> Import:
    """Return one import."""
    return get_object_or_404(Import, pk=import_id)
