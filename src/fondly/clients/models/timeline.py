"""How any table gives its rows to the timeline: newest first, page by page."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import models

Rows = TypeVar("Rows", bound="models.QuerySet[Any]")

Key = tuple[datetime, str, int]


def newest_first(
    rows: Rows, before: Key | None, *, source: str, at: str = "at", limit: int
) -> Rows:
    """Return at most `limit` rows strictly older than the key `before` (at, source, id).

    Keys are ordered by time, then source, then id, all descending. `at` names the time
    column; the plain upper bound lets an index (…, at, id) find the place.
    """
    if before is not None:
        moment, other, row_id = before
        same_moment = models.Q(**{at: moment})
        if source == other:
            same_moment &= models.Q(pk__lt=row_id)
        older = models.Q(**{f"{at}__lt": moment})
        if source <= other:
            older |= same_moment
        rows = rows.filter(models.Q(**{f"{at}__lte": moment}) & older)
    return rows.order_by(f"-{at}", "-pk")[:limit]
