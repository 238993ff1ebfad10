"""What the settings pages and the sign-in pages ask for."""

from typing import Any

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from fondly.base.practice import practices
from fondly.base.registry import MenuItem, menu

register = template.Library()
DEPTH_OF_INDEX = 2  # “/settings/” itself is above all of them
MANAGERS = frozenset({"owner", "manager"})


@register.simple_tag(takes_context=True)
def settings_menu(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the settings pages this person may open: title, url, is_open."""
    request = context["request"]
    found = []
    for item in sorted(_items(), key=lambda item: item.order):
        url = _address(item.url_name)
        if url and request.user.role in item.roles:
            is_open = _is_open(request.path, url, item)
            found.append({"title": item.title, "url": url, "is_open": is_open})
    return found


@register.simple_tag
def mail_is_set() -> bool:
    """Tell whether this installation can send mail."""
    return bool(settings.MAIL_IS_SET)


def _is_open(path: str, url: str, item: MenuItem) -> bool:
    """Tell whether the page, or one that belongs to it, is the one on screen."""
    is_below = url.count("/") > DEPTH_OF_INDEX and path.startswith(url)
    is_sign_in = item.slug == "profile" and path.startswith("/accounts/")
    return path == url or is_below or is_sign_in


def _items() -> list[MenuItem]:
    """Return the registered pages, and those that practices bring."""
    own = [item for item in menu if item.place == "settings"]
    theirs = [
        MenuItem(slug=p.slug, title=p.menu[0], url_name=p.menu[1], order=70, roles=MANAGERS)
        for p in practices()
        if p.menu
    ]
    return own + theirs


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # a part of the house that is not installed
        return ""
