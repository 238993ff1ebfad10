"""What a client's touches add up to, kept in columns of the client."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from fondly.clients.models import Client
from fondly.touches.models.touch import Direction, Touch
from fondly.touches.rules import WE_SPOKE


def _aggregate(kind: type[models.Aggregate], **only: Any) -> models.Subquery:
    """Return a subquery over the touches of the client that is being updated."""
    rows = Touch.objects.filter(client=models.OuterRef("pk"), **only).order_by()
    return models.Subquery(rows.values("client").annotate(of=kind("at")).values("of"))


def _first_unanswered() -> models.Subquery:
    """Return when the client first spoke after we last did; the same moment is answered."""
    spoken = Touch.objects.filter(client=models.OuterRef("client"), direction__in=WE_SPOKE)
    later = spoken.filter(at__gte=models.OuterRef("at"))
    waiting = Touch.objects.filter(client=models.OuterRef("pk"), direction=Direction.IN)
    waiting = waiting.filter(~models.Exists(later)).order_by()
    return models.Subquery(
        waiting.values("client").annotate(of=models.Min("at")).values("of")
    )


def recompute_standings(client_ids: Sequence[int]) -> None:
    """Make what touches add up to right for these clients, from all their touches."""
    Client.everything.filter(pk__in=client_ids).update(
        last_touch_at=_aggregate(models.Max),
        last_two_way_at=_aggregate(models.Max, direction=Direction.BOTH),
        first_unanswered_at=_first_unanswered(),
    )


def note_newer(touch: Touch) -> None:
    """Let one saved touch move its client's standing, where it is news.

    Each is a conditional UPDATE in which the newer wins: touches may arrive in any order.
    """
    client = Client.everything.filter(pk=touch.client_id)

    def older(name: str) -> models.Q:
        return models.Q(**{name: None}) | models.Q(**{f"{name}__lt": touch.at})

    client.filter(older("last_touch_at")).update(last_touch_at=touch.at)
    if touch.direction == Direction.BOTH:
        client.filter(older("last_two_way_at")).update(last_two_way_at=touch.at)
    if touch.direction in WE_SPOKE:
        answered = client.filter(first_unanswered_at__lte=touch.at)
        answered.update(first_unanswered_at=_first_unanswered())
    else:
        first = models.Q(first_unanswered_at=None) | models.Q(
            first_unanswered_at__gt=touch.at
        )
        spoken = Touch.objects.filter(client=touch.client_id, direction__in=WE_SPOKE)
        unanswered = ~models.Exists(spoken.filter(at__gte=touch.at))
        client.filter(first, unanswered).update(first_unanswered_at=touch.at)
