"""The root of the API: every app's router under /api/v1, and errors as problem JSON."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from fondly.base.errors import Refusal
from fondly.base.web import problem
from fondly.clients.api import router as clients
from fondly.insight.api import router as signals
from fondly.insight.views.reports.api import router as reports
from fondly.intake.api import router as imports
from fondly.today.api import router as actions
from fondly.touches.api import router as touches

LEAST_ERROR = 400


class Api(NinjaAPI):
    """Names the media type of errors in the document as they are sent."""

    document: OpenAPISchema | None = None

    def get_openapi_schema(self, **about: Any) -> OpenAPISchema:
        """Return the document, with every problem as problem JSON; it is made once."""
        if self.document is None:
            self.document = self._described(**about)
        return self.document

    def _described(self, **about: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**about)
        for methods in document["paths"].values():
            for operation in methods.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= LEAST_ERROR and "content" in answer:
                        kept = answer["content"].pop("application/json")
                        answer["content"]["application/problem+json"] = kept
        return document


api = Api(
    title="Fondly",
    version="1",
    urls_namespace="api-1",
    description=(
        "Clients, their orders, contracts and touches, what follows from them, and what to "
        "do today. Amounts are integers in minor units of their currency. Lists come in "
        "pages by key: ask again with `after` set to the `next` of the page before. A POST "
        "with an `Idempotency-Key` header takes effect once. Errors are problem JSON."
    ),
    docs_url=None,
)
api.add_router("", clients)
api.add_router("", touches)
api.add_router("", signals)
api.add_router("", reports)
api.add_router("", actions)
api.add_router("", imports)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """Say what the rule said."""
    return problem(422, "Refused", str(error))


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """Name the fields that are not as the document says."""
    faults = (
        f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors
    )
    return problem(422, "Not as documented", "; ".join(faults))


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: Any) -> HttpResponse:
    """Ask for a token."""
    response = problem(401, "Who is asking?", "Send a valid API token as a bearer token.")
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, error: Any) -> HttpResponse:
    """Say that this token may not."""
    return problem(403, "Not allowed", "This token or its person may not do that.")


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Any) -> HttpResponse:
    """Say that there is no such thing, or that it may not be seen."""
    return problem(404, "Not found", "There is no such thing here.")


@api.exception_handler(HttpError)
def malformed(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer a request that could not be read, or that this token may not make."""
    status = HTTPStatus(error.status_code)
    is_unread = status == HTTPStatus.BAD_REQUEST
    title = "Could not be read" if is_unread else status.phrase.capitalize()
    return problem(status.value, title, str(error))
