"""Somebody who has signed in, in a real Chromium."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client as Browser
from playwright.sync_api import Page

from fondly.team.models import User
from tests.access.test_matrix import just_signed_in

Enter = Callable[[User], Page]


@pytest.fixture
def enter(page: Page, live_server) -> Enter:
    """Return a function that signs a person in on the page."""

    def sign_in(user: User) -> Page:
        browser = Browser()
        browser.force_login(user)
        session = browser.session
        session.update(just_signed_in(user))
        session.save()
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": browser.cookies[name].value, "url": live_server.url}]
        )
        return page

    return sign_in
