"""Plans and the quarter's ten best: made, changed, and kept in step with what happens."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.clients.models import Client
from fondly.insight.models import ScoreRun, Signal
from fondly.practices.rhythm import rules
from fondly.practices.rhythm.models import (
    PlanReminder,
    TopTen,
    best_clients,
    last_contacts,
    last_settled,
)
from fondly.team.models import Business
from fondly.today.models import ActionReason, ActionState

LONGEST = 3660


@transaction.atomic
def plan(
    client: Client,
    *,
    what: str,
    next_due: date,
    every_days: int | None = None,
    reminder: PlanReminder | None = None,
    now: datetime,
) -> PlanReminder:
    """Add a reminder to the client's plan, or change one.

    The day counts from now on as set by hand, unless only the words change.
    """
    if not what.strip():
        raise Refusal(_("Say what there is to do."))
    if every_days is not None and not 1 <= every_days <= LONGEST:
        raise Refusal(_("Choose a number of days from 1 to 3660."))
    row = reminder or PlanReminder(client=client)
    as_it_was = (row.is_active, row.next_due, row.every_days)
    if reminder is None or as_it_was != (True, next_due, every_days):
        row.set_due = row.next_due = next_due
        row.set_at = now
    row.what, row.every_days = what.strip()[:200], every_days
    row.is_active = True
    row.save()
    _tell([client.pk], "plan", now)
    return row


@transaction.atomic
def stop(reminder: PlanReminder, *, now: datetime) -> None:
    """End a reminder; what it led to stays on the timeline."""
    reminder.is_active = False
    reminder.save(update_fields=["is_active"])
    _tell([reminder.client_id], "plan", now)


def _tell(client_ids: list[int], detail: str, now: datetime) -> None:
    """Have the cards of these clients follow, as after any change to a client."""
    announce(News(kind="client", client_ids=client_ids, at=now, detail=detail))


def hear(news: News) -> None:
    """Follow touches (they reset reminders), outcomes, and new signals (the ten best)."""
    if news.kind == "touch" and news.client_ids:
        reset_reminders(news.client_ids)
    elif news.kind == "action" and news.client_ids:
        follow_outcomes(news.client_ids, day=news.at.astimezone(_zone()).date())
        reset_reminders(news.client_ids)
    elif news.kind == "signals" and not news.client_ids:
        run = ScoreRun.current()
        if run:
            choose_top_ten(run_id=run.pk, today=run.as_of)


def _zone() -> ZoneInfo:
    """Return the business's time zone, in which its days begin and end."""
    business = Business.current()
    return ZoneInfo(business.time_zone if business else "UTC")


@transaction.atomic
def reset_reminders(client_ids: Sequence[int]) -> int:
    """Recompute when recurring reminders are due: from the last real contact since they
    were set, or the last card that somebody settled.

    From facts, not step by step: what is taken back gives the old day back.
    """
    rows = list(
        PlanReminder.objects.active().filter(
            client__in=client_ids, every_days__isnull=False
        )
    )
    if not rows:
        return 0
    theirs = {row.client_id for row in rows}
    zone, contacts, settled = _zone(), last_contacts(theirs), last_settled(theirs)
    for row in rows:
        moments = [contacts.get(row.client_id), settled.get(row.pk)]
        anew = rules.started_anew(row.set_at, moments)
        anew_on = anew.astimezone(zone).date() if anew else None
        row.next_due = rules.next_due(row.set_due, row.every_days, anew_on)
    return PlanReminder.objects.bulk_update(rows, ["next_due"], batch_size=200)


@transaction.atomic
def follow_outcomes(client_ids: Sequence[int], *, day: date) -> None:
    """Settle one-off reminders and places among the ten with their card, or reopen."""
    settled = {
        (row.client_id, row.subject): row.state
        for row in ActionReason.objects.filter(
            client__in=client_ids, reason__in=["rhythm.reminder", "rhythm.top-ten"]
        )
    }
    over = {ActionState.DONE, ActionState.NOT_NEEDED}
    once = PlanReminder.objects.filter(client__in=client_ids, every_days=None)
    for row in once:
        state = settled.get((row.client_id, rules.plan_subject(row.pk, row.next_due)))
        if state and row.is_active == (state in over):
            row.is_active = state not in over
            row.save(update_fields=["is_active"])
    for place in TopTen.objects.filter(
        client__in=client_ids, quarter=rules.quarter_of(day)
    ):
        state = settled.get((place.client_id, f"top-ten:{place.quarter}"))
        is_done = state == ActionState.DONE
        if (place.done_on is not None) != is_done:
            place.done_on = day if is_done else None
            place.save(update_fields=["done_on"])


@transaction.atomic
def choose_top_ten(*, run_id: int, today: date) -> int:
    """Fill the empty places among the quarter's ten best; return how many were filled.

    A place stays with its client: a list that changed daily would be no ritual. Whoever
    had to give a place away does not come back by themselves.
    """
    quarter = rules.quarter_of(today)
    chosen = list(TopTen.objects.select_for_update().filter(quarter=quarter))
    free = rules.free_places(row.place for row in chosen)
    if not free:
        return 0
    best = best_clients(run_id).exclude(client__in=[row.client_id for row in chosen])
    best = best.exclude(client__in=TopTen.objects.given_away(quarter))[: len(free)]
    rows = [
        TopTen(
            quarter=quarter,
            client_id=row.client_id,
            place=place,
            due=rules.top_ten_due(today, place),
        )
        for place, row in zip(free, best, strict=False)
    ]
    return len(TopTen.objects.bulk_create(rows, ignore_conflicts=True))


@transaction.atomic
def choose_special(place: TopTen, *, special: str, now: datetime) -> None:
    """Say what special thing is to be done for one of the ten."""
    place.special = special.strip()[:300]
    place.save(update_fields=["special"])
    _tell([place.client_id], "top-ten", now)


@transaction.atomic
def replace(place: TopTen, *, now: datetime) -> TopTen:
    """Give a place among the ten to the next best client who has none.

    Those who gave way before come last.
    """
    place = TopTen.objects.select_for_update().get(pk=place.pk)
    if place.done_on:
        raise Refusal(_("This has been done already."))
    run = ScoreRun.current()
    chosen = TopTen.objects.filter(quarter=place.quarter).values("client")
    others = (
        best_clients(run.pk).exclude(client__in=chosen) if run else Signal.objects.none()
    )
    gone = TopTen.objects.given_away(place.quarter)
    best = others.exclude(client__in=gone).first() or others.first()
    if best is None:
        raise Refusal(_("There is nobody else who has bought something."))
    before, place.client_id, place.special = place.client_id, best.client_id, ""
    place.save(update_fields=["client", "special"])
    place.gave_way.add(before)
    _tell([before, place.client_id], "top-ten", now)
    return place
