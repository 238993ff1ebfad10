"""The door for programs: `Authorization: Bearer fondly_…`.

The API writes `NinjaAPI(auth=bearer("read"))` or, on one operation, `auth=bearer("write")`.
Inside, `request.user` is the token's person and `request.api_token` the token.
"""

from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from fondly.base.clock import now
from fondly.team.actions import keys
from fondly.team.models import ApiToken

SCHEME = "bearer "
# What a person must be, besides what their token may do.
ROLE_FOR = {"read": "viewer", "write": "member", "import": "member"}


def recognise(request: HttpRequest) -> ApiToken | None:
    """Sign in the person whose token the request carries; None when it carries none."""
    header = request.headers.get("Authorization", "")
    if not header.lower().startswith(SCHEME):
        return None
    return _sign_in(request, header[len(SCHEME) :])


def _sign_in(request: HttpRequest, secret: str) -> ApiToken | None:
    token = keys.use(secret.strip(), now=now())
    if token:
        request.user = token.user
        request.api_token = token  # type: ignore[attr-defined]  # Bearer looks for it
    return token


class Bearer(HttpBearer):
    """Lets in whose token has the scope, and who personally may do as much."""

    def __init__(self, scope: str, *, role: str) -> None:
        super().__init__()
        self.scope = scope
        self.role = role

    def authenticate(self, request: HttpRequest, token: str) -> Any | None:
        """Return the token, None (401) for no valid one, or refuse with 403."""
        known: ApiToken | None = getattr(request, "api_token", None) or _sign_in(
            request, token
        )
        if known is None:
            return None
        if self.scope not in known.scopes:
            raise HttpError(403, f"This token lacks the scope “{self.scope}”.")
        if not known.user.may(self.role):
            raise HttpError(403, "Your role may not do this.")
        return known


def bearer(scope: str, *, role: str = "") -> Bearer:
    """Return django-ninja authentication by API token with `scope` (read, write, import).

    `role` is the least role of the person behind the token; it follows from the scope.
    """
    return Bearer(scope, role=role or ROLE_FOR[scope])
