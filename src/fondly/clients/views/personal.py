"""A person's data on request: handed out, or erased."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fondly.base.clock import now
from fondly.clients.actions import personal
from fondly.clients.forms.client import EraseForm
from fondly.clients.views.found import Visit, client_for, saved
from fondly.team.access import needs


@require_POST
@needs("manager")
def export(request: Visit, client_id: int) -> HttpResponse:
    """Hand out all that is held about a client, as JSON."""
    found = personal.export(client_for(request, client_id), by=request.user, now=now())
    answer = JsonResponse(found, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="client-{client_id}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@needs("owner")
def erase(request: Visit, client_id: int) -> HttpResponse:
    """Erase a person for good, once their name has been typed again."""
    client = client_for(request, client_id)
    form = EraseForm(request.POST or None)

    def save(typed: dict[str, Any]) -> None:
        personal.erase(client, name=typed["name"], by=request.user, now=now())

    if request.method == "POST" and form.is_valid() and saved(form, save):
        messages.success(request, _("Erased. Orders and consent stay, without a name."))
        return redirect("clients:client", client_id)
    status = 422 if form.errors else 200
    context = {"client": client, "form": form}
    return render(request, "clients/erase.html", context, status=status)
