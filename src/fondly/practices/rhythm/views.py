"""A client's plan, their own cadence, and the quarter's ten best."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fondly.base.clock import now, today_in
from fondly.base.web import render_page
from fondly.clients.actions import clients
from fondly.clients.models import Client
from fondly.clients.views.found import Visit, client_for, form_page, home_zone
from fondly.insight.models import Signal
from fondly.practices.rhythm import actions, rules
from fondly.practices.rhythm.forms import CadenceForm, ReminderForm, SpecialForm
from fondly.practices.rhythm.models import PlanReminder, TopTen
from fondly.team.access import needs

either = require_http_methods(["GET", "HEAD", "POST"])
PAST_QUARTERS = 4


@require_safe
@needs("viewer")
def plan(request: Visit, client_id: int) -> HttpResponse:
    """Show a client's reminders and cadence."""
    client = client_for(request, client_id)
    signals = Signal.objects.current().filter(client=client).first()
    context = {
        "client": client,
        "reminders": client.reminders.filter(is_active=True),
        "signals": signals,
        "today": _today(),
        "may_write": request.user.may("member"),
    }
    return render_page(request, "rhythm/plan.html", context, part="panel")


@either
@needs("member")
def add(request: Visit, client_id: int) -> HttpResponse:
    """Add a reminder to the plan; the next step after a call leads here."""
    client = client_for(request, client_id)
    start = {
        "what": _said(client, request.GET.get("after", "")),
        "next_due": _today() + timedelta(days=7),
    }

    def save(typed: dict[str, Any]) -> None:
        actions.plan(client, now=now(), **typed)

    form = ReminderForm(request.POST or None, initial=start)
    title = _("A reminder for %(name)s") % {"name": client}
    return form_page(request, form, save, title=title, back=_page(client))


def _said(client: Client, touch: str) -> str:
    """Return what the touch was about after which one came here."""
    # By its number: what was said has no business in an address, nor in a log.
    is_id = touch.isdecimal() and len(touch) < 19
    row = client.touches.filter(pk=int(touch)).first() if is_id else None
    return row.what[:200] if row else ""


@either
@needs("member")
def reminder(request: Visit, client_id: int, reminder_id: int) -> HttpResponse:
    """Change a reminder."""
    client = client_for(request, client_id)
    row = get_object_or_404(PlanReminder, pk=reminder_id, client=client)

    def save(typed: dict[str, Any]) -> None:
        actions.plan(client, reminder=row, now=now(), **typed)

    start = {"what": row.what, "next_due": row.next_due, "every_days": row.every_days}
    form = ReminderForm(request.POST or None, initial=start)
    title = _("A reminder for %(name)s") % {"name": client}
    return form_page(request, form, save, title=title, back=_page(client))


@require_POST
@needs("member")
def stop(request: Visit, client_id: int, reminder_id: int) -> HttpResponse:
    """End a reminder."""
    client = client_for(request, client_id)
    row = get_object_or_404(PlanReminder, pk=reminder_id, client=client)
    actions.stop(row, now=now())
    if request.htmx:
        return plan_again(request, client)
    return redirect(_page(client))


def plan_again(request: Visit, client: Client) -> HttpResponse:
    """Return the panel as it is now."""
    context = {
        "client": client,
        "reminders": client.reminders.filter(is_active=True),
        "signals": Signal.objects.current().filter(client=client).first(),
        "today": _today(),
        "may_write": True,
    }
    return render(request, "rhythm/plan.html#panel", context)


@either
@needs("member")
def cadence(request: Visit, client_id: int) -> HttpResponse:
    """Set how often this client should hear from us."""
    client = client_for(request, client_id)

    def save(typed: dict[str, Any]) -> None:
        clients.change(client, by=request.user, now=now(), **typed)

    start = {"ideal_days": client.ideal_days, "maximum_days": client.maximum_days}
    form = CadenceForm(request.POST or None, initial=start)
    title = _("How often %(name)s should hear from us") % {"name": client}
    return form_page(request, form, save, title=title, back=_page(client))


@require_safe
@needs("viewer")
def top_ten(request: Visit) -> HttpResponse:
    """Show the quarter's ten best clients and what special is done for each."""
    quarter = rules.quarter_of(_today())
    seen = Client.objects.seen_by(request.user)
    places = TopTen.objects.filter(client__in=seen).select_related("client")
    context = {
        "quarter": quarter,
        "places": list(places.filter(quarter=quarter)),
        "may_write": request.user.may("member"),
        "before": places.exclude(quarter=quarter).order_by("-quarter", "place")[:40],
    }
    return render(request, "rhythm/top_ten.html", context)


@require_POST
@needs("member")
def special(request: Visit, place_id: int) -> HttpResponse:
    """Say what special thing is done for one of the ten."""
    seen = Client.objects.seen_by(request.user)
    place = get_object_or_404(TopTen, pk=place_id, client__in=seen)
    form = SpecialForm(request.POST)
    if form.is_valid():
        actions.choose_special(place, special=form.cleaned_data["special"], now=now())
        messages.success(request, _("Noted for %(name)s.") % {"name": place.client})
    return redirect("rhythm:top-ten")


@require_POST
@needs("member")
def replace(request: Visit, place_id: int) -> HttpResponse:
    """Give a place among the ten to the next best client."""
    seen = Client.objects.seen_by(request.user)
    place = get_object_or_404(TopTen, pk=place_id, client__in=seen)
    before = place.client
    actions.replace(place, now=now())
    messages.success(
        request, _("The next best client has the place of %(name)s.") % {"name": before}
    )
    return redirect("rhythm:top-ten")


def _today() -> date:
    return today_in(home_zone())


def _page(client: Client) -> str:
    return reverse("clients:client", args=[client.pk])
