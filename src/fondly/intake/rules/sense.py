"""A mapping makes sense or is refused, whoever wrote it: a person, a file, a program."""

import re
from collections.abc import Iterator

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.clients.rules import is_time_zone
from fondly.intake.rules.reading import Mapping

_PARTS = re.compile(r"%(.)")
_DAY_MONTH_YEAR = [{"d", month, year} for month in "mbB" for year in "Yy"]
_CURRENCY = re.compile("[A-Za-z]{3}")
_WORDS = ("date", "decimal", "currency", "time_zone", "odd_dates")


def must_make_sense(mapping: Mapping) -> None:
    """Refuse what no file can be read by; what is left open is no fault."""
    for told in (mapping.columns, mapping.extra):
        if not isinstance(told, dict) or not _are_texts([*told, *told.values()]):
            raise Refusal(_("The mapping says by name which column is what."))
    if not _are_texts([getattr(mapping, name) for name in _WORDS]):
        raise Refusal(_("Styles, currency and time zone in a mapping are texts."))
    for text, makes_sense, words in _told(mapping):
        if not makes_sense:
            raise Refusal(words, text=text)


def _told(mapping: Mapping) -> Iterator[tuple[str, bool, str]]:
    """Yield what is said in one word, whether it means anything, and what to say if not."""
    text = mapping.currency
    is_one = not text or bool(_CURRENCY.fullmatch(text))
    yield text, is_one, _("“%(text)s” is no currency: three letters are, such as EUR.")
    text = mapping.time_zone
    is_one = not text or is_time_zone(text)
    yield text, is_one, _("“%(text)s” is no time zone: Europe/Berlin is one.")
    text = mapping.decimal
    words = _("“%(text)s” stands before no decimals: a point or a comma does.")
    yield text, text in {"", ".", ","}, words
    text = mapping.date
    is_one = not text or set(_PARTS.findall(text)) in _DAY_MONTH_YEAR
    yield text, is_one, _("“%(text)s” is no style of dates: %%d.%%m.%%Y is one.")
    text = mapping.odd_dates
    words = _("“%(text)s” is not said of odd dates: “refuse” or “reject” is.")
    yield text, text in {"refuse", "reject"}, words


def _are_texts(values: list[object]) -> bool:
    return all(isinstance(value, str) for value in values)
