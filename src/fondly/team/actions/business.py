"""The business: founded once by its first owner, and changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.team.actions import people
from fondly.team.audit import note
from fondly.team.models import Business, Role, User

RECKONED = frozenset({"currency", "time_zone"})
WORKDAYS = [0, 1, 2, 3, 4]


@transaction.atomic
def found(
    *, email: str, name: str, password: str, business: Mapping[str, Any], now: datetime
) -> User:
    """Return the first owner, with the business as they describe it.

    Refused once anybody exists. Two who try at the same moment queue at the one row of the
    business, and the second finds the first.
    """
    Business.objects.get_or_create(pk=1, defaults=dict(business))
    row = Business.objects.select_for_update().get(pk=1)
    if User.objects.exists():
        raise Refusal(_("This installation has an owner already. Please sign in."))
    for field, value in business.items():
        setattr(row, field, value)
    row.save()
    owner = people.add(email, name=name, role=Role.OWNER, now=now, password=password)
    note("business.founded", by=owner, at=now, about="business")
    return owner


def stand_in(*, now: datetime, **known: str) -> Business:
    """Return the business, made with plain defaults when something comes before it.

    `known` is what is known of it already: the currency and time zone of a file, say. The
    first owner is asked for all of it.
    """
    row, is_new = Business.objects.get_or_create(
        pk=1, defaults={"name": _("My business"), "workdays": WORKDAYS, **known}
    )
    if is_new:
        note("business.founded", by=None, at=now, about="business")
    return row


@transaction.atomic
def change(business: Business, *, by: User, now: datetime, **wanted: Any) -> list[str]:
    """Change the business and return which fields were."""
    fields = [f for f, value in wanted.items() if getattr(business, f) != value]
    for field in fields:
        setattr(business, field, wanted[field])
    if fields:
        business.save(update_fields=fields)
        note("business.changed", by=by, at=now, about="business", fields=fields)
    if RECKONED & set(fields):
        # Nobody named, everybody meant: sums and days stand in the former ones until then.
        announce(News(kind="client", client_ids=[], at=now, detail="business"))
    return fields
