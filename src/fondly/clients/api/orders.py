"""Orders and refunds by API."""

from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Router, Status

from fondly.base.clock import now
from fondly.base.rest import PROBLEMS, Cursor, Id, Limit, Moment, Page, page_of
from fondly.clients.actions import orders as actions
from fondly.clients.api.schemas import OrderIn, OrderOut
from fondly.clients.models import Client, Order
from fondly.team.tokens import bearer

router = Router(tags=["orders"])


def _seen_by(user: Any) -> Any:
    return Order.objects.filter(client__in=Client.objects.seen_by(user))


@router.get("/orders", response={200: Page[OrderOut], **PROBLEMS}, auth=bearer("read"))
def list_orders(
    request: Any,
    client_id: Id | None = None,
    placed_since: Moment | None = None,
    after: Cursor | None = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List orders by id, of one client or of all that may be seen."""
    asked = {"client_id": client_id, "placed_at__gte": placed_since}
    known = {key: value for key, value in asked.items() if value is not None}
    return page_of(_seen_by(request.user).filter(**known), after=after, limit=limit)


@router.post("/orders", response={201: OrderOut, **PROBLEMS}, auth=bearer("write"))
def record_order(request: Any, sent: OrderIn) -> Any:
    """Record a purchase, or a refund with a negative amount."""
    client = get_object_or_404(Client.objects.seen_by(request.user), pk=sent.client_id)
    original = None
    if sent.refund_of_id is not None:
        original = get_object_or_404(_seen_by(request.user), pk=sent.refund_of_id)
    lines = [
        actions.Line(
            sku=line.sku,
            description=line.description,
            quantity=Decimal(str(line.quantity)),
            amount=line.amount,
        )
        for line in sent.lines
    ]
    about = sent.dict(exclude={"client_id", "refund_of_id", "lines"})
    order = actions.record(
        client, lines=lines, refund_of=original, by=request.user, now=now(), **about
    )
    return Status(201, order)


@router.get("/orders/{order_id}", response={200: OrderOut, **PROBLEMS}, auth=bearer("read"))
def get_order(request: Any, order_id: Id) -> Order:
    """Return one order."""
    order: Order = get_object_or_404(_seen_by(request.user), pk=order_id)
    return order
