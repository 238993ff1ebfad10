"""Settings: the tags and interests there are, renamed, merged and removed."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fondly.base.clock import now
from fondly.clients.actions import labels as acts
from fondly.clients.forms.own import LabelForm, MergeForm
from fondly.clients.models import Label
from fondly.clients.models.label import COUNTED
from fondly.clients.views.found import Visit, saved
from fondly.team.access import needs

PAGE = 50


@require_safe
@needs("manager")
def labels(request: Visit) -> HttpResponse:
    """List the tags or the interests, with how many clients have each."""
    kind = request.GET.get("kind", Label.Kind.TAG.value)
    if kind not in Label.Kind.values:
        raise Http404
    after = request.GET.get("after", "")[:60].replace("\x00", "")
    rows = Label.objects.with_clients().page(kind, after=after, size=PAGE)
    page = {
        "first_url": _address(kind) if after else None,
        "next_url": _address(kind, rows[PAGE - 1].folded) if len(rows) > PAGE else None,
    }
    context = {
        "labels": rows[:PAGE],
        "page": page,
        "kind": kind,
        "kinds": [
            (Label.Kind.TAG, _("Tags"), _address(Label.Kind.TAG)),
            (Label.Kind.INTEREST, _("Interests"), _address(Label.Kind.INTEREST)),
        ],
        "counted": COUNTED,
    }
    return render(request, "clients/labels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("manager")
def label(request: Visit, label_id: int) -> HttpResponse:
    """Rename a label; the way to merging and removing it."""
    found = get_object_or_404(Label.objects.with_clients(), pk=label_id)
    form = LabelForm(request.POST or None, initial={"name": found.name})

    def save(typed: dict[str, Any]) -> None:
        fresh = Label.objects.get(pk=label_id)
        acts.rename(fresh, typed["name"], by=request.user, now=now())

    if request.method == "POST" and form.is_valid() and saved(form, save):
        messages.success(request, _("Renamed, for everybody who has it."))
        return redirect(_address(found.kind))
    return _page(request, found, form=form)


@require_POST
@needs("manager")
def merge(request: Visit, label_id: int) -> HttpResponse:
    """Give everybody who has a label another one instead."""
    found = get_object_or_404(Label.objects.with_clients(), pk=label_id)
    form = MergeForm(request.POST, label=found)
    if not form.is_valid():
        return _page(request, found, merging=form)
    return _remove(request, found, into=form.into)


@require_POST
@needs("manager")
def remove(request: Visit, label_id: int) -> HttpResponse:
    """Take a label off everybody and away."""
    return _remove(request, get_object_or_404(Label, pk=label_id))


def _remove(request: Visit, found: Label, into: Label | None = None) -> HttpResponse:
    """Do it now where few clients have it, and in the background otherwise."""
    back = redirect(_address(found.kind))
    if not acts.is_small(found):
        acts.remove_later(found, into=into, by=request.user)
        messages.info(
            request,
            _("Very many clients have “%(name)s”; it goes little by little.")
            % {"name": found},
        )
        return back
    count = acts.remove(found, into=into, by=request.user, now=now())
    about = {"name": found.name, "into": into, "n": count}
    one, many = (
        "“%(name)s” is gone from %(n)d client.",
        "“%(name)s” is gone from %(n)d clients.",
    )
    words = ngettext(one, many, count)
    if into:
        words = _("“%(name)s” is “%(into)s” now.")
    messages.success(request, words % about)
    return back


def _page(
    request: Visit, found: Label, *, form: Any = None, merging: Any = None
) -> HttpResponse:
    context = {
        "label": found,
        "form": form or LabelForm(initial={"name": found.name}),
        "merging": merging or MergeForm(label=found),
        "back": _address(found.kind),
        "counted": COUNTED,
    }
    is_wrong = bool((form and form.errors) or (merging and merging.errors))
    return render(request, "clients/label.html", context, status=422 if is_wrong else 200)


def _address(kind: str, after: str = "") -> str:
    asked = {"kind": str(kind)} | ({"after": after} if after else {})
    return f"{reverse('clients:settings_labels')}?{urlencode(asked)}"
