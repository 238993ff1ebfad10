"""Small numbers and times, as people say them."""

from urllib.parse import quote

from django import template
from django.utils.translation import gettext, gettext_lazy

register = template.Library()
HOUR = 60
NUMBERS = [
    gettext_lazy("no"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
    gettext_lazy("ten"),
    gettext_lazy("eleven"),
    gettext_lazy("twelve"),
]


@register.filter
def number_word(count: int) -> str:
    """Write a count up to twelve as a word."""
    return str(NUMBERS[count]) if 0 <= count < len(NUMBERS) else f"{count:,}"


@register.filter
def duration(minutes: int) -> str:
    """Write minutes as “1 h 50 min”."""
    hours, rest = divmod(minutes, HOUR)
    if not hours:
        return gettext("%(min)d min") % {"min": rest}
    if not rest:
        return gettext("%(h)d h") % {"h": hours}
    return gettext("%(h)d h %(min)d min") % {"h": hours, "min": rest}


@register.filter
def mail_to(address: str) -> str:
    """Return the address as a link that can hold nothing but an address."""
    return "mailto:" + quote(address, safe="@.+-_")


@register.filter
def first_sentence(text: str) -> str:
    """Return the first sentence: what to do, before how."""
    return text.split(". ", 1)[0] + ("." if ". " in text else "")


@register.filter
def after_first_sentence(text: str) -> str:
    """Return what follows the first sentence."""
    return text.split(". ", 1)[1] if ". " in text else ""
