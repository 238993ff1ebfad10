"""What the client page and the aside of Today show of a client's signals."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from fondly.base import clock
from fondly.base.sources import signal_sources
from fondly.base.web import render_page
from fondly.clients.models import Client, Order
from fondly.insight.history.course import Point, line
from fondly.insight.listing.cells import told_in_words
from fondly.insight.listing.extras import told_by
from fondly.insight.models import MonthlySignal, ScoreRun, Signal
from fondly.insight.rules import month_ends, month_of
from fondly.insight.telling import strip, words
from fondly.insight.telling.because import Moved, because, moved
from fondly.insight.telling.why import Change, changed
from fondly.insight.telling.why import why as reasons
from fondly.team.access import Signed
from fondly.team.models import Business
from fondly.touches.models import Touch

MONTHS = 24  # of the past that are drawn
MOST = 1_000  # rows of orders and of touches drawn; more would be a smear


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One client's signals, the run they come from, and the business they are for."""

    client: Client
    run: ScoreRun | None
    signal: Signal | None
    business: Business

    @property
    def context(self) -> dict[str, Any]:
        """What every panel's template needs."""
        return {
            "client": self.client,
            "run": self.run,
            "signal": self.signal,
            "currency": self.business.currency,
        }


def seen_signals(request: Signed, client_id: int) -> Seen:
    """Return a client this person may see, with signals as of the day asked for."""
    client = get_object_or_404(Client.objects.seen_by(request.user), pk=client_id)
    day = _day(request.GET.get("as_of", ""))
    run = ScoreRun.looking_at(day) if day else ScoreRun.current()
    signal = Signal.objects.filter(run=run, client=client).first() if run else None
    business = Business.current() or Business()
    return Seen(client=client, run=run, signal=signal, business=business)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_safe
def figures(request: Signed, client_id: int) -> HttpResponse:
    """Show likely still active, worth to come, usual rhythm, give and ask."""
    seen = seen_signals(request, client_id)
    context = (
        seen.context
        | {
            "withheld": words.withheld(seen.run, seen.signal),
            "ahead": words.ahead(seen.run, seen.signal, seen.business.currency),
            "told": _told(seen),
        }
        | _course(seen)
    )
    return render_page(request, "insight/panels/figures.html", context, part="panel")


def _told(seen: Seen) -> list[dict[str, str]]:
    """Return what other apps know of the client now: nothing of another day, no gaps."""
    found = []
    for source in signal_sources:
        values = told_by(source, [seen.client.pk])
        if seen.client.pk in values and (seen.run is None or seen.run.is_current):
            value = values[seen.client.pk]
            found.append(
                {
                    "title": str(source.title),
                    "value": told_in_words(source, value),
                    "words": source.words(value) if source.words else "",
                }
            )
    return found


def _course(seen: Seen) -> dict[str, Any]:
    """Return the months until now: the points, their line and what to say of them."""
    run, signal = seen.run, seen.signal
    if run is None or signal is None:
        return {}
    points = [
        Point(month=row.month_end.month, p_active=row.p_active)
        for row in _months(seen.client, run.as_of, MONTHS)
    ]
    points.append(Point(month=month_of(run.as_of), p_active=signal.p_active))
    return {
        "points": points,
        "line": line(points),
        "course": words.course(points, run.as_of),
    }


def _months(client: Client, day: date, count: int) -> list[MonthlySignal]:
    since = month_of(list(month_ends(day, count))[-1])
    return MonthlySignal.objects.course(client.pk, since=since, until=month_of(day))


def _moved(seen: Seen) -> dict[str, Moved | Change | None]:
    """Return what moved the probability since the month before, if that is known."""
    if seen.run is None or seen.signal is None:
        return {}
    rows = _months(seen.client, seen.run.as_of, 1)
    if not rows:
        return {}
    return {
        "moved": moved(seen.run, seen.signal, rows[-1]),
        "changed": changed(seen.run, seen.signal, rows[-1]),
    }


@require_safe
def give_and_ask(request: Signed, client_id: int) -> HttpResponse:
    """Show how often we gave something useful against how often we asked."""
    seen = seen_signals(request, client_id)
    context = seen.context | {"parts": _balance(seen.signal)}
    return render_page(request, "insight/panels/give_and_ask.html", context, part="panel")


@require_safe
def why(request: Signed, client_id: int) -> HttpResponse:
    """Show the parts that make the probability of still being active."""
    seen = seen_signals(request, client_id)
    found = because(seen.run, seen.signal) if seen.run and seen.signal else None
    told = reasons(seen.run, seen.signal) if seen.run and seen.signal else []
    moves = _moved(seen) if told else {}
    context = (
        seen.context
        | moves
        | {
            "because": found,
            # Of orders there is a picture of its own.
            "reasons": [one for one in told if one.basis != "orders"],
            "withheld": words.withheld(seen.run, seen.signal),
        }
    )
    return render_page(request, "insight/panels/why.html", context, part="panel")


@require_safe
def rhythm(request: Signed, client_id: int) -> HttpResponse:
    """Draw the rhythm strip; `?size=compact` for narrow places."""
    seen = seen_signals(request, client_id)
    zone = ZoneInfo(seen.business.time_zone)
    today = seen.run.as_of if seen.run else clock.today_in(seen.business.time_zone)
    size = strip.COMPACT if request.GET.get("size") == "compact" else strip.WIDE
    signal = seen.signal
    expected = None
    if signal and signal.next_from and signal.next_until:
        expected = (signal.next_from, signal.next_until)
    drawn = strip.draw(
        orders=strip.shares(_orders(seen.client, today, zone)),
        touches=_touched(seen.client, today, zone),
        expected=None if seen.client.is_closed else expected,
        today=today,
        size=size,
    )
    context = seen.context | {"strip": drawn, "today": today}
    return render_page(request, "insight/panels/rhythm.html", context, part="panel")


def _orders(client: Client, today: date, zone: ZoneInfo) -> list[tuple[date, str, int]]:
    start, end = _between(today, zone)
    rows = Order.objects.filter(client=client, placed_at__gte=start, placed_at__lt=end)
    newest = rows.order_by("-placed_at", "-id")
    return list(newest.values_list("placed_on", "currency", "amount")[:MOST])


def _touched(client: Client, today: date, zone: ZoneInfo) -> list[date]:
    start, end = _between(today, zone)
    rows = Touch.objects.filter(client=client, at__gte=start, at__lt=end)
    moments = rows.order_by("-at", "-id").values_list("at", flat=True)[:MOST]
    return [moment.astimezone(zone).date() for moment in moments]


def _between(today: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants between which the strip is drawn."""
    start, end = today - strip.LONGEST, today + timedelta(days=1)
    return datetime.combine(start, time(), zone), datetime.combine(end, time(), zone)


def _balance(signal: Signal | None) -> list[dict[str, Any]]:
    """Return the pieces of the bar: x and width of 100, and the tone of each."""
    if signal is None:
        return []
    counts = [
        ("c-green", signal.gives_12m),
        ("c-soft", signal.services_12m),
        ("c-ember", signal.asks_12m),
    ]
    total = sum(count for _, count in counts)
    parts, x = [], 0.0
    for tone, count in counts:
        width = 100 * count / total if total else 0.0
        if count:
            parts.append({"tone": tone, "x": f"{x:.2f}", "width": f"{width:.2f}"})
        x += width
    return parts
