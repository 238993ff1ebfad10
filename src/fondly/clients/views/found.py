"""What every page about a client begins and every form ends with."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.web import render_page
from fondly.clients.models import Client
from fondly.team.access import Signed, ViewFunction
from fondly.team.models import Business

AT_ONCE = 20  # rows of one kind in a panel
PLACES = 5  # digits of where a part of them begins


class Visit(Signed):
    """A request of somebody who has signed in, asked by HTMX or not.

    `business` stands on it once somebody has asked for a client: asked for once a page.
    """

    business: Business | None


def alone(view: ViewFunction) -> ViewFunction:
    """Have a form about a client saved by one person at a time, from reading to writing.

    The view asks for its client with `hold=True`.
    """

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with transaction.atomic() if request.method == "POST" else nullcontext():
            return view(request, *args, **kwargs)

    return cast(ViewFunction, guarded)


def client_for(request: Visit, client_id: int, *, hold: bool = False) -> Client:
    """Return the client if this person may see it, else answer 404."""
    request.business = Business.current()
    seen = Client.objects.seen_by(request.user, business=request.business)
    seen = seen.select_related("owner")
    if hold and request.method == "POST":
        seen = seen.select_for_update(of=("self",), no_key=True)
    return get_object_or_404(seen, pk=client_id)


def home_zone(request: Visit | None = None) -> str:
    """Return the business's time zone; without a question when a client was asked for."""
    business = getattr(request, "business", None) or Business.current()
    return business.time_zone if business else "UTC"


def show_panel(request: Visit, panel: str, client: Client, **context: Any) -> HttpResponse:
    """Render a panel of the client page, or a page of its own without JavaScript."""
    page = f"clients/panels/{panel}.html"
    about = {"client": client, "may_write": request.user.may("member"), **context}
    return render_page(request, page, about, part="panel")


def part_of(request: Visit, rows: Any) -> tuple[list[Any], dict[str, str | None]]:
    """Return the rows of a client that a panel shows at once, and where the others are."""
    asked = request.GET.get("from", "")
    start = int(asked) if asked.isdecimal() and len(asked) <= PLACES else 0
    found = list(rows[start : start + AT_ONCE + 1])
    following = f"{request.path}?from={start + AT_ONCE}" if len(found) > AT_ONCE else None
    page = {"first_url": request.path if start else None, "next_url": following}
    return found[:AT_ONCE], page


def form_page(
    request: Visit,
    form: forms.Form,
    save: Callable[[dict[str, Any]], object],
    *,
    title: str,
    back: str,
    **context: Any,
) -> HttpResponse:
    """Show a form on a page of its own, and save what comes back when it is right.

    A refusal is shown above the form, which keeps all that was typed.
    """
    status = 200
    if request.method == "POST":
        if form.is_valid() and saved(form, save):
            messages.success(request, _("Saved."))
            return redirect(back)
        status = 422
    context |= {"form": form, "title": title, "back": back}
    return render(request, "clients/form.html", context, status=status)


def saved(form: forms.Form, save: Callable[[dict[str, Any]], object]) -> bool:
    """Save what was typed; a refusal becomes an error of the form."""
    try:
        save(form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
