"""Done, snoozed, not needed, taken back."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fondly.base.clock import now as the_time
from fondly.base.errors import Refusal
from fondly.team.access import Signed, needs
from fondly.team.models import Business
from fondly.today import actions
from fondly.today.board import client_url, day_of
from fondly.today.forms import DoneForm, NotNeededForm, SnoozeForm, snooze_days
from fondly.today.models import Action
from fondly.today.views.page import PAGE, page_context

either = require_http_methods(["GET", "HEAD", "POST"])


@either
@needs("member")
def done(request: Signed, action_id: int) -> HttpResponse:
    """Ask for the outcome in one line; write it on the timeline."""
    action = _action(request, action_id)
    if request.method != "POST":
        return _ask(request, "today/done.html", action)
    given = _valid(DoneForm(request.POST))
    actions.done(
        action,
        by=request.user,
        now=the_time(),
        what=given["what"],
        medium=given["medium"],
        direction=given["direction"] or "out",
        purpose=given["purpose"] or "give",
    )
    return _answer(request, action)


@either
@needs("member")
def snooze(request: Signed, action_id: int) -> HttpResponse:
    """Ask until when; put the card to sleep."""
    action = _action(request, action_id)
    now = the_time()
    today = day_of(Business.current(), now)[0]
    if request.method != "POST":
        return _ask(request, "today/snooze.html", action, days=snooze_days(today))
    given = _valid(SnoozeForm(request.POST))
    actions.snooze(
        action,
        until=given["until"],
        reason=given["reason"],
        by=request.user,
        today=today,
        now=now,
    )
    return _answer(request, action)


@require_POST
@needs("member")
def not_needed(request: Signed, action_id: int) -> HttpResponse:
    """Settle the card without a touch."""
    action = _action(request, action_id)
    given = _valid(NotNeededForm(request.POST))
    actions.not_needed(action, by=request.user, now=the_time(), reason=given["reason"])
    return _answer(request, action)


@require_POST
@needs("member")
def undo(request: Signed, action_id: int) -> HttpResponse:
    """Take an outcome back."""
    action = _action(request, action_id)
    now = the_time()
    today = day_of(Business.current(), now)[0]
    actions.undo(action, by=request.user, today=today, now=now)
    return _answer(request, None)


def _action(request: Signed, action_id: int) -> Action:
    seen = Action.objects.seen_by(request.user).select_related("client", "contact")
    return get_object_or_404(seen, pk=action_id)


def _valid(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        first = next(iter(form.errors.values()))[0]
        raise Refusal(_("Please look at this again: %(error)s") % {"error": first})
    return form.cleaned_data


def _ask(request: Signed, page: str, action: Action, **more: Any) -> HttpResponse:
    """Show the form, inside the card for HTMX and on a page of its own otherwise."""
    template = f"{page}#form" if request.htmx else page
    way = {name: request.GET.get(name, "") for name in ("of", "back")}
    return render(request, template, {"action": action, **way, **more})


def _answer(request: Signed, action: Action | None) -> HttpResponse:
    """Show the list as it is now, with a way back."""
    if request.htmx:
        context = page_context(request, just=action and _fresh(action))
        return render(request, f"{PAGE}#list", context)
    if action and request.POST.get("back") == "client":
        return redirect(client_url(action.client_id) or "today:today")
    query = {"just": action.pk} if action else {}
    if request.POST.get("of", "").isdecimal():
        query["of"] = int(request.POST["of"])
    tail = f"?{urlencode(query)}" if query else ""
    return redirect(reverse("today:today") + tail)


def _fresh(action: Action) -> Action:
    return Action.objects.select_related("client").get(pk=action.pk)
