"""The client page, and the forms about the client as such."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fondly.base.clock import now, today_in
from fondly.base.registry import Panel, panels
from fondly.clients.actions import clients
from fondly.clients.forms.client import ClientForm, CloseForm, StageForm, initial_of
from fondly.clients.models import Client, Contact
from fondly.clients.views.found import Visit, alone, client_for, form_page, home_zone
from fondly.team.access import needs


@require_safe
@needs("viewer")
def client(request: Visit, client_id: int) -> HttpResponse:
    """Show who it is and let every panel fetch itself."""
    found = client_for(request, client_id)
    contacts = list(found.contacts.prefetch_related("points"))
    context = {
        "client": found,
        "local_time": _local_time(found, contacts, now()),
        "call": _first(contacts, "phone"),
        "write": _first(contacts, "email"),
        "main_panels": _panels("main"),
        "side_panels": _panels("side"),
        "may_write": request.user.may("member"),
    }
    return render(request, "clients/client.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
def new(request: Visit) -> HttpResponse:
    """Make a client."""
    start = {"owner": request.user.pk, "name": request.GET.get("name", "")[:200]}
    form = ClientForm(request.POST or None, visitor=request.user, initial=start)
    made: list[Client] = []

    def save(_typed: dict[str, Any]) -> None:
        made.append(clients.create(**form.values, by=request.user, now=now()))

    back = "/"
    answer = form_page(request, form, save, title=_("New client"), back=back)
    return redirect("clients:client", made[0].pk) if made else answer


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
@alone
def edit(request: Visit, client_id: int) -> HttpResponse:
    """Change what is known of a client."""
    found = client_for(request, client_id, hold=True)
    form = ClientForm(request.POST or None, visitor=request.user, initial=initial_of(found))

    def save(_typed: dict[str, Any]) -> None:
        clients.change(found, **form.values, by=request.user, now=now())

    return _form(request, found, form, save, title=_("Change the client"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
@alone
def close(request: Visit, client_id: int) -> HttpResponse:
    """Part with a client, saying why."""
    found = client_for(request, client_id, hold=True)
    form = CloseForm(request.POST or None, initial={"on": today_in(home_zone(request))})

    def save(typed: dict[str, Any]) -> None:
        clients.close(found, **typed, by=request.user, now=now())

    title = _("Part with this client")
    return _form(request, found, form, save, title=title, button=_("Close"))


@require_POST
@needs("member")
@alone
def reopen(request: Visit, client_id: int) -> HttpResponse:
    """Take a closed client up again."""
    found = client_for(request, client_id, hold=True)
    clients.reopen(found, by=request.user, now=now())
    messages.success(request, _("Welcome back."))
    return redirect("clients:client", client_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
@alone
def stage(request: Visit, client_id: int) -> HttpResponse:
    """Set the stage by hand for a while."""
    found = client_for(request, client_id, hold=True)
    start = {"stage": found.stage_by_hand, "until": found.stage_by_hand_until}
    form = StageForm(request.POST or None, initial=start)

    def save(typed: dict[str, Any]) -> None:
        until = typed["until"]
        clients.set_stage(found, typed["stage"], until=until, by=request.user, now=now())

    return _form(request, found, form, save, title=_("Set the stage by hand"))


def _form(
    request: Visit, found: Client, form: Any, save: Any, **about: Any
) -> HttpResponse:
    back = reverse("clients:client", args=[found.pk])
    return form_page(request, form, save, client=found, back=back, **about)


def _panels(place: str) -> list[Panel]:
    found: list[Panel] = [panel for panel in panels if panel.place == place]
    return sorted(found, key=lambda panel: panel.order)


def _first(contacts: list[Contact], kind: str) -> dict[str, str] | None:
    """Return whom to call or write to first, and where."""
    for contact in contacts:
        for point in contact.points.all():
            if point.kind == kind and point.value and not point.is_dead:
                address = point.normalised if kind == "phone" else point.value
                return {"name": contact.name.split()[0], "address": address}
    return None


def _local_time(found: Client, contacts: list[Contact], at: datetime) -> datetime | None:
    """Return what their clocks show, where they have a time zone of their own."""
    zones = [found.time_zone, *(contact.time_zone for contact in contacts[:1])]
    zone = next(filter(None, zones), "")
    return at.astimezone(ZoneInfo(zone)) if zone else None
