"""How templates write money, days and chances, and draw icons and menu links."""

from datetime import date
from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString

from fondly.base import money as amounts
from fondly.base.registry import MenuItem
from fondly.base.text import words

register = template.Library()


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Write minor units in full: “€ 310.00”; a dash when not known."""
    return "–" if minor is None else amounts.words(minor, currency)


@register.filter
def short_money(minor: int | None, currency: str) -> str:
    """Write minor units without decimals: “€ 4,100”; a dash when not known."""
    return "–" if minor is None else amounts.words(minor, currency, short=True)


register.filter("percent", words.percent)
register.filter("days", words.days)
register.filter("signed", words.signed)
register.simple_tag(words.percent_range, name="percent_range")


@register.filter
def ago(day: date | None, today: date | None) -> str:
    """Say how long before or after `today` a day is: “yesterday”, “3 weeks ago”."""
    return words.ago(day, today) if today else words.UNKNOWN


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of `icons.svg`; it says nothing, so words must stand beside it."""
    return format_html(
        '<svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        static("site/icons.svg"),
        name,
    )


@register.inclusion_tag("components/menu_link.html", takes_context=True)
def menu_link(context: dict[str, Any], item: MenuItem) -> dict[str, Any]:
    """Link to a page of the menu, marked when it, or a page under it, is open."""
    try:
        url = reverse(item.url_name)
    except NoReverseMatch:  # a part of the house that is not installed
        return {}
    path = context["request"].path if "request" in context else ""
    return {"item": item, "url": url, "is_open": path == url or _is_under(path, url)}


def _is_under(path: str, url: str) -> bool:
    return url not in {"", "/"} and path.startswith(url.rstrip("/") + "/")


@register.simple_tag(takes_context=True)
def back_url(context: dict[str, Any]) -> str:
    """Return the page one came from when it is ours, else the front door."""
    request: HttpRequest | None = context.get("request")
    came_from = request.headers.get("Referer", "") if request else ""
    is_ours = request and url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    return came_from if is_ours else "/"
