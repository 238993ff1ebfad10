"""Exchange rates of one's own, by date."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.clients.models import Rate
from fondly.clients.rules import check_years, is_currency
from fondly.team import audit
from fondly.team.models import Business, User


@transaction.atomic
def put(
    currency: str, *, from_day: date, rate: Decimal, by: User | None, now: datetime
) -> Rate:
    """Say what one unit of `currency` is worth in the reporting currency from a day on."""
    currency = currency.strip().upper()
    business = Business.current()
    if not is_currency(currency) or (business and currency == business.currency):
        raise Refusal(_("Give another currency than your own, as three letters."))
    check_years(from_day)
    if not rate.is_finite() or not Decimal("0.00000001") <= rate < Decimal(10) ** 9:
        raise Refusal(_("A rate is a number above zero."))
    kept, _made = Rate.objects.update_or_create(
        currency=currency, from_day=from_day, defaults={"rate": rate}
    )
    audit.note("rate.put", by=by, at=now, about=f"rate {currency}", day=str(from_day))
    return kept


@transaction.atomic
def remove(rate: Rate, *, by: User | None, now: datetime) -> None:
    """Forget a rate."""
    about = f"rate {rate.currency}"
    audit.note("rate.removed", by=by, at=now, about=about, day=str(rate.from_day))
    rate.delete()
