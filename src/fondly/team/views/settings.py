"""The settings: their index, the business, oneself, and the audit log."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fondly.base.clock import now
from fondly.team.access import Signed, needs
from fondly.team.actions import business as acts
from fondly.team.actions import people
from fondly.team.forms import BusinessForm, ProfileForm, words_on
from fondly.team.models import AuditEntry, Business, User

A_PAGE = 50


@require_safe
@needs("viewer")
def index(request: Signed) -> HttpResponse:
    """Show which settings there are for this person."""
    return render(request, "team/settings.html")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("owner")
def business(request: Signed) -> HttpResponse:
    """Change the business."""
    row = acts.stand_in(now=now()) if request.method == "POST" else Business.current()
    form = BusinessForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        fresh = Business.objects.get(pk=1)
        acts.change(fresh, by=request.user, now=now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("team:business")
    status = 422 if form.errors else 200
    return render(request, "team/business.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("viewer")
def profile(request: Signed) -> HttpResponse:
    """Change one's own name and capacity; the way to password and second factor."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        with words_on(form):
            fresh = User.objects.get(pk=request.user.pk)
            people.change(fresh, by=fresh, now=now(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("team:profile")
    status = 422 if form.errors else 200
    return render(request, "team/profile.html", {"form": form}, status=status)


@require_POST
@needs("viewer")
def end_own_sessions(request: Signed) -> HttpResponse:
    """End one's own sessions on all devices, this one too."""
    people.end_sessions(request.user, by=request.user, now=now())
    return redirect("home")  # which asks to sign in


@require_safe
@needs("owner")
def audit(request: Signed) -> HttpResponse:
    """Show what was done, the newest first."""
    entries = AuditEntry.objects.select_related("user")
    after = _key(request)
    if after:
        entries = entries.older_than(*after)
    rows = list(entries[: A_PAGE + 1])
    page = {
        "first_url": reverse("team:audit") if after else None,
        "next_url": _next_url(rows) if len(rows) > A_PAGE else None,
    }
    return render(request, "team/audit.html", {"entries": rows[:A_PAGE], "page": page})


def _key(request: HttpRequest) -> tuple[datetime, int] | None:
    """Return the key after which the page begins; nonsense means from the start."""
    micros, _dash, pk = request.GET.get("after", "").partition("-")
    if not (micros.isdecimal() and pk.isdecimal() and len(micros + pk) <= 32):
        return None
    seconds, rest = divmod(int(micros), 1_000_000)
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


def _next_url(rows: list[Any]) -> str:
    last = rows[A_PAGE - 1]
    micros = int(last.at.timestamp()) * 1_000_000 + last.at.microsecond
    return f"{reverse('team:audit')}?{urlencode({'after': f'{micros}-{last.pk}'})}"
