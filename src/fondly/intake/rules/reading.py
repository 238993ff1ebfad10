"""How a file is to be read, and how its columns are understood: plain values."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.text import fold

FORMATS = ("csv", "blanks", "xlsx")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", ":": "colon"}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")


def _known(kind: type, values: dict[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    if unknown := sorted(set(values) - names):
        raise Refusal(
            _("The mapping says “%(word)s”, which means nothing here."), word=unknown[0]
        )
    return values


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the bytes become rows."""

    format: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    has_header: bool = True
    is_gzip: bool = False
    sheet: str = ""
    columns: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"columns": list(self.columns)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the reading that `as_json` gave, or that a person wrote."""
        given = _known(cls, dict(values))
        given["columns"] = tuple(given.get("columns", ()))
        return cls(**given)


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """What each column is, and how its values are written."""

    columns: dict[str, str] = field(default_factory=dict)  # target → heading
    extra: dict[str, str] = field(default_factory=dict)  # slug of an own field → heading
    date: str = ""  # “%d/%m/%Y”; empty when the sample fits more than one style
    has_offset: bool = False
    decimal: str = "."
    currency: str = ""
    time_zone: str = ""
    odd_dates: str = "refuse"  # or “reject”: only the lines that hold them
    doubts: tuple[str, ...] = ()  # what is still to be answered, in words

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"doubts": list(self.doubts)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the mapping that `as_json` gave, or that a person wrote."""
        given = _known(cls, dict(values))
        given["doubts"] = tuple(given.get("doubts", ()))
        return cls(**given)


def plain(heading: str) -> str:
    """Return a heading as bare letters and digits: “Invoice No.” becomes “invoiceno”."""
    return re.sub(r"[^a-z0-9]", "", fold(heading))


def signature(columns: Sequence[str]) -> str:
    """Return by what a mapping is kept: the headings in their order."""
    return hashlib.sha256("\x1f".join(map(plain, columns)).encode()).hexdigest()
