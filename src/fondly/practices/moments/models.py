"""The questions moments asks; it keeps no tables of its own."""

from collections.abc import Collection
from datetime import date, timedelta, tzinfo
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from fondly.base.practice import Asked
from fondly.clients.models import ImportantDate, Order
from fondly.insight.models import Signal
from fondly.practices.moments import rules
from fondly.touches.models import Touch

# Below this chance a greeting for years of loyalty would sound wrong.
STILL_WITH_US = 0.2


def dates_around(
    asked: Asked, pairs: Collection[tuple[int, int]], *, zone: tzinfo
) -> QuerySet[ImportantDate]:
    """Return important dates on one of these days of the year, of clients still with us
    whom we knew on the day asked about."""
    on = reduce(or_, (Q(month=month, day=day) for month, day in sorted(pairs)))
    known = _known(asked.today, zone)
    rows = ImportantDate.objects.filter(on, known, client__closed_on=None)
    if asked.client_ids is not None:
        rows = rows.filter(client__in=asked.client_ids)
    signals = Signal.objects.of_run(asked.run_id)
    return rows.select_related("client", "contact").prefetch_related(
        Prefetch("client__signals", signals, to_attr="asked_signals")
    )


def _known(day: date, zone: tzinfo) -> Q:
    """Keep clients known on a day: noted down by then, or so long ago by what is told.

    Only a look at an earlier day leaves anybody out: a file brings years at once.
    """
    after = rules.midnight_after(day, zone)
    client = OuterRef("client")
    ordered = Order.objects.filter(client=client, placed_on__lte=day)
    touched = Touch.objects.filter(client=client, at__lt=after)
    noted = Q(client__created_at__lt=after) | Q(client__client_since__lte=day)
    return noted | Q(Exists(ordered)) | Q(Exists(touched))


def _asked(asked: Asked) -> QuerySet[Signal]:
    with_us = Q(p_active=None) | Q(p_active__gte=STILL_WITH_US)
    rows = Signal.objects.of_run(asked.run_id).filter(with_us, client__closed_on=None)
    if asked.client_ids is not None:
        rows = rows.filter(client__in=asked.client_ids)
    return rows


def began_on(asked: Asked, starts: Collection[date]) -> QuerySet[Signal]:
    """Return the signals of those who became clients on one of these days, and with whom
    there was something not too long ago: years of silence are not kept."""
    since = asked.today - timedelta(days=rules.SILENT)
    near = Q(last_order_on__gte=since) | Q(last_touch_on__gte=since)
    said = Q(client__client_since__in=starts)
    seen = Q(client__client_since=None, first_order_on__in=starts)
    return _asked(asked).filter(said | seen, near, orders__gt=0)


def at_milestone(asked: Asked) -> QuerySet[Signal]:
    """Return the signals of those whose last order was a milestone a short while ago."""
    since = asked.today - timedelta(days=rules.THANKS_WITHIN)
    return _asked(asked).filter(
        orders__in=rules.MILESTONES,
        last_order_on__gte=since,
        last_order_on__lte=asked.today,
    )
