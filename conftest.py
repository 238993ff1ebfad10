"""Fixtures for every test of the house; see tests/needs.py and tests/browser.py."""

import os

import pytest

pytest_plugins = ["tests.needs", "tests.browser"]
BROWSER = {"page", "chromium"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what walks a browser; keep on one worker what shares a fixture, and all that
    kills processes; leave out on PostgreSQL what says nothing about the database."""
    for item in items:
        fixtures = getattr(item, "fixturenames", [])
        if BROWSER & set(fixtures):
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("crash"):
            item.add_marker(pytest.mark.xdist_group("crash"))
        elif shares_a_fixture(item):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        known = [item for item in items if is_of_one_database(item)]
        config.hook.pytest_deselected(items=known)
        items[:] = [item for item in items if not is_of_one_database(item)]


def shares_a_fixture(item: pytest.Item) -> bool:
    """Tell whether a fixture is made once for the item's module."""
    made = getattr(item, "_fixtureinfo", None)
    named = made.name2fixturedefs.values() if made else []
    return any(one.scope == "module" for several in named for one in several)


def is_of_one_database(item: pytest.Item) -> bool:
    """Tell whether SQLite has said all there is: of tenure, which knows no database, and
    of tests that are marked so."""
    is_of_tenure = item.path.is_relative_to(item.config.rootpath / "src" / "tenure")
    return is_of_tenure or bool(item.get_closest_marker("one_database"))


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hash passwords quickly; that the house uses Argon2id has its own test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
