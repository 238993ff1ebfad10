"""A caller of the API: a token of a person, and the requests made with it."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client as Browser

from fondly.team.actions import keys
from fondly.team.models import User
from fondly.testing import NOON, a_business, olive


@dataclass
class Caller:
    """Asks the API as the person behind one token."""

    token: str
    browser: Browser

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return the reply to one request."""
        sent = {} if body is None else {"data": json.dumps(body)}
        return self.browser.generic(
            method,
            f"/api/v1{path}",
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
            **sent,
        )


def a_caller(
    user: User, *, scopes: tuple[str, ...] = ("read", "write", "import")
) -> Caller:
    """Return a caller with a fresh token of `user`."""
    _, secret = keys.make(user, name="test", scopes=list(scopes), now=NOON)
    return Caller(token=secret, browser=Browser(raise_request_exception=False))


@pytest.fixture
def owner(db: None) -> User:
    """Return the owner of a business."""
    a_business()
    return olive()


@pytest.fixture
def api(owner: User) -> Caller:
    """Return a caller who may do everything."""
    return a_caller(owner)
