"""What every page's shell needs: the business and the menu for this person."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from fondly.base.registry import MenuItem, menu
from fondly.team.models import Business

THEMES = {"light", "dark"}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the shell; only the paper for people not signed in."""
    theme = request.COOKIES.get("theme", "")
    paper = {"theme": theme if theme in THEMES else ""}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return paper
    items: list[MenuItem] = sorted(menu, key=lambda item: item.order)
    return paper | {
        "search_url": address("insight:clients"),
        "find_url": address("insight:find"),
        # Pages about a client have asked already.
        "business": getattr(request, "business", None) or Business.current(),
        "menu": [
            item for item in items if item.place == "main" and user.role in item.roles
        ],
    }


def address(name: str) -> str:
    """Return a page's address, or nothing while that part of the house is not there."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
