"""How numbers are written in a file: which mark stands before the decimals."""

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"\d[\d.,'’  ]*")


def decimal_mark(values: Iterable[str]) -> str:
    """Return “.” or “,”; an empty string when the sample fits both (“1,234”)."""
    doubtful = False
    for value in values:
        for text in _NUMBER.findall(value):
            mark, is_sure = _mark(text.strip(".,"))
            if is_sure:
                return mark
            doubtful = doubtful or bool(mark)
    return "" if doubtful else "."


def contradicts(decimal: str, values: Iterable[str]) -> bool:
    """Tell whether these numbers can only be written with the other mark."""
    marks = {
        mark
        for value in values
        for mark, is_sure in map(_mark, (t.strip(".,") for t in _NUMBER.findall(value)))
        if is_sure
    }
    return bool(marks) and decimal not in marks


def _mark(text: str) -> tuple[str, bool]:
    """Return the mark that this number shows, and whether it can be nothing else."""
    dot, comma = text.rfind("."), text.rfind(",")
    if dot < 0 and comma < 0:
        return "", False
    if dot >= 0 and comma >= 0:
        return (".", True) if dot > comma else (",", True)
    mark, at = (".", dot) if dot >= 0 else (",", comma)
    other = "," if mark == "." else "."
    if text.count(mark) > 1:  # 1.234.567: they group thousands
        return other, True
    return (mark, len(text) - at - 1 != 3 or text.startswith(f"0{mark}"))


def plain_number(text: str, decimal: str) -> str | None:
    """Return a number with a point before its decimals and nothing between its thousands.

    None when it is not written by this mark; as it is when no mark is known.
    """
    if not decimal:
        return text
    bare = re.sub(r"[\s'’]", "", text)
    group = "." if decimal == "," else ","
    if group in bare and not re.fullmatch(
        rf"[+-]?\d{{1,3}}(\{group}\d{{3}})+(\{decimal}\d*)?", bare
    ):
        return None
    return bare.replace(group, "").replace(decimal, ".")
