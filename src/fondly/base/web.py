"""Pages and fragments: one template, whole or in part, and refusals in words."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.http import reswap, retarget
from django_htmx.middleware import HtmxDetails

from fondly.base.errors import Refusal, gettext_noop

View = Callable[[HttpRequest], HttpResponse]
API = "/api/"
PROBLEM = "application/problem+json"
FORM_ONLY = gettext_noop("This address takes what a form sends, and shows nothing itself.")
LEAST_ERROR = 400


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
    return JsonResponse(
        _problem(status, title, detail), status=status, content_type=PROBLEM
    )


def _problem(status: int, title: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "status": status, "title": title, "detail": detail}


class ProblemMiddleware:
    """Answer programs in problem JSON also where no view of the API was reached.

    An unknown address, a wrong method, a malformed request or a fault of ours would else
    be a page. Headers (`Allow`) stay as they are.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Have the request answered."""
        response = self.get_response(request)
        is_error = response.status_code >= LEAST_ERROR and request.path.startswith(API)
        if is_error and response.headers.get("Content-Type", "") != PROBLEM:
            status = HTTPStatus(response.status_code)
            body = _problem(status.value, status.phrase.capitalize(), status.description)
            response.content = json.dumps(body).encode()
            response.headers["Content-Type"] = PROBLEM
            response.headers.pop("Content-Length", None)
        return response


class RefusalMiddleware:
    """Show a Refusal to the user; let every other error reach the log as a bug."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Have the request answered; an address that only takes a form says so."""
        response = self.get_response(request)
        is_page = request.method in {"GET", "HEAD"} and not request.path.startswith(API)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not is_page:
            return response
        said = render(request, "refusal.html", {"refusal": _(FORM_ONLY)}, status=405)
        said.headers["Allow"] = response.headers["Allow"]
        return said

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """Answer with the words of the refusal."""
        if not isinstance(error, Refusal):
            return None
        if request.path.startswith(API):
            return problem(422, "Refused", str(error))
        if not request.htmx:
            return render(request, "refusal.html", {"refusal": error}, status=422)
        notice = render(request, "refusal.html#notice", {"refusal": error}, status=422)
        return reswap(retarget(notice, "#notice"), "innerHTML")
