"""Cards without a page: as text for a terminal, as JSON and as CSV."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from fondly.base.text.cells import safe
from fondly.insight.telling.reports.card import Card, Table


def as_text(cards: Sequence[Card]) -> str:
    """Return the findings with their tables, one after the other."""
    return "\n\n".join(
        f"{card.finding}\n{card.why}\n\n{_aligned(card.table)}" for card in cards
    )


def as_rows(card: Card) -> dict[str, Any]:
    """Return a card for machines."""
    rows = [[_plain(cell.value) for cell in row] for row in card.table.rows]
    return {
        "name": card.slug,
        "finding": card.finding,
        "why": card.why,
        "titles": [str(title) for title in card.table.titles],
        "rows": rows,
    }


def as_csv(card: Card) -> str:
    """Return the table of a card as a file whose cells cannot run."""
    said = io.StringIO()
    writer = csv.writer(said)
    writer.writerow([safe(str(title)) for title in card.table.titles])
    for row in card.table.rows:
        writer.writerow([safe(str(cell.value)) for cell in row])
    return said.getvalue()


def _plain(value: object) -> object:
    if value == "":
        return None
    return value if isinstance(value, int | float | str) else str(value)


def _aligned(table: Table) -> str:
    lines = [[str(title) for title in table.titles]]
    lines += [[cell.text for cell in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    said = []
    for line in lines:
        first, *rest = line
        cells = [text.rjust(width) for text, width in zip(rest, widths[1:], strict=True)]
        said.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join(said)
