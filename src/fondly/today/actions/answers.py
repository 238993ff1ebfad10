"""Answers: an order or a touch that answers a reason closes it by itself."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from fondly.base.news import News
from fondly.base.practice import reasons
from fondly.clients.models import Order
from fondly.team.models import Business
from fondly.today.actions.cards import hold, settle_reasons
from fondly.today.models import ActionReason, ActionState
from fondly.today.rules import batches
from fondly.touches.models import Touch

BATCH = 500


def answer(news: News, *, today: date) -> int:
    """Close the reasons this news answers and return how many.

    Only what happened after the card was made, or on its day, is an answer: an old order
    that arrives by import is none.
    """
    keys = {news.kind, f"{news.kind}:{news.detail}"}
    slugs = [slug for slug, reason in reasons().items() if reason.answered_by & keys]
    if not slugs:
        return 0
    return sum(
        _answer(batch, news, slugs, today)
        for batch in batches(list(news.client_ids), BATCH)
    )


@transaction.atomic
def _answer(batch: Sequence[int], news: News, slugs: list[str], today: date) -> int:
    live = ActionReason.objects.live().filter(client__in=batch, reason__in=slugs)
    if not live.exists():
        return 0
    hold(batch)
    happened = _newest(batch, news)
    business = Business.current()
    zone = ZoneInfo(business.time_zone if business else "UTC")
    rows = [
        row
        for row in live.filter(due__lte=today).select_related("action")
        if _is_after(happened.get(row.client_id), row.action.created_at, zone)
    ]
    settle_reasons(rows, ActionState.ANSWERED, today=today, now=news.at)
    return len(rows)


def _newest(batch: Sequence[int], news: News) -> dict[int, date | datetime]:
    """Return when each client last ordered (a day), or had such a touch (a time)."""
    if news.kind == "order":
        orders = Order.objects.filter(client__in=batch, amount__gt=0)
        return dict(orders.values_list("client").annotate(Max("placed_on")).order_by())
    touches = Touch.objects.filter(client__in=batch)
    if news.detail:
        touches = touches.filter(direction__in=[news.detail, "both"])
    return dict(touches.values_list("client").annotate(Max("at")).order_by())


def _is_after(happened: date | datetime | None, made: datetime, zone: ZoneInfo) -> bool:
    """Tell whether it happened on the business's day on which the card was made, or later.

    An order has only its day.
    """
    if isinstance(happened, datetime):
        happened = happened.astimezone(zone).date()
    return happened is not None and happened >= made.astimezone(zone).date()
