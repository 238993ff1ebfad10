"""Values of the list as they are written in their cells."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from fondly.base import money
from fondly.base.sources import SignalSource
from fondly.base.text import words
from fondly.insight.listing.column import Column, Row
from fondly.insight.listing.scope import Scope

# How a stage is coloured.
TONES = {"quiet": "risk", "lapsed": "risk", "active": "good", "won_back": "good"}
DOUBTFUL = 0.4


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value on the page: its text, the colour of its chip, the day it stands for."""

    column: Column
    text: str
    tone: str = ""
    day: str = ""


def cell(column: Column, row: Row, scope: Scope, today: date) -> Cell:
    """Return how the value of a column is written."""
    value = column.read(row) if column.read else None
    if value is None or value == "":
        return Cell(column=column, text=words.UNKNOWN if column.is_right else "")
    if isinstance(value, date):
        return Cell(column=column, text=words.ago(value, today), day=f"{value:%Y-%m-%d}")
    write = WRITERS.get(column.kind)
    text = write(value, scope) if write else str(value)
    return Cell(column=column, text=text, tone=_tone(column, value, row))


def told_in_words(source: SignalSource, value: Any) -> str:
    """Return how a value that another app knows is written."""
    if isinstance(value, date):
        return date_format(value, "j M Y")
    plain: dict[str, Callable[[Any], str]] = {
        "share": words.percent,
        "yes_no": lambda value: _("yes") if value else _("no"),
        "number": lambda value: _number(value, None),
        "days": lambda value: number_format(round(value)),
    }
    write = plain.get(source.kind)
    return write(value) if write else str(dict(source.choices).get(value, value))


def _tone(column: Column, value: Any, row: Row) -> str:
    if column.key == "stage":
        return TONES.get(row.client.stage, "plain")
    if column.key == "tier":
        return "a" if value == "A" else "plain"
    return "risk" if column.key == "active" and value < DOUBTFUL else ""


def _number(value: Any, _scope: Scope | None) -> str:
    return number_format(round(value, 1) if isinstance(value, float) else value)


WRITERS: dict[str, Callable[[Any, Scope], str]] = {
    "money": lambda value, scope: money.words(value, scope.currency, short=True),
    "share": lambda value, _scope: words.percent(value),
    "days": lambda value, _scope: number_format(round(value)),
    "number": _number,
    "yes_no": lambda value, _scope: _("yes") if value else _("no"),
}
