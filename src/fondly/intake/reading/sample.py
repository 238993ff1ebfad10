"""A bounded look at a file: its beginning and a few places further on."""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _

HEAD = 1024 * 1024
PIECE = 64 * 1024
PIECES = 15
LINE = PIECE  # the longest line we take
MOST_READ = HEAD + PIECES * PIECE
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"

Opener = Callable[[Path], BinaryIO]


def opened(path: Path) -> BinaryIO:
    """Open a file for reading, without a buffer that reads ahead."""
    return path.open("rb", buffering=0)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What was looked at: the head and, of large files, pieces from all over it."""

    head: bytes
    pieces: tuple[bytes, ...] = ()
    is_whole: bool = False
    is_gzip: bool = False

    def parts(self) -> tuple[bytes, ...]:
        """Return all that was read."""
        return (self.head, *self.pieces)


def take(path: Path, *, opener: Opener = opened) -> Sample:
    """Read at most `MOST_READ` bytes of `path` from all over it."""
    size = path.stat().st_size
    if size == 0:
        raise Refusal(_("This file is empty."))
    with opener(path) as file:
        head = _read(file, HEAD)
        if head.startswith(GZIP):
            return _unpacked(head, is_whole=size <= HEAD)
        pieces = []
        for at in _places(size):
            file.seek(at)
            pieces.append(_read(file, PIECE))
    return Sample(head=head, pieces=tuple(pieces), is_whole=size <= HEAD)


def _read(file: BinaryIO, most: int) -> bytes:
    parts, left = [], most
    while left > 0 and (part := file.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _places(size: int) -> list[int]:
    if size <= HEAD:
        return []
    step = max((size - HEAD) // PIECES, PIECE)
    # Even, so that a piece of UTF-16 begins with a whole character.
    places = [HEAD + step * i for i in range(PIECES)]
    return [at // 2 * 2 for at in places if at < size]


def _unpacked(packed: bytes, *, is_whole: bool) -> Sample:
    """Return the first bytes of what a gzip file holds."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        head = unpacker.decompress(packed, HEAD)
    except zlib.error as error:
        raise Refusal(_("This .gz file cannot be unpacked.")) from error
    if head.startswith((GZIP, ZIP)):
        raise Refusal(_("This .gz file holds another packed file. Unpack it first."))
    if not head:
        raise Refusal(_("This file is empty."))
    return Sample(head=head, is_whole=is_whole and unpacker.eof, is_gzip=True)


def unpacked(path: Path, *, most: int) -> "BinaryIO | Limited":
    """Open a file's plain bytes; a packed one gives at most `most` of them."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == GZIP
    return Limited(gzip.open(path, "rb"), most=most) if is_gzip else path.open("rb")


class Limited:
    """A packed file that may not unpack to more than a limit."""

    def __init__(self, file: gzip.GzipFile, *, most: int) -> None:
        self.file, self.left = file, most

    def read(self, count: int) -> bytes:
        """Return up to `count` bytes; refuse beyond the limit."""
        try:
            part = self.file.read(count)
        except (OSError, EOFError, zlib.error) as error:
            raise Refusal(_("This .gz file is damaged: it cannot be unpacked.")) from error
        self.left -= len(part)
        if self.left < 0:
            raise Refusal(_("This .gz file unpacks to more than we take."))
        return part

    def __enter__(self) -> "Limited":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
