"""Who may open a page: a role, and the rows that go with it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase

from fondly.base.web import Request
from fondly.team.models import User

ViewFunction = TypeVar("ViewFunction", bound=Callable[..., HttpResponseBase])


class Signed(Request):
    """A request whose user has signed in."""

    user: User


def needs(role: str) -> Callable[[ViewFunction], ViewFunction]:
    """Open a view only to those who may do what `role` may; others get 403."""

    def decorate(view: ViewFunction) -> ViewFunction:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.may(role):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast(ViewFunction, guarded)

    return decorate


def asked_again(view: ViewFunction) -> ViewFunction:
    """Ask for the password (or passkey) again before a POST that makes a way in.

    A session left open on a desk must not be enough to mint keys and links. Allauth keeps
    the POST aside and goes on with it; not asked again within five minutes.
    """
    guarded: ViewFunction = reauthentication_required(allow_get=True)(view)
    return guarded
