"""Settings: fields of one's own, exchange rates, and names in bulk."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from fondly.base.clock import now, today_in
from fondly.clients.actions import clients, rates
from fondly.clients.actions import fields as own
from fondly.clients.forms.own import FieldForm, NamesForm, RateForm
from fondly.clients.models import Client, FieldDefinition, Rate
from fondly.clients.rules import names_typed
from fondly.clients.views.found import Visit, form_page, home_zone, saved
from fondly.team.access import needs

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@needs("manager")
def fields(request: Visit) -> HttpResponse:
    """Show the fields of one's own, and define another."""
    form = FieldForm(request.POST or None)

    def save(typed: dict[str, Any]) -> None:
        typed["choices"] = typed["choices"].splitlines()
        own.define(**typed, by=request.user, now=now())

    if request.method == "POST" and form.is_valid() and saved(form, save):
        messages.success(request, _("Every client has the field now."))
        return redirect("clients:fields")
    context = {"fields": FieldDefinition.objects.all(), "form": form}
    return render(request, "clients/fields.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("manager")
def field(request: Visit, field_id: int) -> HttpResponse:
    """Rename a field, or change its choices."""
    found = get_object_or_404(FieldDefinition, pk=field_id)
    start = {"label": found.label, "kind": found.kind, "choices": "\n".join(found.choices)}
    form = FieldForm(request.POST or None, initial=start)
    form.fields["kind"].disabled = True

    def save(typed: dict[str, Any]) -> None:
        choices = typed["choices"].splitlines()
        own.change(found, label=typed["label"], choices=choices, by=request.user, now=now())

    about = {"title": found.label, "back": reverse("clients:fields")}
    about["removing"] = _(
        "What clients have in it stays out of sight until a field of this name is defined."
    )
    remove = reverse("clients:remove_field", args=[field_id])
    return form_page(request, form, save, remove_url=remove, **about)


@require_POST
@needs("manager")
def remove_field(request: Visit, field_id: int) -> HttpResponse:
    """Take a field away."""
    found = get_object_or_404(FieldDefinition, pk=field_id)
    own.remove(found, by=request.user, now=now())
    return redirect("clients:fields")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("manager")
def exchange_rates(request: Visit) -> HttpResponse:
    """Show the rates, and say one from a day on."""
    form = RateForm(request.POST or None, initial={"from_day": today_in(home_zone())})

    def save(typed: dict[str, Any]) -> None:
        rates.put(**typed, by=request.user, now=now())

    if request.method == "POST" and form.is_valid() and saved(form, save):
        messages.success(request, _("Saved. Numbers follow with the next scoring."))
        return redirect("clients:rates")
    context = {"rates": Rate.objects.all()[:500], "form": form}
    return render(request, "clients/rates.html", context, status=_status(form))


@require_POST
@needs("manager")
def remove_rate(request: Visit, rate_id: int) -> HttpResponse:
    """Forget a rate."""
    rates.remove(get_object_or_404(Rate, pk=rate_id), by=request.user, now=now())
    return redirect("clients:rates")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
def names(request: Visit) -> HttpResponse:
    """Show clients known by number only, and name them in bulk."""
    nameless = Client.objects.seen_by(request.user).without_name().order_by("sort_name")
    numbers = list(nameless.values_list("number", flat=True)[: SHOWN + 1])
    start = {"lines": "\n".join(f"{number}, " for number in numbers[:SHOWN])}
    form = NamesForm(request.POST or None, initial=start)

    def save(typed: dict[str, Any]) -> None:
        pairs = names_typed(typed["lines"])
        count, unknown = clients.name_in_bulk(pairs, by=request.user, now=now())
        _say_named(request, count, unknown)

    if request.method == "POST" and form.is_valid() and saved(form, save):
        return redirect("clients:names")
    context = {"form": form, "count": len(numbers), "most": SHOWN}
    return render(request, "clients/names.html", context, status=_status(form))


def _say_named(request: Visit, count: int, unknown: list[str]) -> None:
    words = ngettext(
        "%(n)d client has a name now.", "%(n)d clients have a name now.", count
    )
    messages.success(request, words % {"n": count})
    if unknown:
        words = _("Nobody has these numbers: %(numbers)s")
        messages.warning(request, words % {"numbers": ", ".join(unknown[:20])})


def _status(form: Any) -> int:
    return 422 if form.errors else 200
