"""Pages of imports: upload, what was understood, dry run, progress, result, undo."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from fondly.base.clock import now
from fondly.base.errors import Refusal
from fondly.intake.actions import later, receive
from fondly.intake.actions.undo import preview
from fondly.intake.forms import MappingForm, UploadForm
from fondly.intake.models import Import, ImportState
from fondly.intake.staging import report
from fondly.intake.staging.folder import Folder
from fondly.intake.upload import on_disk
from fondly.team.access import Signed, needs

PAGE = 100
OLD = 45  # days after which an order history is looked at as of its own time
WHATS = ("created", "changed", "skipped", "rejected")
MOVING = {
    ImportState.STAGING,
    ImportState.PUBLISHING,
    ImportState.CANCELLING,
    ImportState.UNDOING,
}
OPEN = {ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("manager")
def imports(request: Signed) -> HttpResponse:
    """List the imports, and take in a file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if "file" not in request.FILES:
            raise Refusal(_("No file came, or it was larger than we take."))
        if form.is_valid():
            return _take_in(request, form)
    rows = Import.objects.select_related("user")[:PAGE]
    context = {"form": form, "imports": rows, "now": now()}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "intake/imports.html", context, status=status)


def _take_in(request: Signed, form: UploadForm) -> HttpResponse:
    upload = form.cleaned_data["file"]
    told = {"odd_dates": "reject"} if form.cleaned_data["odd_dates"] else {}
    with on_disk(upload) as path:
        source = receive.receive(
            path,
            about=form.cleaned_data["about"],
            filename=Path(upload.name or "file").name,
            user=request.user,
            now=now(),
            told=told,
        )
    return redirect("intake:import", source.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("manager")
def one(request: Signed, import_id: int) -> HttpResponse:
    """Show an import as far as it is; a POST says which column is what."""
    source = get_object_or_404(Import, pk=import_id)
    form = None
    if source.state in OPEN:
        own = receive.own_fields()
        form = MappingForm(request.POST or None, source=source, own=own)
    if request.method == "POST":
        if form is None:
            raise Refusal(_("This import is on its way: its columns stand."))
        if form.is_valid():
            return _settle(source, form)
    status = 422 if form is not None and form.is_bound and form.errors else 200
    context = _about(request, source) | {"form": form}
    return render(request, "intake/import.html", context, status=status)


def _settle(source: Import, form: MappingForm) -> HttpResponse:
    reading = form.told_reading()
    is_same = reading == form.reading
    mapping = receive.answer(source, told=form.told(), told_reading=reading, now=now())
    if is_same and not mapping.doubts:
        later.wish(source, ImportState.STAGING)
    return redirect("intake:import", source.pk)


def _about(request: Signed, source: Import) -> dict[str, Any]:
    """Return what the page of an import shows."""
    what = request.GET.get("what", "")
    what = what if what in WHATS else ""
    after = request.GET.get("after", "")
    folder = Folder.of(source.pk)
    rows = report.page(
        folder,
        what=what,
        after=int(after) if after.isdecimal() and len(after) < 16 else 0,
        most=PAGE + 1,
    )
    return _progress(source) | {
        "days": _days(source),
        "what": what,
        "whats": [(each, source.counts.get(each, 0)) for each in WHATS],
        "rows": rows[:PAGE],
        "page": _pager(source, what, rows, after),
        "sample": folder.shown_rows(),
        "doubts": source.mapping.get("doubts", []),
        "has_kept": folder.kept.exists(),
    }


def _days(source: Import) -> dict[str, Any]:
    """Return from when to when the orders of the file are; of an old file also the day
    after it, as of which its clients are best looked at."""
    if not source.counts.get("last_day"):
        return {}
    first, last = (date.fromisoformat(source.counts[f"{k}_day"]) for k in ("first", "last"))
    is_old = (now().date() - last).days > OLD
    return {"first": first, "last": last, "then": last + timedelta(1) if is_old else None}


def _pager(
    source: Import, what: str, rows: list[dict[str, Any]], after: str
) -> dict[str, Any]:
    base = f"{reverse('intake:import', args=[source.pk])}?what={what}"
    more = len(rows) > PAGE
    return {
        "first_url": base if after else None,
        "next_url": f"{base}&after={rows[PAGE - 1]['n']}" if more else None,
    }


def _progress(source: Import) -> dict[str, Any]:
    at = now()
    waits = source.state in MOVING and not source.runner
    return {
        "import": source,
        "is_moving": source.state in MOVING,
        "is_waiting": waits,
        "is_interrupted": source.state in MOVING and source.is_interrupted(at),
        "seconds_left": source.seconds_left(at),
    }


@require_safe
@needs("manager")
def progress(request: Signed, import_id: int) -> HttpResponse:
    """Show how far an import is; once it stands still, have the page loaded anew."""
    source = get_object_or_404(Import, pk=import_id)
    if source.state not in MOVING and request.htmx:
        return HttpResponseClientRefresh()
    return render(request, "intake/import.html#progress", _progress(source))


@require_POST
@needs("manager")
def publish(_request: Signed, import_id: int) -> HttpResponse:
    """Publish what the dry run showed."""
    return _wished(import_id, ImportState.PUBLISHING)


@require_POST
@needs("manager")
def cancel(_request: Signed, import_id: int) -> HttpResponse:
    """Stop an import that is not published."""
    return _wished(import_id, ImportState.CANCELLING)


@require_POST
@needs("manager")
def resume(_request: Signed, import_id: int) -> HttpResponse:
    """Go on with an import that was interrupted."""
    source = get_object_or_404(Import, pk=import_id)
    if source.state not in MOVING:
        raise Refusal(_("This import was not interrupted."))
    later.go_on(source)
    return redirect("intake:import", source.pk)


def _wished(import_id: int, state: str) -> HttpResponse:
    source = get_object_or_404(Import, pk=import_id)
    later.wish(source, state)
    return redirect("intake:import", source.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("manager")
def undo(request: Signed, import_id: int) -> HttpResponse:
    """Show what an undo would do; a POST does it."""
    source = get_object_or_404(Import, pk=import_id)
    if request.method == "POST":
        return _wished(import_id, ImportState.UNDOING)
    return render(
        request, "intake/undo.html", {"import": source, "preview": preview(source)}
    )


@require_safe
@needs("manager")
def errors(_request: Signed, import_id: int) -> FileResponse:
    """Give the rejected lines with their reasons."""
    return _file(import_id, Folder.of(import_id).errors, "errors")


@require_safe
@needs("manager")
def kept(_request: Signed, import_id: int) -> FileResponse:
    """Give what an undo left, with why."""
    return _file(import_id, Folder.of(import_id).kept, "kept")


def _file(import_id: int, path: Path, name: str) -> FileResponse:
    get_object_or_404(Import, pk=import_id)
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"import-{import_id}-{name}.csv"
    )
