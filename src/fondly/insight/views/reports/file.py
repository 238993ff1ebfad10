"""The table of a card as a file whose cells cannot run."""

import csv
from datetime import date

from django.http import HttpResponse

from fondly.base.text.cells import safe
from fondly.insight.telling.reports.card import Card


def as_file(card: Card, *, day: date | None) -> HttpResponse:
    """Return the card's table as CSV, as of a day."""
    reply = HttpResponse(content_type="text/csv")
    # The mark at the start tells spreadsheets that the file is UTF-8.
    reply.write("\ufeff")
    writer = csv.writer(reply)
    writer.writerow([safe(title) for title in card.table.titles])
    for row in card.table.rows:
        writer.writerow([safe(str(cell.value)) for cell in row])
    name = f"{card.slug}-{day:%Y-%m-%d}" if day else card.slug
    reply["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    reply["Cache-Control"] = "no-store"
    return reply
