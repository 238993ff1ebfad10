"""Which column is what: guessed from headings, then from what the columns hold."""

import re
from collections.abc import Sequence
from dataclasses import replace

from fondly.intake.rules.dates import DateStyle, count_read, decide
from fondly.intake.rules.fields import TARGETS, Target
from fondly.intake.rules.numbers import contradicts, decimal_mark
from fondly.intake.rules.reading import Mapping, Reading, plain
from fondly.intake.rules.sense import must_make_sense

Rows = Sequence[Sequence[str]]
_MONEY = re.compile(r"^-?\d+[.,]\d{2}$")
_DAY = re.compile(r"^(19|20)\d{2}-?[01]\d-?[0-3]\d")


def guess(about: str, reading: Reading, rows: Rows) -> Mapping:
    """Return the mapping that the headings and the sample suggest, with its doubts."""
    columns = (
        _by_heading(TARGETS[about], reading.columns)
        if reading.has_header
        else _by_content(reading.columns, rows)
    )
    return settle(about, Mapping(columns=columns, decimal=""), reading, rows)


def _by_heading(targets: Sequence[Target], columns: Sequence[str]) -> dict[str, str]:
    """Give each target the free column whose heading tells it best."""
    free = {plain(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    ranked = sorted(
        (rank, place, target.slug, name)
        for place, target in enumerate(targets)
        for rank, name in enumerate(target.names)
    )
    for _rank, _place, slug, name in ranked:
        if slug not in found and name in free:
            found[slug] = free.pop(name)
    return found


def _by_content(columns: Sequence[str], rows: Rows) -> dict[str, str]:
    """Find what shows itself without a heading: the only date, the only sum of money."""
    found: dict[str, str] = {}
    for slug, shape in (("date", _DAY), ("amount", _MONEY)):
        fits = [
            name
            for index, name in enumerate(columns)
            if all(shape.match(value) for value in values(rows, index))
        ]
        if len(fits) == 1:
            found[slug] = fits[0]
    rest = [name for name in columns if name not in found.values()]
    if len(rest) == 1:
        found["client_number"] = rest[0]
    return found


def values(rows: Rows, index: int) -> list[str]:
    """Return the values of a column that are not blank."""
    return [cell for row in rows if index < len(row) and (cell := row[index].strip())]


def column(reading: Reading, rows: Rows, name: str) -> list[str]:
    """Return the values of the column with this heading; none if there is no such."""
    return values(rows, reading.columns.index(name)) if name in reading.columns else []


def settle(about: str, mapping: Mapping, reading: Reading, rows: Rows) -> Mapping:
    """Return the mapping with its dates and decimals decided and its doubts in words."""
    must_make_sense(mapping)
    given = mapping.as_json() | {"doubts": ()}
    doubts = list(_unknown(mapping, reading)) + list(_missing(about, mapping.columns))
    style = date_style(about, mapping, reading, rows)
    if not mapping.date:
        given |= {"date": style.date, "has_offset": style.has_offset}
        if style.choices:
            doubts.append(
                "Dates fit more than one style: " + ", ".join(style.choices) + "."
            )
        if about == "orders" and style.unreadable and not (style.date or style.choices):
            doubts.append(f"Dates like “{style.unreadable}” cannot be read.")
    # Without a column of numbers there is nothing to tell the mark from yet.
    sample = numbers(about, mapping, reading, rows)
    if not mapping.decimal and sample:
        given["decimal"] = decimal_mark(sample)
        if not given["decimal"]:
            doubts.append("Numbers like “1,234” may be thousands or decimals.")
    return Mapping.from_json(given | {"doubts": tuple(doubts)})


def unlearn(about: str, kept: Mapping, reading: Reading, rows: Rows) -> Mapping:
    """Return a kept mapping without the styles that this sample is not written in.

    The headings say what a column is, not how whoever saved the file writes days.
    """
    must_make_sense(kept)  # what is told beside it may not
    if kept.date and not _reads_dates(about, kept, reading, rows):
        kept = replace(kept, date="", has_offset=False)
    if contradicts(kept.decimal, numbers(about, kept, reading, rows)):
        kept = replace(kept, decimal="")
    return kept


def _reads_dates(about: str, kept: Mapping, reading: Reading, rows: Rows) -> bool:
    written = dates(about, kept, reading, rows)
    style = decide(written)
    if style.most and style.has_offset != kept.has_offset:
        return False
    read = count_read(written, date=kept.date, has_offset=kept.has_offset)
    # Birthdays without a year count for no style; for orders that is a doubt.
    return read >= style.most and bool(read or not written or about != "orders")


def _unknown(mapping: Mapping, reading: Reading) -> list[str]:
    named = [*mapping.columns.values(), *mapping.extra.values()]
    return [f"There is no column “{n}”." for n in named if n not in reading.columns]


def _missing(about: str, columns: dict[str, str]) -> list[str]:
    has = columns.keys()
    if about == "clients":
        names = {"name", "last_name", "number", "email", "contact_name"}
        return [] if names & has else ["No column holds a name, a number or an e-mail."]
    doubts = []
    if not {"client_number", "client_email", "client_name"} & has:
        doubts.append("No column says whose order it is.")
    if "date" not in has:
        doubts.append("No column holds the date.")
    if "amount" not in has and not {"quantity", "unit_price"} <= has:
        doubts.append("No column holds the amount (or quantity and unit price).")
    return doubts


def date_style(about: str, mapping: Mapping, reading: Reading, rows: Rows) -> DateStyle:
    """Return how the mapped dates are written in the sample."""
    return decide(dates(about, mapping, reading, rows))


def dates(about: str, mapping: Mapping, reading: Reading, rows: Rows) -> list[str]:
    """Return the sample's values of all mapped dates."""
    return _of_sort("date", about, mapping, reading, rows)


def numbers(about: str, mapping: Mapping, reading: Reading, rows: Rows) -> list[str]:
    """Return the sample's values of all mapped numbers."""
    return _of_sort("number", about, mapping, reading, rows)


def _of_sort(
    sort: str, about: str, mapping: Mapping, reading: Reading, rows: Rows
) -> list[str]:
    return [
        value
        for target in TARGETS[about]
        if target.sort == sort and target.slug in mapping.columns
        for value in column(reading, rows, mapping.columns[target.slug])
    ]
