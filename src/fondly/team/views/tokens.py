"""API tokens: one's own, and for owners everybody's."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from fondly.base.clock import now
from fondly.team.access import Signed, asked_again, needs
from fondly.team.actions import keys
from fondly.team.forms import TokenForm, words_on
from fondly.team.models import ApiToken


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("viewer")
@asked_again
def tokens(request: Signed) -> HttpResponse:
    """Show the tokens, make one, and show it this once."""
    form = TokenForm(request.POST or None, role=request.user.role)
    if request.method == "POST" and form.is_valid():
        with words_on(form):
            return _make(request, form)
    return _page(request, form, status=422 if form.errors else 200)


def _make(request: Signed, form: TokenForm) -> HttpResponse:
    asked, at = form.cleaned_data, now()
    ends = at + timedelta(days=int(asked["lasts"])) if asked["lasts"] else None
    _token, secret = keys.make(
        request.user, name=asked["name"], scopes=asked["scopes"], now=at, expires_at=ends
    )
    return _page(request, TokenForm(role=request.user.role), secret=secret)


def _page(
    request: Signed, form: TokenForm, *, secret: str = "", status: int = 200
) -> HttpResponse:
    every = ApiToken.objects.seen_by(request.user).select_related("user")
    context = {"form": form, "secret": secret, "tokens": every, "now": now()}
    return render(request, "team/tokens.html", context, status=status)


@require_POST
@needs("viewer")
def revoke(request: Signed, token_id: int) -> HttpResponse:
    """End a token."""
    token = get_object_or_404(ApiToken.objects.seen_by(request.user), pk=token_id)
    if token.revoked_at:
        raise Http404
    keys.revoke(token, by=request.user, now=now())
    messages.success(request, _("The token “%(name)s” has ended.") % {"name": token})
    return redirect("team:tokens")
