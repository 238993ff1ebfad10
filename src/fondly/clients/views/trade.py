"""Forms about orders, contracts and consent, and the page of one order."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fondly.base.clock import now
from fondly.base.money import to_major
from fondly.clients.actions import consent, contracts, orders
from fondly.clients.forms.trade import PRICES, ConsentForm, ContractForm, OrderForm
from fondly.clients.models import Client, Contract
from fondly.clients.views.found import Visit, alone, client_for, form_page
from fondly.team.access import needs
from fondly.team.models import Business


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
def add_order(request: Visit, client_id: int) -> HttpResponse:
    """Record an order or a refund by hand."""
    client = client_for(request, client_id)
    zone, currency = _home()
    start = {"currency": currency, "placed_at": _clock(zone)}
    with timezone.override(zone):
        form = OrderForm(request.POST or None, client=client, initial=start)

        def save(_typed: dict[str, Any]) -> None:
            orders.record(client, **form.values, by=request.user, now=now())

        return _form(request, client, form, save, title=_("Record an order"))


@require_safe
@needs("viewer")
def order(request: Visit, client_id: int, order_id: int) -> HttpResponse:
    """Show an order, its lines, and what was refunded."""
    client = client_for(request, client_id)
    found = get_object_or_404(
        client.orders.select_related("refund_of").prefetch_related("refunds"), pk=order_id
    )
    lines = list(found.lines.all()[:500])
    zone, _currency = _home()
    context = {"client": client, "order": found, "lines": lines, "zone": zone}
    return render(request, "clients/order.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
def add_contract(request: Visit, client_id: int) -> HttpResponse:
    """Agree on a contract."""
    client = client_for(request, client_id)
    _zone, currency = _home()
    form = ContractForm(request.POST or None, initial={"currency": currency})

    def save(_typed: dict[str, Any]) -> None:
        contracts.add(client, **form.values, by=request.user, now=now())

    return _form(request, client, form, save, title=_("Add a contract"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
@alone
def contract(request: Visit, client_id: int, contract_id: int) -> HttpResponse:
    """Change or end a contract."""
    client = client_for(request, client_id, hold=True)
    found = get_object_or_404(client.contracts, pk=contract_id)
    form = ContractForm(request.POST or None, initial=_contract_initial(found))

    def save(_typed: dict[str, Any]) -> None:
        contracts.change(found, **form.values, by=request.user, now=now())

    return _form(request, client, form, save, title=found.name)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
def add_consent(request: Visit, client_id: int) -> HttpResponse:
    """Record what they allow or forbid."""
    client = client_for(request, client_id)
    zone, _currency = _home()
    with timezone.override(zone):
        form = ConsentForm(
            request.POST or None, client=client, initial={"at": _clock(zone)}
        )

        def save(typed: dict[str, Any]) -> None:
            write = consent.grant if typed.pop("is_granted") else consent.withdraw
            write(client, **typed, by=request.user, now=now())

        return _form(request, client, form, save, title=_("Record consent"))


def _contract_initial(found: Contract) -> dict[str, Any]:
    row = {key: getattr(found, key) for key in ContractForm.base_fields}
    priced = {key: row[key] for key in PRICES if row[key] is not None}
    return row | {key: to_major(minor, found.currency) for key, minor in priced.items()}


def _home() -> tuple[str, str]:
    """Return the business's time zone and currency."""
    business = Business.current()
    return (business.time_zone, business.currency) if business else ("UTC", "EUR")


def _clock(zone: str) -> datetime:
    """Return what the business's clocks show, to the minute."""
    return now().astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)


def _form(
    request: Visit, client: Client, form: Any, save: Any, **about: Any
) -> HttpResponse:
    back = reverse("clients:client", args=[client.pk])
    return form_page(request, form, save, client=client, back=back, **about)
