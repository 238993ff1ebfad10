"""Which reasons are asked, and which share of clients each holds out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fondly.base.clock import now as the_time
from fondly.base.errors import Refusal
from fondly.base.models import ReasonSetting
from fondly.base.practice import practices
from fondly.team.access import Signed, needs
from fondly.today import actions

MOST_PER_CENT = 50


@require_http_methods(["GET", "HEAD", "POST"])
@needs("manager")
def reasons(request: Signed) -> HttpResponse:
    """Show and save the switch and the holdout share of every reason."""
    rows = _rows()
    if request.method == "POST":
        wanted = {
            row["slug"]: (f"on:{row['slug']}" in request.POST, _share(request.POST, row))
            for row in rows
        }
        actions.set_reasons(wanted, by=request.user, now=the_time())
        actions.refresh_soon()
        messages.success(request, _("Saved. Today follows within a minute."))
        return redirect("today:reasons")
    return render(request, "today/reasons.html", {"rows": rows})


def _rows() -> list[dict[str, Any]]:
    saved = {row.reason: row for row in ReasonSetting.objects.all()}
    rows = []
    for practice in practices():
        for reason in practice.reasons:
            slug = f"{practice.slug}.{reason.slug}"
            setting = saved.get(slug) or ReasonSetting(reason=slug)
            rows.append(
                {
                    "slug": slug,
                    "practice": practice.title,
                    "reason": reason,
                    "is_on": setting.is_on,
                    "share": round(setting.holdout_share * 100, 1),
                }
            )
    return rows


def _share(sent: Any, row: dict[str, Any]) -> float:
    """Return the share that was typed, as a fraction."""
    text = sent.get(f"share:{row['slug']}", "0").strip().replace(",", ".") or "0"
    try:
        per_cent = float(text)
    except ValueError as error:
        raise Refusal(_("“%(text)s” is not a share.") % {"text": text[:20]}) from error
    if not 0 <= per_cent <= MOST_PER_CENT:
        raise Refusal(_("A holdout is from 0 to 50 per cent."))
    return per_cent / 100
