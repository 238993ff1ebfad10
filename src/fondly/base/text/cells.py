"""Cells of exported tables: none may run as a formula, and each comes back as it was.

A text that a spreadsheet might run (it begins with = + - @, a tab or a line break, or the
wide forms of these) gets an apostrophe in front. So does a text that already looks like
that: apostrophes and then such a sign. `restore` takes exactly one off again, only where
`safe` can have put it, so that every text survives. Plain numbers such as -12.50 cannot
run and stay numbers.
"""

import re

ACTIVE = r"[=+\-@\t\r\n＝＋－＠]"
_MAY_RUN = re.compile(rf"'*{ACTIVE}")
_GUARDED = re.compile(rf"'+{ACTIVE}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def safe(cell: str) -> str:
    """Return the cell as it may be written to a file that a spreadsheet opens."""
    if _MAY_RUN.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def restore(cell: str) -> str:
    """Return the cell as it was before `safe`."""
    return cell[1:] if _GUARDED.match(cell) else cell
