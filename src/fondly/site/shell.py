"""What every page's shell needs: the business and the menu for this person."""

from typing import Any

from django.http import HttpRequest

from fondly.base.registry import MenuItem, menu
from fondly.team.models import Business


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the shell; nothing for people who are not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    items: list[MenuItem] = sorted(menu, key=lambda item: item.order)
    return {
        "business": Business.current(),
        "menu": [
            item for item in items if item.place == "main" and user.role in item.roles
        ],
    }
