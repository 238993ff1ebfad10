"""How templates write money, days and chances, and draw icons and menu links."""

from datetime import date, datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from fondly.base import money as amounts
from fondly.base.registry import MenuItem

register = template.Library()
DAYS_TO_WEEKS, DAYS_TO_MONTHS, DAYS_TO_YEARS = 14, 63, 730


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Write minor units in full: “€ 310.00”; a dash when not known."""
    return "–" if minor is None else amounts.words(minor, currency)


@register.filter
def short_money(minor: int | None, currency: str) -> str:
    """Write minor units without decimals: “€ 4,100”; a dash when not known."""
    return "–" if minor is None else amounts.words(minor, currency, short=True)


@register.filter
def percent(share: float | None) -> str:
    """Write a share as a whole percentage that never claims certainty."""
    if share is None:
        return "–"
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"


@register.simple_tag
def percent_range(low: float | None, high: float | None) -> str:
    """Write an interval of shares: “22–41%”; nothing when it is not known."""
    if low is None or high is None:
        return ""
    return f"{low * 100:.0f}–{high * 100:.0f}%"


@register.filter
def days(count: int | None) -> str:
    """Write a number of days in the words people use: “5 weeks”, “3 months”."""
    if count is None:
        return "–"
    if count < DAYS_TO_WEEKS:
        return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}
    if count < DAYS_TO_MONTHS:
        return ngettext("%(n)d week", "%(n)d weeks", weeks := round(count / 7)) % {
            "n": weeks
        }
    if count < DAYS_TO_YEARS:
        months = round(count / 30.44)
        return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    years = int(count / 365.25)
    return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}


@register.filter
def ago(day: date | datetime | None, today: date | None) -> str:
    """Say how long before or after `today` a day is: “yesterday”, “3 weeks ago”."""
    if day is None or not today:
        return "–"
    then = day.date() if isinstance(day, datetime) else day
    gap = (today - then).days
    near = {0: gettext("today"), 1: gettext("yesterday"), -1: gettext("tomorrow")}
    if gap in near:
        return near[gap]
    if gap > 0:
        return gettext("%(time)s ago") % {"time": days(gap)}
    return gettext("in %(time)s") % {"time": days(-gap)}


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
