"""Somebody who has signed in, in a real Chromium."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client as Browser
from playwright.sync_api import Page

from fondly.team.models import User
from fondly.team.tests.fresh import enter as sign_in_fresh

Enter = Callable[[User], Page]


@pytest.fixture
def enter(page: Page, live_server) -> Enter:
    """Return a function that signs a person in on the page."""

    def sign_in(user: User) -> Page:
        browser = sign_in_fresh(Browser(), user)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": browser.cookies[name].value, "url": live_server.url}]
        )
        return page

    return sign_in
