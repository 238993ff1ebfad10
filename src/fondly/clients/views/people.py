"""Forms about a client's people, addresses and dates."""

from collections.abc import Callable
from typing import Any, TypeAlias

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fondly.base.clock import now
from fondly.clients.actions import contacts, places
from fondly.clients.forms.people import AddressForm, ContactForm, DateForm, initial_of
from fondly.clients.models import Client, ContactPoint
from fondly.clients.views.found import Visit, alone, client_for, form_page
from fondly.team.access import needs

Save: TypeAlias = Callable[[dict[str, Any]], None]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
def add_contact(request: Visit, client_id: int) -> HttpResponse:
    """Add a person."""
    client = client_for(request, client_id)
    form = ContactForm(request.POST or None)

    def save(_typed: dict[str, Any]) -> None:
        contacts.add(client, **form.person, **form.points, by=request.user, now=now())

    return _form(request, client, form, save, title=_("Add a person"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
@alone
def contact(request: Visit, client_id: int, contact_id: int) -> HttpResponse:
    """Change a person and how they are reached."""
    client = client_for(request, client_id, hold=True)
    found = get_object_or_404(client.contacts.prefetch_related("points"), pk=contact_id)
    form = ContactForm(request.POST or None, initial=initial_of(found))

    def save(_typed: dict[str, Any]) -> None:
        contacts.rewrite(
            found, person=form.person, **form.points, by=request.user, now=now()
        )

    remove = reverse("clients:remove_contact", args=[client_id, contact_id])
    about = {"title": found.name, "remove_url": remove, "points": found.points.all()}
    about["removing"] = _(
        "Their addresses, numbers and dates go with them. This cannot be taken back."
    )
    return _form(request, client, form, save, **about)


@require_POST
@needs("member")
def remove_contact(request: Visit, client_id: int, contact_id: int) -> HttpResponse:
    """Take a person away."""
    client = client_for(request, client_id)
    found = get_object_or_404(client.contacts, pk=contact_id)
    contacts.remove(found, by=request.user, now=now())
    return redirect("clients:client", client_id)


@require_POST
@needs("member")
def point_dead(request: Visit, client_id: int, point_id: int) -> HttpResponse:
    """Say that an address or a number reaches nobody, or does so again."""
    client = client_for(request, client_id)
    found = get_object_or_404(ContactPoint, contact__client=client, pk=point_id)
    contacts.mark_dead(found, is_dead=not found.is_dead, by=request.user, now=now())
    return redirect("clients:client", client_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
def add_address(request: Visit, client_id: int) -> HttpResponse:
    """Add a postal address."""
    client = client_for(request, client_id)
    form = AddressForm(request.POST or None)
    save = _as_typed(request, places.add_address, client)
    return _form(request, client, form, save, title=_("Add an address"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
@alone
def address(request: Visit, client_id: int, address_id: int) -> HttpResponse:
    """Change a postal address."""
    client = client_for(request, client_id, hold=True)
    found = get_object_or_404(client.addresses, pk=address_id)
    start = {key: getattr(found, key) for key in places.ADDRESS_FIELDS}
    form = AddressForm(request.POST or None, initial=start)
    save = _as_typed(request, places.change_address, found)
    remove = reverse("clients:remove_address", args=[client_id, address_id])
    title = _("Change the address")
    return _form(request, client, form, save, title=title, remove_url=remove)


@require_POST
@needs("member")
def remove_address(request: Visit, client_id: int, address_id: int) -> HttpResponse:
    """Forget a postal address."""
    client = client_for(request, client_id)
    found = get_object_or_404(client.addresses, pk=address_id)
    places.remove_address(found, by=request.user, now=now())
    return redirect("clients:client", client_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
def add_date(request: Visit, client_id: int) -> HttpResponse:
    """Add a date that matters."""
    client = client_for(request, client_id)
    form = DateForm(request.POST or None, client=client)
    save = _as_typed(request, places.add_date, client)
    return _form(request, client, form, save, title=_("Add a date"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
@alone
def date(request: Visit, client_id: int, date_id: int) -> HttpResponse:
    """Change a date that matters."""
    client = client_for(request, client_id, hold=True)
    found = get_object_or_404(client.dates, pk=date_id)
    start = {key: getattr(found, key) for key in DateForm.base_fields if key != "contact"}
    start |= {"contact": found.contact_id}
    form = DateForm(request.POST or None, client=client, initial=start)
    save = _as_typed(request, places.change_date, found)
    remove = reverse("clients:remove_date", args=[client_id, date_id])
    title = _("Change the date")
    return _form(request, client, form, save, title=title, remove_url=remove)


@require_POST
@needs("member")
def remove_date(request: Visit, client_id: int, date_id: int) -> HttpResponse:
    """Forget a date."""
    client = client_for(request, client_id)
    found = get_object_or_404(client.dates, pk=date_id)
    places.remove_date(found, by=request.user, now=now())
    return redirect("clients:client", client_id)


def _as_typed(request: Visit, write: Callable[..., object], row: Model) -> Save:
    """Return what writes the form's values, as they are, to the row that they are about."""

    def save(typed: dict[str, Any]) -> None:
        write(row, **typed, by=request.user, now=now())

    return save


def _form(
    request: Visit, client: Client, form: Any, save: Save, **about: Any
) -> HttpResponse:
    back = reverse("clients:client", args=[client.pk])
    return form_page(request, form, save, client=client, back=back, **about)
