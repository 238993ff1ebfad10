"""What every router of the API shares: bounded types, keyset pages and problem JSON."""

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)
BIGGEST = 2**63 - 1


def _without_nul(text: str) -> str:
    """Refuse the one character that PostgreSQL cannot keep, and halves of characters."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("contains a character that cannot be kept")
    return text


def _in_range(moment: datetime) -> datetime:
    """Refuse times whose neighbour time zones fall outside the calendar."""
    if not 1 < moment.year < 9999:
        raise ValueError("is outside the years 2 to 9998")
    # In UTC from here on: PostgreSQL takes no displacement beyond 16 hours.
    return moment.astimezone(UTC)


Id = Annotated[int, Field(ge=1, le=BIGGEST)]
Minor = Annotated[int, Field(ge=-(10**15), le=10**15, description="minor units")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])]
Moment = Annotated[AwareDatetime, AfterValidator(_in_range)]
Limit = Annotated[int, Field(ge=1, le=200)]
KEEPABLE = AfterValidator(_without_nul)
Code = Annotated[str, Field(max_length=10), KEEPABLE]
Line = Annotated[str, Field(max_length=80), KEEPABLE]
Name = Annotated[str, Field(min_length=1, max_length=200), KEEPABLE]
Note = Annotated[str, Field(max_length=300), KEEPABLE]
Prose = Annotated[str, Field(max_length=20_000), KEEPABLE]
Cursor = Annotated[str, Field(max_length=200), KEEPABLE]


class Page(Schema, Generic[Item]):
    """One page, and where the next begins. `next` is null on the last page."""

    items: list[Item]
    next: str | None = None


class Problem(Schema):
    """Problem details (RFC 9457)."""

    type: str = "about:blank"
    status: int
    title: str
    detail: str = ""


# What any operation may answer besides success; named in the OpenAPI document.
PROBLEMS: dict[Any, Any] = {
    400: Problem,
    401: Problem,
    403: Problem,
    404: Problem,
    422: Problem,
}


def cursor_for(key: int) -> str:
    """Return the opaque cursor after the row `key`."""
    return base64.urlsafe_b64encode(f"after:{key}".encode()).decode().rstrip("=")


def key_of(cursor: str) -> int:
    """Return the key in a cursor; refuse one we did not make."""
    try:
        words = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        prefix, _colon, key = words.partition(":")
        number = int(key)
    except (binascii.Error, ValueError) as error:
        raise Refusal(_("This cursor is not one of ours.")) from error
    if prefix != "after" or not 0 <= number <= BIGGEST:
        raise Refusal(_("This cursor is not one of ours."))
    return number


def page_of(
    rows: "QuerySet[Row]",
    *,
    after: str | None,
    limit: int,
    show: Callable[[Row], Any] = lambda row: row,
    key: str = "pk",
) -> dict[str, Any]:
    """Return one page of `rows` by ascending key, in a single query without a count.

    `key` names another unique column, where rows are written anew and the id tells nothing.
    """
    if after:
        rows = rows.filter(**{f"{key}__gt": key_of(after)})
    found = list(rows.order_by(key)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return {
        "items": [show(row) for row in found],
        "next": cursor_for(getattr(found[-1], key)) if more else None,
    }
