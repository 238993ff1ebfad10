"""Orders and refunds, recorded once each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.clients.models import Client, Order, OrderLine
from fondly.clients.rules import check_moment, check_texts, day_in, is_currency, order_key
from fondly.team import audit
from fondly.team.models import Business, User

LARGEST = 2**62


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of an order; `amount` in minor units."""

    description: str = ""
    sku: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)
    amount: int = 0


@transaction.atomic
def record(
    client: Client,
    *,
    placed_at: datetime,
    amount: int,
    currency: str,
    number: str = "",
    lines: Iterable[Line] = (),
    refund_of: Order | None = None,
    note: str = "",
    by: User | None,
    now: datetime,
) -> Order:
    """Return a new order, or a refund: negative, of an order that is known or not."""
    _check(client, placed_at, amount, currency, refund_of, now)
    check_texts({"number": number, "note": note}, {"number": Order.limits()["number"]})
    business = Business.current()
    order = Order(
        client=client,
        number=number.strip(),
        placed_at=placed_at,
        placed_on=day_in(placed_at, business.time_zone if business else "UTC"),
        amount=amount,
        currency=currency,
        refund_of=refund_of,
        note=note.strip()[:300],
    )
    _save_once(order)
    OrderLine.objects.bulk_create(
        OrderLine(order=order, position=position, **vars(line))
        for position, line in enumerate(lines, start=1)
    )
    about = f"client {client.pk}"
    audit.note("order.recorded", by=by, at=now, about=about, order=order.pk)
    detail = "refund" if amount < 0 else "order"
    announce(News(kind="order", client_ids=[client.pk], at=placed_at, detail=detail))
    return order


def _save_once(order: Order) -> None:
    """Save under the order's number, or under the first occurrence that is free."""
    values = {
        field.attname: getattr(order, field.attname)
        for field in Order._meta.concrete_fields
        if field.attname not in {"id", "key"}
    }
    same = order.count_alike()
    for occurrence in range(same + 1, same + 100):
        key = order_key(
            order.number,
            client_id=order.client_id,
            placed_at=order.placed_at,
            amount=order.amount,
            currency=order.currency,
            occurrence=occurrence,
        )
        kept, is_new = Order.everything.get_or_create(key=key, defaults=values)
        if is_new:
            order.pk, order.key, order._state.adding = kept.pk, kept.key, False
            return
        if order.number:
            raise Refusal(
                _("There is an order with the number “%(number)s” already.")
                % {"number": order.number}
            )
    raise Refusal(_("This order is recorded too many times already."))


def _check(
    client: Client,
    placed_at: datetime,
    amount: int,
    currency: str,
    refund_of: Order | None,
    now: datetime,
) -> None:
    if not is_currency(currency):
        raise Refusal(_("A currency is three capital letters, as in EUR."))
    if abs(amount) > LARGEST:
        raise Refusal(_("That amount is too large."))
    check_moment(placed_at, now)
    if refund_of is None:
        return
    if refund_of.client_id != client.pk or refund_of.currency != currency:
        raise Refusal(_("A refund belongs to an order of the same client and currency."))
    if amount >= 0:
        raise Refusal(_("A refund is a negative amount."))
