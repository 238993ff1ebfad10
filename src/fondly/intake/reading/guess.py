"""What a sample shows: whether it is text, in which encoding, with which delimiter."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.intake.reading.sample import LINE, OLD_EXCEL, Sample
from fondly.intake.rules.reading import DELIMITERS, Reading

MOST_COLUMNS = 500
ROWS = 3000  # looked at for the meaning of columns
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# What begins with “=” is calculated wherever it is opened; after another sign only what
# calls a function or a command is, and “+(49) 30” or “-Call (mornings)” is plain text.
_FORMULA = re.compile(r"^\s*(=\s*[^\s=>]|[-+@][^\s(]*[A-Za-z]\(|[-+@][^\n|]*\|[^\n]*!)")
_NUMERIC = re.compile(r"^[-+]?[\d.,/:\- ]+$")


@dataclass(frozen=True, kw_only=True)
class Look:
    """A reading and the rows it gives of the sample."""

    reading: Reading
    rows: Sequence[Sequence[str]]


def look(sample: Sample, *, told: Reading | None = None) -> Look:
    """Return how the sample reads, as told where somebody has said so; refuse what is no
    table of text."""
    must_be_text(sample)
    encoding = told.encoding if told else encoding_of(sample)
    lines = _lines(sample, encoding)
    if told:
        delimiter, form = told.delimiter, told.format
    else:
        delimiter, form = _delimiter(lines)
    rows = parsed(lines, delimiter=delimiter, form=form)
    if not rows:
        raise Refusal(_("This file holds no rows."))
    must_be_harmless(rows)
    has_header = told.has_header if told else _has_header(rows)
    reading = Reading(
        format=form,
        encoding=encoding,
        delimiter=delimiter,
        has_header=has_header,
        is_gzip=sample.is_gzip,
        columns=headings(rows, has_header=has_header),
    )
    body = rows[1:] if has_header else rows
    if not body:
        raise Refusal(_("This file holds headings and no rows."))
    return Look(reading=reading, rows=body)


def must_be_text(sample: Sample) -> None:
    """Refuse what is not text in lines of a sane length."""
    if sample.head.startswith(OLD_EXCEL):
        raise Refusal(_("This is an old Excel file (.xls). Save it as .xlsx or .csv."))
    is_wide = sample.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for part in sample.parts():
        if not is_wide and b"\0" in part:
            raise Refusal(_("This file holds NUL bytes: it is not a text file (CSV)."))
        if not is_wide and len(_CONTROL.findall(part)) > len(part) // 1000:
            raise Refusal(_("This is a binary file, not a table of text (CSV) or XLSX."))
        if max(map(len, re.split(rb"[\r\n]", part))) >= LINE:
            raise Refusal(
                _("A line of this file is longer than %(n)s bytes: it is not a table."),
                n=LINE,
            )


def encoding_of(sample: Sample) -> str:
    """Return the encoding of the sample; refuse a mixture."""
    head = sample.head
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    lines = [
        line
        for index, part in enumerate(sample.parts())
        for line in _whole_lines(part, is_head=index == 0, is_whole=sample.is_whole)
        if not line.isascii()
    ]
    good = [line for line in lines if _is_utf8(line)]
    if good and len(good) < len(lines):
        raise Refusal(
            _(
                "This file mixes encodings: some lines are UTF-8 and some are not. "
                "Save it again as UTF-8."
            )
        )
    if len(good) == len(lines):
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    return "latin-1" if any(_UNDEFINED.search(line) for line in lines) else "cp1252"


def _whole_lines(part: bytes, *, is_head: bool, is_whole: bool) -> list[bytes]:
    """Return the lines that are not cut at an edge of what was read."""
    lines = part.split(b"\n")
    if not is_whole:
        lines = lines[:-1]
    return lines if is_head else lines[1:]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lines(sample: Sample, encoding: str) -> list[str]:
    """Return whole lines of text: of the head, then of the pieces."""
    found: list[str] = []
    wide = encoding == "utf-16"
    order = "utf-16-be" if sample.head.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
    for index, part in enumerate(sample.parts()):
        try:
            if wide:
                body = part[2:] if index == 0 else part
                text = body[: len(body) // 2 * 2].decode(
                    order, "strict" if sample.is_whole else "replace"
                )
            elif sample.is_whole or index:
                text = part.decode(encoding, "replace" if index else "strict")
            else:
                text = codecs.getincrementaldecoder(encoding)().decode(part)
        except (UnicodeDecodeError, LookupError) as error:
            raise Refusal(
                _("This file cannot be read as %(encoding)s."), encoding=encoding
            ) from error
        lines = text.splitlines(keepends=True)
        if not sample.is_whole:
            lines = lines[:-1]
        found += lines if index == 0 else lines[1:]
    if wide and "\0" in "".join(found):
        raise Refusal(_("This file holds NUL characters: it is not a text file (CSV)."))
    return found


def parsed(lines: Sequence[str], *, delimiter: str, form: str) -> list[list[str]]:
    """Return the rows of these lines, at most `ROWS`; refuse a table that is too wide."""
    if form == "blanks":
        rows = [line.split() for line in lines[:ROWS] if line.strip()]
    else:
        rows = []
        try:
            for row in csv.reader(lines, delimiter=delimiter, strict=False):
                if row:
                    rows.append(row)
                if len(rows) >= ROWS:
                    break
        except csv.Error as error:
            raise Refusal(
                _("This file cannot be read as a table: %(error)s."), error=error
            ) from error
    if rows and max(map(len, rows)) > MOST_COLUMNS:
        raise Refusal(_("This table has more than %(n)s columns."), n=MOST_COLUMNS)
    return rows


def must_be_harmless(rows: Sequence[Sequence[str]]) -> None:
    """Refuse active cells: a formula is no value, and would run where it is opened."""
    for row in rows:
        for cell in row:
            if cell[:1] in "=+-@ \t" and _FORMULA.match(cell):
                raise Refusal(
                    _(
                        "A cell holds a formula (“%(cell)s”). "
                        "Save the file with values only."
                    ),
                    cell=cell.strip()[:30],
                )


def _delimiter(lines: Sequence[str]) -> tuple[str, str]:
    """Return the delimiter that gives the most regular table, and the format."""
    best = (0.0, 0, ",", "csv")
    for mark in DELIMITERS:
        widths = Counter(map(len, parsed(lines[:200], delimiter=mark, form="csv")))
        width, count = widths.most_common(1)[0] if widths else (0, 0)
        if width >= 2:
            share = count / sum(widths.values())
            best = max(best, (round(share, 1), width, mark, "csv"))
    if best[0] >= 0.5 and best[2] != ":":
        return best[2], best[3]
    widths = Counter(map(len, parsed(lines[:200], delimiter=",", form="blanks")))
    if len(widths) == 1 and next(iter(widths)) >= 2:
        return " ", "blanks"
    return (best[2], "csv") if best[0] >= 0.9 else (",", "csv")


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row names the columns: it holds no number."""
    first = rows[0]
    if any(_NUMERIC.match(cell.strip()) for cell in first if cell.strip()):
        return False
    filled = [cell for cell in first if cell.strip()]
    return len(set(filled)) == len(filled)


def headings(rows: Sequence[Sequence[str]], *, has_header: bool) -> tuple[str, ...]:
    """Return a name for each column, unique."""
    width = len(rows[0])
    names = [cell.strip() for cell in rows[0]] if has_header else [""] * width
    seen: Counter[str] = Counter()
    unique = []
    for index, name in enumerate(names):
        name = name[:80] or f"column {index + 1}"
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)
