"""Pages and fragments: one template, whole or in part, and refusals in words."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import reswap, retarget
from django_htmx.middleware import HtmxDetails

from fondly.base.errors import Refusal

View = Callable[[HttpRequest], HttpResponse]


class Request(HttpRequest):
    """An HttpRequest that has passed HtmxMiddleware."""

    htmx: HtmxDetails


def render_page(
    request: Request, page: str, context: dict[str, Any], *, part: str
) -> HttpResponse:
    """Render the whole page, or only `part` of it when HTMX asks for a fragment."""
    htmx = request.htmx
    wants_part = htmx and not (htmx.boosted or htmx.history_restore_request)
    response = render(request, f"{page}#{part}" if wants_part else page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def problem(status: int, title: str, detail: str = "") -> JsonResponse:
    """Return problem JSON (RFC 9457)."""
    body = {"type": "about:blank", "status": status, "title": title, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


class RefusalMiddleware:
    """Show a Refusal to the user; let every other error reach the log as a bug."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Have the request answered."""
        return self.get_response(request)

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """Answer with the words of the refusal."""
        if not isinstance(error, Refusal):
            return None
        if request.path.startswith("/api/"):
            return problem(422, "Refused", str(error))
        if not request.htmx:
            return render(request, "refusal.html", {"refusal": error}, status=422)
        notice = render(request, "refusal.html#notice", {"refusal": error}, status=422)
        return reswap(retarget(notice, "#notice"), "innerHTML")
