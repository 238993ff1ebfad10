"""The panels of the client page that clients gives."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from fondly.base.clock import now, today_in
from fondly.clients.actions import clients
from fondly.clients.forms.client import LabelsForm, NotesForm
from fondly.clients.models import Client, FieldDefinition, FieldKind, Label
from fondly.clients.views.found import (
    Visit,
    alone,
    client_for,
    home_zone,
    part_of,
    saved,
    show_panel,
)
from fondly.team.access import needs


@require_safe
@needs("viewer")
def people(request: Visit, client_id: int) -> HttpResponse:
    """Show the contacts, addresses and dates."""
    client = client_for(request, client_id)
    some, page = part_of(request, client.contacts.prefetch_related("points"))
    context = {
        "contacts": some,
        "page": page,
        "addresses": client.addresses.all(),
        "dates": client.dates.select_related("contact").order_by("month", "day", "pk"),
    }
    return show_panel(request, "people", client, **context)


@require_safe
@needs("viewer")
def labels(request: Visit, client_id: int) -> HttpResponse:
    """Show the tags and interests."""
    client = client_for(request, client_id)
    return _labels(request, client)


@require_POST
@needs("member")
@alone
def put_labels(request: Visit, client_id: int) -> HttpResponse:
    """Give the client exactly these tags and interests."""
    client = client_for(request, client_id, hold=True)
    form = LabelsForm(request.POST, initial=_named(client))

    def save(typed: dict[str, str]) -> None:
        names = {kind: text.split(",") for kind, text in typed.items()}
        clients.label(client, **names, by=request.user, now=now())

    if not (form.is_valid() and saved(form, save)):
        return _labels(request, client, form)
    return _after(request, client, _labels)


def _labels(request: Visit, client: Client, form: LabelsForm | None = None) -> HttpResponse:
    form = form or LabelsForm(initial=_named(client))
    found = list(client.labels.all())
    return show_panel(request, "labels", client, labels=found, form=form)


def _named(client: Client) -> dict[str, str]:
    """Return the labels as they are typed."""
    found = list(client.labels.all())
    return {
        "tags": ", ".join(row.name for row in found if row.kind == Label.Kind.TAG),
        "interests": ", ".join(r.name for r in found if r.kind == Label.Kind.INTEREST),
    }


@require_safe
@needs("viewer")
def contracts(request: Visit, client_id: int) -> HttpResponse:
    """Show the contracts with what they cost now."""
    client = client_for(request, client_id)
    today = today_in(home_zone(request))
    some, page = part_of(request, client.contracts.all())
    rows = [
        {"contract": row, "price": row.price_on(today), "runs": row.is_running(today)}
        for row in some
    ]
    return show_panel(request, "contracts", client, contracts=rows, today=today, page=page)


@require_safe
@needs("viewer")
def consent(request: Visit, client_id: int) -> HttpResponse:
    """Show what we may send them, and what not."""
    client = client_for(request, client_id)
    standing = client.consents.standing().select_related("contact")
    rows = sorted(standing, key=lambda entry: (entry.channel, entry.purpose))
    return show_panel(request, "consent", client, entries=rows)


@require_safe
@needs("viewer")
def own_fields(request: Visit, client_id: int) -> HttpResponse:
    """Show the industry, the two judgements and the fields of one's own."""
    client = client_for(request, client_id)
    rows = [
        (definition.label, _shown(client.extra[definition.slug], definition.kind))
        for definition in FieldDefinition.objects.all()
        if definition.slug in client.extra
    ]
    return show_panel(request, "own_fields", client, rows=rows)


@require_safe
@needs("viewer")
def notes(request: Visit, client_id: int) -> HttpResponse:
    """Show the notes; they save themselves when one leaves them."""
    return _notes(request, client_for(request, client_id))


@require_POST
@needs("member")
@alone
def put_notes(request: Visit, client_id: int) -> HttpResponse:
    """Keep the notes as they are now."""
    client = client_for(request, client_id, hold=True)
    form = NotesForm(request.POST, initial={"notes": client.notes})

    def save(typed: dict[str, str]) -> None:
        clients.change(client, notes=typed["notes"], by=request.user, now=now())

    if not (form.is_valid() and saved(form, save)):
        return _notes(request, client, form)
    return _after(request, client, _notes)


def _notes(request: Visit, client: Client, form: NotesForm | None = None) -> HttpResponse:
    form = form or NotesForm(initial={"notes": client.notes})
    return show_panel(request, "notes", client, form=form)


def _after(
    request: Visit, client: Client, show: Callable[[Visit, Client], HttpResponse]
) -> HttpResponse:
    """Show the panel anew to HTMX; go back to the client's page otherwise."""
    if not request.htmx:
        return redirect("clients:client", client.pk)
    words = {"words": _("Saved."), "tone": "good"}
    return trigger_client_event(show(request, client), "fondly:say", words)


def _shown(value: object, kind: str) -> object:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if kind == FieldKind.DATE:
        with suppress(ValueError):  # a field may have been another kind before
            return date_format(date.fromisoformat(str(value)), "j M Y")
    return value
