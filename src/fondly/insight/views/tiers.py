"""Settings of the tiers, with a preview, and why a client is in its tier."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from fondly.base import clock
from fondly.base.errors import Refusal
from fondly.base.web import render_page
from fondly.insight import actions
from fondly.insight.models import ScoreRun, Signal, TierScheme
from fondly.insight.views.panels import seen_signals
from fondly.insight.views.tier_forms import SchemeForm, TierForms, filled, read, sources
from fondly.team.access import Signed, needs

PAGE = "insight/tiers/page.html"
AT_ONCE = 2_000  # more clients than these get their tiers in the background


@require_http_methods(["GET", "HEAD", "POST"])
@needs("manager")
def tiers(request: Signed) -> HttpResponse:
    """Show the scheme; with `preview` also what the one typed would do. Writes nothing."""
    # A POST from the page: its token must not stand in an address.
    asked = request.POST or request.GET
    if "preview" not in asked:
        first, lines = filled(actions.scheme_in_force())
        form, formset = SchemeForm(initial=first), TierForms(initial=lines, prefix="tier")
        return _page(request, form, formset)
    form, formset = SchemeForm(asked), TierForms(asked, prefix="tier")
    if not (form.is_valid() and formset.is_valid()):
        return _page(request, form, formset)
    try:
        found = actions.preview(read(form, formset), user=request.user)
    except Refusal as refusal:
        return _page(request, form, formset, refusal=str(refusal))
    return _page(request, form, formset, preview=found)


@require_POST
@needs("manager")
def apply_tiers(request: Signed) -> HttpResponse:
    """Make the scheme typed the one in force and give everybody their tier."""
    form, formset = SchemeForm(request.POST), TierForms(request.POST, prefix="tier")
    if not (form.is_valid() and formset.is_valid()):
        return _page(request, form, formset, status=422)
    now = clock.now()
    try:
        actions.adopt(read(form, formset), by=request.user, now=now)
    except Refusal as refusal:
        return _page(request, form, formset, refusal=str(refusal), status=422)
    run = ScoreRun.current()
    if run and run.clients > AT_ONCE:
        messages.success(request, _("Saved. Clients get their tiers within minutes."))
    else:
        moved = actions.give_tiers(now=now)
        messages.success(request, _("Saved. Clients that moved: %(n)d.") % {"n": moved})
    return redirect("insight:tiers")


@require_safe
def tier_why(request: Signed, client_id: int) -> HttpResponse:
    """Say how the client's points came about, part by part."""
    seen = seen_signals(request, client_id)
    context = _parts(seen.signal) | {"client": seen.client}
    return render_page(request, "insight/panels/tier.html", context, part="panel")


def _parts(signal: Signal | None) -> dict[str, Any]:
    scheme = TierScheme.current()
    if signal is None or signal.tier_points is None or scheme is None:
        return {"parts": []}
    rules = scheme.rules()
    total = sum(weight for _, weight in rules.criteria) or 1
    most = {source: 100 * weight / total for source, weight in rules.criteria}
    names = sources()
    return {
        "signal": signal,
        "parts": [
            {"name": names.get(source, source), "points": points, "most": most.get(source)}
            for source, points in signal.tier_parts.items()
        ],
    }


def _page(
    request: HttpRequest, form: SchemeForm, formset: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "formset": formset, "run": ScoreRun.current(), **more}
    return render(request, PAGE, context, status=status)
