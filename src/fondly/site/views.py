"""The front door and the paper it is printed on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from fondly.site.shell import THEMES, address

FRONT_DOORS = ("today:today", "insight:clients", "team:profile")
YEAR = 365 * 24 * 60 * 60


@require_safe
def home(_request: HttpRequest) -> HttpResponse:
    """Lead to Today, the front door."""
    return redirect(next(filter(None, map(address, FRONT_DOORS))))


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark paper on this device; anything else follows the system."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    answer = redirect(back)
    wanted = request.POST.get("theme", "")
    if wanted in THEMES:
        answer.set_cookie("theme", wanted, max_age=YEAR, samesite="Lax", httponly=True)
    else:
        answer.delete_cookie("theme", samesite="Lax")
    return answer
