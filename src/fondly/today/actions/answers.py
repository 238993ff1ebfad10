"""Answers: an order or a touch that answers a reason closes it, until it is taken back."""

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
from fondly.today.models import Action, ActionReason, ActionState
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
    happened = _newest(batch, news.kind, news.detail)
    zone = _zone()
    rows = [
        row
        for row in live.filter(due__lte=today).select_related("action")
        if _is_after(happened.get(row.client_id), row.action.created_at, zone)
    ]
    settle_reasons(rows, ActionState.ANSWERED, today=today, now=news.at)
    return len(rows)


def reopen(client_ids: Sequence[int]) -> int:
    """Let what lost its answer be proposed again, as when a touch is taken back; return
    how many.

    Nobody decided about it, so it passes, and opens again if it still holds.
    """
    return sum(_reopen(batch) for batch in batches(client_ids, BATCH))


@transaction.atomic
def _reopen(batch: Sequence[int]) -> int:
    hold(batch)
    rows = ActionReason.objects.filter(client__in=batch, state=ActionState.ANSWERED)
    answers = {slug: reason.answered_by for slug, reason in reasons().items()}
    rows = rows.filter(reason__in=answers).select_related("action")
    keys = {key for row in rows for key in answers[row.reason]}
    newest = {key: _newest(batch, *key.split(":")) for key in keys}
    zone = _zone()
    lost = [
        row
        for row in rows
        if not any(
            _is_after(newest[key].get(row.client_id), row.action.created_at, zone)
            for key in answers[row.reason]
        )
    ]
    passed = {"state": ActionState.PASSED}
    ActionReason.objects.filter(pk__in=[row.pk for row in lost]).update(**passed)
    cards = Action.objects.filter(pk__in={row.action_id for row in lost})
    answered = cards.filter(state=ActionState.ANSWERED)
    answered.exclude(reasons__state=ActionState.ANSWERED).update(**passed)
    return len(lost)


def _zone() -> ZoneInfo:
    business = Business.current()
    return ZoneInfo(business.time_zone if business else "UTC")


def _newest(
    batch: Sequence[int], kind: str, detail: str = ""
) -> dict[int, date | datetime]:
    """Return when each client last ordered (a day), or had such a touch (a time)."""
    if kind == "order":
        orders = Order.objects.filter(client__in=batch, amount__gt=0)
        return dict(orders.values_list("client").annotate(Max("placed_on")).order_by())
    touches = Touch.objects.filter(client__in=batch)
    if detail:
        touches = touches.filter(direction__in=[detail, "both"])
    return dict(touches.values_list("client").annotate(Max("at")).order_by())


def _is_after(happened: date | datetime | None, made: datetime, zone: ZoneInfo) -> bool:
    """Tell whether it happened on the business's day on which the card was made, or later.

    An order has only its day.
    """
    if isinstance(happened, datetime):
        happened = happened.astimezone(zone).date()
    return happened is not None and happened >= made.astimezone(zone).date()
