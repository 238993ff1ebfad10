"""The table of a card as a file."""

from datetime import date

from django.http import HttpResponse

from fondly.insight.telling.reports.card import Card
from fondly.insight.telling.reports.plain import as_csv


def as_file(card: Card, *, day: date | None) -> HttpResponse:
    """Return the card's table as CSV, as of a day."""
    reply = HttpResponse(content_type="text/csv")
    # The mark at the start tells spreadsheets that the file is UTF-8.
    reply.write("\ufeff")
    reply.write(as_csv(card))
    name = f"{card.slug}-{day:%Y-%m-%d}" if day else card.slug
    reply["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    reply["Cache-Control"] = "no-store"
    return reply
