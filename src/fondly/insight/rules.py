"""Which days can be looked at."""

from datetime import date

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _

OLDEST = date(1970, 1, 1)


def must_have_been(day: date, *, today: date) -> None:
    """Refuse a day that is yet to come, or older than any order."""
    if not OLDEST <= day <= today:
        raise Refusal(_("Choose a day that has been."))
