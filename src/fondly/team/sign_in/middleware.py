"""Everybody signs in: pages by session, programs by token."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fondly.base.clock import now
from fondly.base.web import problem
from fondly.team.models import Business, User
from fondly.team.sign_in import idle
from fondly.team.tokens import recognise

API = "/api/"
FACTORS = ["totp", "webauthn"]  # recovery codes are for when these are lost
# The pages on which one signs in, sets up a second factor, or leaves.
WHILE_OWING = ("account_", "mfa_", "theme", "end_own_sessions")


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks a stranger to sign in, and answers a stranger's program with 401 in JSON.

    A view marked with Django's `login_not_required` is open to all.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Let the request through (None), or answer it."""
        is_api = request.path.startswith(API)
        if is_api and "Authorization" in request.headers and not recognise(request):
            return not_recognised()
        if not is_api and not request.user.is_authenticated and nobody_lives_here(request):
            return redirect("team:welcome")
        if not is_api:
            end_if_idle(request)
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None:
            return refused(request, answer)
        return redirect("mfa_index") if owes_second_factor(request) else None


def refused(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Send a stranger to sign in: a page by `answer`, a program or a fragment by 401.

    The way to sign in would otherwise be followed and put into the middle of a page.
    """
    if request.path.startswith(API):
        return not_recognised()
    return HttpResponse(status=401) if "HX-Request" in request.headers else answer


def end_if_idle(request: HttpRequest) -> None:
    """Sign out whoever has not been here for too long, and tell them so."""
    if request.user.is_authenticated and idle.is_over(request.session, now=now()):
        logout(request)
        messages.info(request, _("You were signed out after a long time without use."))


def nobody_lives_here(request: HttpRequest) -> bool:
    """Tell whether the first run is still to come and this page would ask to sign in."""
    match = request.resolver_match
    is_closed = match is None or getattr(match.func, "login_required", True)
    asks = is_closed or (match is not None and match.view_name == settings.LOGIN_URL)
    return asks and not User.objects.exists()


def owes_second_factor(request: HttpRequest) -> bool:
    """Tell whether this person must set up a second factor before they go on."""
    match = request.resolver_match
    is_on_the_way = match is None or (match.url_name or "").startswith(WHILE_OWING)
    if is_on_the_way or not request.user.is_authenticated or hasattr(request, "api_token"):
        return False
    business = Business.current()
    if business is None or not business.asks_second_factor:
        return False
    records = get_authentication_records(request, request.user)
    came_by_provider = any(record.get("method") == "socialaccount" for record in records)
    return not came_by_provider and not is_mfa_enabled(request.user, types=FACTORS)


def not_recognised() -> HttpResponse:
    """Return the 401 of the API."""
    response = problem(401, "Not signed in", "Send a valid token: Authorization: Bearer …")
    response["WWW-Authenticate"] = 'Bearer realm="fondly"'
    return response
