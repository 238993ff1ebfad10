"""Imports by API: a file is sent, looked at, and its way followed."""

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, Status, UploadedFile
from pydantic import ConfigDict

from fondly.base.clock import now
from fondly.base.errors import Refusal
from fondly.base.rest import PROBLEMS, Cursor, Id, Limit, Page, page_of
from fondly.intake.actions import later, receive
from fondly.intake.models import Import, ImportState
from fondly.intake.upload import on_disk
from fondly.team.tokens import bearer

router = Router(tags=["imports"])
MANAGER = bearer("import", role="manager")


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
    auth=MANAGER,
)
def list_imports(
    request: Any, after: Cursor | None = None, limit: Limit = 50
) -> dict[str, Any]:
    """List imports by id."""
    return page_of(Import.objects.all(), after=after, limit=limit)


class MappingIn(Schema):
    """Which column is what, as `fondly import --mapping` takes it."""

    model_config = ConfigDict(extra="forbid")
    mapping: dict[str, Any]


@router.post("/imports", response={201: ImportOut, **PROBLEMS}, auth=MANAGER)
def send_import(
    request: Any, file: File[UploadedFile], about: Form[Literal["clients", "orders"]]
) -> Any:
    """Send a file. When its columns are clear it is checked at once, and waits for
    `publish`; else `mapping.doubts` says what to answer with `mapping`."""
    with on_disk(file) as path:
        source = receive.receive(
            path,
            about=about,
            filename=Path(file.name or "file").name,
            user=request.user,
            now=now(),
        )
    if not source.mapping["doubts"]:
        later.wish(source, ImportState.STAGING)
    return Status(201, source)


def _wished(import_id: int, state: str) -> Any:
    source = get_object_or_404(Import, pk=import_id)
    later.wish(source, state)
    source.refresh_from_db()
    return Status(202, source)


@router.post(
    "/imports/{import_id}/mapping", response={202: ImportOut, **PROBLEMS}, auth=MANAGER
)
def answer_import(request: Any, import_id: Id, sent: MappingIn) -> Any:
    """Say which column is what; once all is clear the file is checked."""
    source = get_object_or_404(Import, pk=import_id)
    if source.state not in (ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED):
        raise Refusal(_("This import is on its way: its columns stand."))
    if not receive.answer(source, told=sent.mapping, now=now()).doubts:
        later.wish(source, ImportState.STAGING)
    source.refresh_from_db()
    return Status(202, source)


@router.post(
    "/imports/{import_id}/publish", response={202: ImportOut, **PROBLEMS}, auth=MANAGER
)
def publish_import(request: Any, import_id: Id) -> Any:
    """Publish what the check found, in the background; follow it by its state."""
    return _wished(import_id, ImportState.PUBLISHING)


@router.post(
    "/imports/{import_id}/cancel", response={202: ImportOut, **PROBLEMS}, auth=MANAGER
)
def cancel_import(request: Any, import_id: Id) -> Any:
    """Stop an import that is not published."""
    return _wished(import_id, ImportState.CANCELLING)


@router.post(
    "/imports/{import_id}/undo", response={202: ImportOut, **PROBLEMS}, auth=MANAGER
)
def undo_import(request: Any, import_id: Id) -> Any:
    """Take a published import back, values of changed rows included."""
    return _wished(import_id, ImportState.UNDOING)


@router.get(
    "/imports/{import_id}",
    response={200: ImportOut, **PROBLEMS},
    auth=MANAGER,
)
def get_import(request: Any, import_id: Id) -> Import:
    """Return one import."""
    return get_object_or_404(Import, pk=import_id)
