"""Fixtures for every test of the house; see tests/needs.py and tests/browser.py."""

import pytest

pytest_plugins = ["tests.needs", "tests.browser"]
BROWSER = {"page", "chromium"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what walks a browser; keep all that kills processes on one worker."""
    for item in items:
        fixtures = getattr(item, "fixturenames", [])
        if BROWSER & set(fixtures):
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("crash"):
            item.add_marker(pytest.mark.xdist_group("crash"))


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hash passwords quickly; that the house uses Argon2id has its own test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
