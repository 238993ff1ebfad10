"""XLSX: guarded before anything is unpacked, then written out as plain CSV."""

import csv
import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.intake.reading.guess import MOST_COLUMNS
from fondly.intake.reading.sample import ZIP, Opener, opened

MOST_ENTRIES = 500
MOST_UNPACKED = 256 * 1024**2
MOST_RATIO = 150
MOST_FILE = 128 * 1024**2
LOOK = 64 * 1024  # of each part of the file
_TROUBLE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.I)
_FORMULA = re.compile(rb"<f[\s>/]")
_SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$")


def is_workbook(path: Path, *, opener: Opener = opened) -> bool:
    """Tell whether a file begins as a ZIP file does, as XLSX files are."""
    with opener(path) as file:
        return file.read(4) == ZIP


def guard(path: Path, *, opener: Opener = opened) -> None:
    """Refuse what would unpack to more than we take, or is no plain workbook.

    Reads the list of parts, and the beginning of each.
    """
    if path.stat().st_size > MOST_FILE:
        raise Refusal(_("This workbook is too large. Save the sheet as CSV."))
    try:
        with opener(path) as file, zipfile.ZipFile(file) as packed:
            _check_list(packed.infolist(), size=path.stat().st_size)
            for part in packed.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(packed, part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError) as error:
        raise Refusal(_("This is no workbook we can read (XLSX).")) from error
    except (EOFError, RuntimeError, ValueError) as error:
        raise Refusal(_("This workbook is damaged or locked by a password.")) from error


def _check_list(parts: Sequence[zipfile.ZipInfo], *, size: int) -> None:
    names = {part.filename for part in parts}
    if len(parts) > MOST_ENTRIES:
        raise Refusal(_("This workbook has more parts than a workbook has."))
    if "[Content_Types].xml" not in names or not any(map(_SHEET.match, names)):
        raise Refusal(_("This packed file is no workbook (XLSX)."))
    if len(names) < len(parts) or any(".." in n or n.startswith("/") for n in names):
        raise Refusal(_("This workbook has parts with impossible names."))
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal(_("This workbook is locked by a password."))
    packed = sum(part.compress_size for part in parts)
    unpacked = sum(part.file_size for part in parts)
    if packed > size:
        raise Refusal(_("The parts of this workbook overlap: it is not what it seems."))
    if unpacked > MOST_UNPACKED or any(
        part.file_size > MOST_RATIO * max(part.compress_size, 1024) for part in parts
    ):
        raise Refusal(_("This workbook unpacks to far more than it says: it is not taken."))


def _check_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with packed.open(part) as file:
        head = file.read(LOOK)
    if _TROUBLE.search(head.replace(b"\0", b"")):
        raise Refusal(_("This workbook holds a document type (DOCTYPE): it is not taken."))
    if _SHEET.match(part.filename) and _FORMULA.search(head):
        raise Refusal(
            _("This workbook holds formulas. Save it with values only, or as CSV.")
        )


def write_csv(path: Path, target: Path) -> str:
    """Write the first sheet that holds rows as CSV; return its name."""
    _must_end_where_it_says(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
            if rows:
                _write(rows, target)
                return str(name)
    except CalamineError as error:
        raise Refusal(_("This workbook cannot be read.")) from error
    raise Refusal(_("This workbook holds no rows."))


def _must_end_where_it_says(path: Path) -> None:
    """Refuse parts that unpack to more than the list says, and formulas anywhere."""
    with path.open("rb") as file, zipfile.ZipFile(file) as packed:
        for part in packed.infolist():
            is_sheet = bool(_SHEET.match(part.filename))
            if _unpacked_size(file, part, is_sheet=is_sheet) > part.file_size:
                raise Refusal(_("This workbook unpacks to more than it says."))


def _unpacked_size(file: BinaryIO, part: zipfile.ZipInfo, *, is_sheet: bool) -> int:
    file.seek(part.header_offset)
    header = file.read(30)
    skip = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(skip, 1)
    if part.compress_type == zipfile.ZIP_STORED:
        return part.compress_size
    unpacker, left, total, before = zlib.decompressobj(-15), part.compress_size, 0, b""
    while left > 0 and total <= part.file_size:
        block = file.read(min(left, LOOK))
        if not block:
            break
        left -= len(block)
        while block and total <= part.file_size:
            text = unpacker.decompress(block, 1024 * 1024)
            block = unpacker.unconsumed_tail
            total += len(text)
            if is_sheet and _FORMULA.search(before + text):
                raise Refusal(_("This workbook holds formulas. Save it with values only."))
            before = text[-4:]
    return total


def _write(rows: Sequence[Sequence[object]], target: Path) -> None:
    if max(map(len, rows)) > MOST_COLUMNS:
        raise Refusal(_("This table has more than %(n)s columns."), n=MOST_COLUMNS)
    draft = target.with_suffix(".draft")
    with draft.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerows([_text(value) for value in row] for row in rows)
    draft.replace(target)


def _text(value: object) -> str:
    """Return a cell as text that reads back as the same value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)
