"""The client list as a file."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.http import HttpResponseBase, QueryDict, StreamingHttpResponse
from django.views.decorators.http import require_POST

from fondly.base.clock import now, today_in
from fondly.base.money import to_major
from fondly.base.text.cells import safe
from fondly.insight.listing.answer import pages
from fondly.insight.listing.column import Column
from fondly.insight.listing.question import Question, question
from fondly.insight.listing.scope import Scope
from fondly.team.access import Signed, needs
from fondly.team.audit import note

BATCH = 500
ALWAYS = ("number", "name", "kind", "contact", "email", "phone", "tag")


class Line:
    """A file for csv to write to that hands each line on."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


@needs("member")
@require_POST
def export(request: Signed) -> HttpResponseBase:
    """Send every client that answers the question as CSV, and note who asked for it."""
    scope = Scope(request.user)
    asked = question(QueryDict(request.POST.get("query", "")[:8000]), scope)
    columns = _columns(asked, scope)
    note(
        "clients.exported",
        by=request.user,
        at=now(),
        fields=[column.key for column in columns],
        conditions=[f"{c.column.key} {c.operator}" for c in asked.conditions],
        searched=bool(asked.typed),
    )
    reply = StreamingHttpResponse(_lines(asked, columns, scope), content_type="text/csv")
    day = today_in(str(scope.time_zone))
    reply["Content-Disposition"] = f'attachment; filename="clients-{day:%Y-%m-%d}.csv"'
    reply["Cache-Control"] = "no-store"
    return reply


def _columns(asked: Question, scope: Scope) -> list[Column]:
    wanted = [scope.columns[key] for key in ALWAYS] + list(asked.columns)
    return list({column.key: column for column in wanted}.values())


def _lines(asked: Question, columns: list[Column], scope: Scope) -> Iterator[str]:
    # The mark at the start tells spreadsheets that the file is UTF-8.
    yield "\ufeff"
    writer = csv.writer(Line())
    yield writer.writerow([safe(_title(column, scope)) for column in columns])
    loaded = replace(asked, columns=tuple(columns), after="")
    for rows in pages(loaded, scope, size=BATCH):
        for row in rows:
            values = (column.read(row) if column.read else None for column in columns)
            texts = (_text(c, v, scope) for c, v in zip(columns, values, strict=True))
            yield writer.writerow([safe(text) for text in texts])


def _title(column: Column, scope: Scope) -> str:
    is_money = column.kind == "money"
    return f"{column.label} ({scope.currency})" if is_money else str(column.label)


def _text(column: Column, value: Any, scope: Scope) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.kind == "money":
        return str(to_major(value, scope.currency))
    if isinstance(value, float):
        return str(round(value, 4))
    if isinstance(value, datetime):
        return value.astimezone(scope.time_zone).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)
