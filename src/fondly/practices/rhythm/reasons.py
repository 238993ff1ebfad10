"""The questions rhythm asks every day, and how it words what it finds."""

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fondly.base.practice import Asked, Proposal
from fondly.base.text.words import percent
from fondly.insight.telling.words import month_name
from fondly.practices.rhythm import rules
from fondly.practices.rhythm.models import (
    PlanReminder,
    TopTen,
    falling_silent,
    going_quiet,
    over_cadence,
    with_best_month,
)
from fondly.today.models import with_person
from fondly.today.rules import stake


def quiet(asked: Asked) -> Iterator[Proposal]:
    """Propose a call to everyone silent beyond their own rhythm, of orders or of words."""
    yield from _quiet_buyers(asked)
    yield from _quiet_voices(asked)


def _quiet_voices(asked: Asked) -> Iterator[Proposal]:
    found = with_person(with_best_month(falling_silent(asked), asked.today))
    rows = found.values_list(
        "client_id",
        "person_id",
        "person_name",
        "client__name",
        "last_heard_on",
        "last_touch_on",
        "gap_days",
        "cycles_silent",
        "called_off_12m",
        "p_active",
        "was",
        "was_in",
        named=True,
    )
    call = _("Call %(who)s. Ask how things are going; offer nothing.")
    again = _("Write to %(who)s. Another way this time: a short personal note.")
    for row in rows.iterator(5000):
        is_tried = rules.is_tried(row.last_touch_on, row.last_heard_on)
        silent = (asked.today - row.last_heard_on).days
        yield Proposal(
            client_id=row.client_id,
            subject=rules.quiet_subject(row.last_heard_on, row.cycles_silent),
            because=_no_word(round(row.gap_days), silent, row.called_off_12m)
            + _fallen(row.was, row.was_in, row.p_active, today=asked.today),
            suggestion=(again if is_tried else call)
            % {"who": row.person_name or row.client__name},
            stake=0,
            due=asked.today,
            minutes=10,
            by="write" if is_tried else "call",
            contact_id=row.person_id,
        )


def _no_word(gap: int, days: int, called_off: int) -> str:
    words = ngettext(
        "Usually speaks about every day; silent for %(days)d.",
        "Usually speaks about every %(gap)d days; silent for %(days)d.",
        gap,
    )
    off = ngettext(
        "Called off a meeting in the last 12 months.",
        "Called off %(count)d meetings in the last 12 months.",
        called_off,
    )
    said = words % {"gap": gap, "days": days}
    return f"{said} {off % {'count': called_off}}" if called_off else said


def _quiet_buyers(asked: Asked) -> Iterator[Proposal]:
    found = with_person(with_best_month(going_quiet(asked), asked.today))
    rows = found.values_list(
        "client_id",
        "person_id",
        "person_name",
        "client__name",
        "last_order_on",
        "last_touch_on",
        "gap_days",
        "days_since_order",
        "cycles_silent",
        "worth_24m",
        "revenue_12m",
        "p_active",
        "was",
        "was_in",
        named=True,
    )
    call = _("Call %(who)s. Ask how things are going; offer nothing.")
    again = _("Write to %(who)s. Another way this time: a short personal note.")
    for row in rows.iterator(5000):
        is_tried = rules.is_tried(row.last_touch_on, row.last_order_on)
        who = row.person_name or row.client__name
        yield Proposal(
            client_id=row.client_id,
            subject=rules.quiet_subject(row.last_order_on, row.cycles_silent),
            because=_silence(round(row.gap_days), row.days_since_order)
            + _fallen(row.was, row.was_in, row.p_active, today=asked.today),
            suggestion=(again if is_tried else call) % {"who": who},
            stake=stake(worth=row.worth_24m, bought=row.revenue_12m, p_active=row.p_active),
            due=asked.today,
            minutes=10,
            by="write" if is_tried else "call",
            contact_id=row.person_id,
        )


def _silence(gap: int, days: int) -> str:
    words = ngettext(
        "Orders about every day; silent for %(days)d.",
        "Orders about every %(gap)d days; silent for %(days)d.",
        gap,
    )
    return words % {"gap": gap, "days": days}


def _fallen(
    was: float | None, was_in: date | None, now: float | None, *, today: date
) -> str:
    """Say how likely they were active in the best month of the last year, if it fell."""
    if was_in is None or not rules.was_likelier(was, now):
        return ""
    words = _("Was %(was)s likely active in %(month)s.")
    return " " + words % {"was": percent(was), "month": month_name(was_in, today)}


def cadence(asked: Asked) -> Iterator[Proposal]:
    """Propose a touch to everyone whom we have left waiting beyond their cadence."""
    rows = with_person(over_cadence(asked)).values_list(
        "client_id",
        "person_id",
        "person_name",
        "client__name",
        "last_touch_on",
        "days_since_touch",
        "days_over_cadence",
        "ideal_days",
        "maximum_days",
        "worth_24m",
        "revenue_12m",
        "p_active",
        "tier",
        named=True,
    )
    because = _("You last spoke %(days)d days ago; every %(ideal)d days is the aim.")
    never = _("No word with them is noted yet; every %(ideal)d days is the aim.")
    most = _("You last spoke %(days)d days ago; %(maximum)d is the most it should be.")
    suggestion = _("Get in touch with %(who)s. Bring something useful, nothing to sell.")
    for row in rows.iterator(5000):
        days, ideal = row.days_since_touch, row.ideal_days
        over = (row.days_over_cadence, ideal, row.maximum_days)
        is_late = rules.is_past_maximum(*over)
        words = most if is_late else because
        if row.last_touch_on is None:
            words = never
        yield Proposal(
            client_id=row.client_id,
            subject=f"cadence:{row.last_touch_on}",
            because=words % {"days": days, "ideal": ideal, "maximum": row.maximum_days},
            suggestion=suggestion % {"who": row.person_name or row.client__name},
            stake=stake(worth=row.worth_24m, bought=row.revenue_12m, p_active=row.p_active),
            due=asked.today,
            minutes=10,
            by="call" if is_late else "write",
            contact_id=row.person_id,
            pressing=rules.pressing_of(*over),
        )


def top_ten(asked: Asked) -> Iterator[Proposal]:
    """Propose something special for each of the quarter's ten best, one by one."""
    quarter = rules.quarter_of(asked.today)
    for row in TopTen.objects.to_do(asked, quarter):
        special = row.special or _("Choose what it is on the page of the ten best.")
        yield Proposal(
            client_id=row.client_id,
            subject=f"top-ten:{quarter}",
            because=_("Number %(place)d of the ten best clients of this quarter.")
            % {"place": row.place},
            suggestion=_("Do something special for %(who)s. %(special)s")
            % {"who": row.client.name, "special": special},
            stake=_stake_of(row),
            due=row.due or asked.today,
            minutes=20,
            by="visit",
            # A ritual may wait; a client of the ten who goes quiet may not.
            pressing=0.6,
        )


def plan(asked: Asked) -> Iterator[Proposal]:
    """Propose what the plan says again and again, until a real contact resets it."""
    return _reminders(asked, once=False)


def reminder(asked: Asked) -> Iterator[Proposal]:
    """Propose what was to be remembered once."""
    return _reminders(asked, once=True)


def _reminders(asked: Asked, *, once: bool) -> Iterator[Proposal]:
    for row in PlanReminder.objects.asked(asked, once=once):
        yield Proposal(
            client_id=row.client_id,
            subject=rules.plan_subject(row.pk, row.next_due),
            because=_("You planned this for %(day)s.")
            % {"day": date_format(row.next_due, "j F")},
            suggestion=row.what,
            stake=_stake_of(row),
            due=row.next_due,
            minutes=10,
        )


def _stake_of(row: TopTen | PlanReminder) -> int:
    signals = row.client.asked_signals  # type: ignore[attr-defined]  # fetched by `asked`
    if not signals:
        return 0
    known = signals[0]
    return stake(worth=known.worth_24m, bought=known.revenue_12m, p_active=known.p_active)
