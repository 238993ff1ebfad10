"""A copy of a file as plain UTF-8 CSV, for those that are not that already."""

import csv
from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fondly.base.errors import Refusal
from fondly.intake.reading.sample import unpacked
from fondly.intake.reading.workbook import write_csv
from fondly.intake.rules.reading import Reading

BLOCK = 1024 * 1024


def is_plain(reading: Reading) -> bool:
    """Tell whether DuckDB can read the file as it stands."""
    return (
        reading.format == "csv"
        and reading.encoding in {"utf-8", "utf-8-sig"}
        and not reading.is_gzip
    )


def write_plain(source: Path, target: Path, reading: Reading, *, most: int) -> None:
    """Write `source` as UTF-8 CSV to `target`; refuse beyond `most` bytes."""
    if reading.format == "xlsx":
        write_csv(source, target)
        return
    draft = target.with_suffix(".draft")
    with draft.open("w", encoding="utf-8", newline="") as out:
        if reading.format == "blanks":
            _copy_blanks(source, out, reading, most=most)
        else:
            _copy_text(source, out, reading, most=most)
    draft.replace(target)


def _copy_text(source: Path, out: IO[str], reading: Reading, *, most: int) -> None:
    for text in _texts(source, reading.encoding, most=most):
        out.write(text)


def _copy_blanks(source: Path, out: IO[str], reading: Reading, *, most: int) -> None:
    writer = csv.writer(out)
    rest = ""
    for text in _texts(source, reading.encoding, most=most):
        *lines, rest = (rest + text).split("\n")
        writer.writerows(cells for line in lines if (cells := line.split()))
    if cells := rest.split():
        writer.writerow(cells)


def _texts(source: Path, encoding: str, *, most: int) -> Iterator[str]:
    """Yield the text of a file block by block."""
    # Where UTF-8 is wrong in single lines these are rejected, as unreadable.
    errors = "replace" if encoding.startswith("utf-8") else "strict"
    decoder = getincrementaldecoder(encoding)(errors)
    with unpacked(source, most=most) as file:
        while block := file.read(BLOCK):
            try:
                yield decoder.decode(block)
            except UnicodeDecodeError as error:
                raise Refusal(
                    f"This file cannot be read as {encoding} to its end."
                ) from error
    yield decoder.decode(b"", final=True)
