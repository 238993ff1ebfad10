"""The two ways in for somebody new: the first run, and an invitation."""

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from fondly.base.clock import now
from fondly.team import rules
from fondly.team.actions import business, invitations
from fondly.team.forms import AcceptForm, NewBusinessForm, OwnerForm, words_on
from fondly.team.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
INVITED = "invitation"  # where a session keeps the secret of a link just opened
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask the first owner about themselves and the business; only while nobody exists."""
    if User.objects.exists():
        raise Http404
    code = request.POST.get("code") or request.GET.get("code", "")
    if not (is_local(request) or rules.is_setup_code(code, settings.SECRET_KEY)):
        wrong = {"was_wrong": bool(code)}
        return render(request, "entrance/setup_code.html", wrong, status=403)
    owner = OwnerForm(request.POST or None)
    firm = NewBusinessForm(request.POST or None, prefix="business", initial=_guess(request))
    if request.method == "POST" and owner.is_valid() and firm.is_valid():
        with words_on(owner):
            person = business.found(
                **owner.cleaned_data, business=firm.cleaned_data, now=now()
            )
            login(request, person, BACKEND)
            messages.success(request, _("Welcome. Now bring your clients and orders."))
            return redirect(_imports())
    context = {"owner": owner, "firm": firm, "code": code}
    status = 422 if owner.errors or firm.errors else 200
    return render(request, "entrance/welcome.html", context, status=status)


def _guess(request: HttpRequest) -> dict[str, Any]:
    languages = request.headers.get("Accept-Language", "")
    return {
        "currency": rules.guess_currency(languages),
        "time_zone": "UTC",  # the browser says better, by script
        "workdays": business.WORKDAYS,
    }


def _imports() -> str:
    try:
        return reverse("intake:imports")
    except NoReverseMatch:  # an installation without intake
        return "/"


def is_local(request: HttpRequest) -> bool:
    """Tell whether the request comes from this very machine, and through no proxy."""
    if settings.SECURE_PROXY_SSL_HEADER or any(name in request.META for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@login_not_required
@never_cache
@require_safe
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the secret out of the address, where logs and histories would keep it."""
    if invitations.open_with(secret, now=now()) is None:
        return render(request, "entrance/invitation.html", {}, status=404)
    request.session[INVITED] = secret
    return redirect("team:accept")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Let an invited colleague choose a name and a password, and come in."""
    at, secret = now(), request.session.get(INVITED, "")
    open_one = invitations.open_with(secret, now=at)
    if open_one is None:
        return render(request, "entrance/invitation.html", {}, status=404)
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with words_on(form):
            person = invitations.accept(secret, **form.cleaned_data, now=at)
            del request.session[INVITED]
            login(request, person, BACKEND)
            messages.success(request, _("Welcome to the team."))
            return redirect("home")
    context = {"invitation": open_one, "form": form}
    status = 422 if form.errors else 200
    return render(request, "entrance/invitation.html", context, status=status)
