"""A browser in which somebody has signed in."""

from django.test import Client as Browser

from fondly.testing import a_user

HTMX = {"HX-Request": "true"}


def browser(user=None):
    """Return a browser of `user`, or of a new member."""
    found = Browser()
    found.force_login(user or a_user(password=None))
    return found
