"""The ten-second log and the timeline of a client."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from itertools import islice
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from fondly.base.clock import now
from fondly.base.registry import TimelineEntry, next_steps, timeline
from fondly.base.web import render_page
from fondly.clients.models import Client
from fondly.clients.views.found import Visit, client_for, home_zone, saved
from fondly.team.access import needs
from fondly.touches import actions
from fondly.touches.forms import LogForm
from fondly.touches.models import Touch
from fondly.touches.rules import key_from_words, key_in_words

PAGE = 30


@require_safe
@needs("viewer")
def log(request: Visit, client_id: int) -> HttpResponse:
    """Show the ten-second log; nothing to those who only view."""
    client = client_for(request, client_id)
    return _log(request, client, _empty(client))


@require_POST
@needs("member")
def record(request: Visit, client_id: int) -> HttpResponse:
    """Log a touch; HTMX gets an empty log back, and a timeline that knows."""
    client = client_for(request, client_id)
    logged: list[Touch] = []

    def save(typed: dict[str, Any]) -> None:
        at, key = typed.pop("at") or now(), f"log:{client_id}:{typed.pop('key')}"
        by = request.user
        logged.append(actions.record(client, at=at, key=key, **typed, by=by, now=now()))

    with timezone.override(home_zone(request)):
        form = LogForm(request.POST, client=client)
        if not (form.is_valid() and saved(form, save)):
            return _log(request, client, form, status=422)
    return _after(request, client, _("Logged."), logged[0])


@require_POST
@needs("member")
def withdraw(request: Visit, client_id: int, touch_id: int) -> HttpResponse:
    """Take back a touch."""
    client = client_for(request, client_id)
    touch = get_object_or_404(client.touches, pk=touch_id)
    actions.withdraw(touch, by=request.user, now=now())
    return _after(request, client, _("Taken back."))


@require_safe
@needs("viewer")
def entries(request: Visit, client_id: int) -> HttpResponse:
    """Show what happened, newest first, a page at a time."""
    client = client_for(request, client_id)
    kind = request.GET.get("kind", "")
    if kind and kind not in timeline.slugs():
        raise Http404
    before = key_from_words(request.GET.get("before", ""))
    found = list(islice(newest(client_id, kind, before, PAGE + 1), PAGE + 1))
    shown = found[:PAGE]
    older = _address(client, kind, shown[-1]) if len(found) > PAGE else ""
    context = {
        "client": client,
        "entries": shown,
        "older": older,
        "kind": kind,
        "kinds": [(source.slug, source.title) for source in timeline],
        "is_first": before is None,
        "zone": home_zone(request),
        "may_write": request.user.may("member"),
    }
    part = "panel" if before is None else "rows"
    return render_page(request, "touches/timeline.html", context, part=part)


def newest(
    client_id: int, kind: str, before: tuple[datetime, str, int] | None, limit: int
) -> Iterator[TimelineEntry]:
    """Yield the rows of every source, or of one, merged newest first.

    Each source is asked once, for no more than could be shown.
    """
    sources = [source for source in timeline if kind in ("", source.slug)]
    rows = [source.rows(client_id, before, limit) for source in sources]
    yield from merge(*rows, key=lambda row: (row.at, row.source, row.id), reverse=True)


def _address(client: Client, kind: str, last: TimelineEntry) -> str:
    asked = {"kind": kind, "before": key_in_words(last.at, last.source, last.id)}
    return f"{reverse('touches:timeline', args=[client.pk])}?{urlencode(asked)}"


def _after(
    request: Visit, client: Client, words: str, logged: Touch | None = None
) -> HttpResponse:
    """Give HTMX an empty log and a hint to load the timeline anew; go back otherwise."""
    if not request.htmx:
        messages.success(request, words)
        return redirect("clients:client", client.pk)
    answer = _log(request, client, _empty(client), logged=logged)
    return trigger_client_event(answer, "changed-timeline")


def _empty(client: Client) -> LogForm:
    """Return an empty log with a key of its own: sent twice, it is recorded once."""
    return LogForm(client=client, initial={"key": token_hex(8)})


def _log(
    request: Visit,
    client: Client,
    form: LogForm,
    *,
    logged: Touch | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "client": client,
        "form": form,
        "logged": logged,
        "steps": list(next_steps),
        "may_write": request.user.may("member"),
    }
    part = "#panel" if request.htmx else ""
    return render(request, f"touches/log.html{part}", context, status=status)
