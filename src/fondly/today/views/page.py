"""Today, the front door: whom to look after, why and with what."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fondly.base.clock import now as the_time
from fondly.base.registry import menu
from fondly.base.web import render_page
from fondly.clients.models import Client
from fondly.insight.models import ScoreRun, Signal
from fondly.team.access import Signed, needs
from fondly.team.models import Business, User
from fondly.today.board import board, client_url, day_of, end_of
from fondly.today.models import Action
from fondly.today.views.looking import day_asked, look_context

PAGE = "today/page.html"
NOON, EVENING = 12, 18


@require_safe
@needs("viewer")
def today(request: Signed) -> HttpResponse:
    """Show the day of the one who looks, or for managers of a colleague."""
    context = page_context(request, just=_just(request))
    day = day_asked(request.GET.get("as_of", ""), today=context["today"])
    if day:
        context |= look_context(day, person=context["person"]) | {"just": None}
        context["is_asked"] = "asked" in request.GET
    return render_page(request, PAGE, context, part="list")


def page_context(request: Signed, *, just: Action | None = None) -> dict[str, Any]:
    """Return what the page needs; `just` is what was settled a moment ago."""
    now, business = the_time(), Business.current()
    person = _person(request)
    run = ScoreRun.current()
    today = day_of(business, now)[0]
    return {
        "board": board(user=request.user, person=person, business=business, now=now),
        "person": person,
        "is_own": person == request.user,
        "may_act": request.user.may("member"),
        "is_manager": request.user.may("manager"),
        "run": run,
        "today": today,
        "is_stale": run is not None and (today - run.as_of).days > 1,
        "greeting": _greeting(business, now),
        "currency": business.currency if business else "EUR",
        "links": [item for item in menu if item.place == "today"],
        "has_clients": Client.objects.exists,
        "just": just,
    }


def _person(request: Signed) -> User:
    """Return whose day is asked for: one's own, or a colleague's for managers."""
    asked = request.GET.get("of") or request.POST.get("of") or ""
    if not asked or asked == str(request.user.pk):
        return request.user
    if not request.user.may("manager") or not asked.isdecimal():
        raise Http404
    return get_object_or_404(User, pk=int(asked), is_active=True)


def _just(request: Signed) -> Action | None:
    """Return what a redirect says was settled a moment ago."""
    asked = request.GET.get("just", "")
    if not asked.isdecimal():
        return None
    seen = Action.objects.seen_by(request.user).select_related("client")
    return seen.filter(pk=int(asked)).first()


def _greeting(business: Business | None, now: datetime) -> str:
    hour = now.astimezone(ZoneInfo(business.time_zone if business else "UTC")).hour
    if hour < NOON:
        return _("Good morning")
    return _("Good afternoon") if hour < EVENING else _("Good evening")


@require_safe
@needs("viewer")
def aside(request: Signed, client_id: int) -> HttpResponse:
    """Show a client beside the list."""
    user = request.user
    rows = Client.objects.seen_by(user).select_related("owner").prefetch_related("labels")
    client = get_object_or_404(rows, pk=client_id)
    business = Business.current()
    today = day_of(business, the_time())[0]
    looking = day_asked(request.GET.get("as_of", ""), today=today)
    run = ScoreRun.looking_at(looking) if looking else ScoreRun.current()
    touches = client.touches.filter(at__lt=end_of(looking or today, business))
    context = {
        "client": client,
        "signals": Signal.objects.filter(run=run, client=client).first(),
        "looking": looking,
        "interests": [x for x in client.labels.all() if x.kind == "interest"],
        "last_touch": touches.order_by("-at", "-id").first(),
        "currency": business.currency if business else "EUR",
        "today": looking or today,
        "url": client_url(client.pk),
    }
    return render(request, "today/aside.html", context)


@require_safe
@needs("viewer")
def next_for(request: Signed, client_id: int) -> HttpResponse:
    """Show what is next for one client."""
    user = request.user
    client = get_object_or_404(Client.objects.seen_by(user), pk=client_id)
    live = Action.objects.live().filter(client=client)
    action = live.select_related("assignee").first()
    context = {
        "client": client,
        "action": action,
        "whys": action.reasons.live() if action else [],
        "today": day_of(Business.current(), the_time())[0],
        "may_write": user.may("member"),
    }
    return render_page(request, "today/next.html", context, part="panel")
