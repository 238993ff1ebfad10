"""A look at another day: the same page, read-only."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fondly.base import clock
from fondly.base.errors import Refusal
from fondly.insight.models import ScoreRun
from fondly.insight.rules import must_have_been
from fondly.team.access import needs
from fondly.team.models import Business, User
from fondly.today import actions
from fondly.today.board import Board, day_of
from fondly.today.looks import looked


def day_asked(text: str, *, today: date) -> date | None:
    """Return the day that is asked for, or None for today."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(_("“%(text)s” is not a day.") % {"text": text[:20]}) from error
    must_have_been(day, today=today)
    return None if day == today else day


def look_context(day: date, *, person: User) -> dict[str, Any]:
    """Return what the page shows of another day; without signals it offers to compute."""
    run = ScoreRun.looking_at(day)
    shown, more = looked(day, run_id=run.pk, user=person) if run else ([], 0)
    return {
        "board": Board(
            shown=shown,
            cards=len(shown),
            minutes=sum(card.action.minutes for card in shown),
            stake=sum(card.action.stake for card in shown),
            waiting=more,
            has_more=False,
            done=0,
            done_minutes=0,
            capacity=person.capacity_minutes,
        ),
        "looking": day,
        "run": run,
        "may_act": False,
    }


@require_POST
@needs("member")
def compute(request: HttpRequest) -> HttpResponse:
    """Have the signals of another day computed in the background."""
    text = request.POST.get("as_of", "")
    today, _start, _end = day_of(Business.current(), clock.now())
    day = day_asked(text, today=today)
    if day is None:
        raise Refusal(_("Say which day."))
    actions.compute_soon(day)
    return redirect(reverse("today:today") + f"?as_of={day}&asked=1")
