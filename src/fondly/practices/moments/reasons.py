"""The questions moments asks every day, and how it words what it finds."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fondly.base.practice import Asked, Proposal
from fondly.clients.models import ImportantDate
from fondly.insight.models import Signal
from fondly.practices.moments import models, rules
from fondly.team.models import Business
from fondly.today.models import with_person
from fondly.today.rules import stake

CARD_MINUTES = 5
CALL_MINUTES = 10


def birthdays(asked: Asked) -> Iterator[Proposal]:
    """Propose a greeting on every birthday and other date that matters."""
    business = Business.current()
    ours = business.time_zone if business else "UTC"
    workdays = business.workdays if business else []
    pairs = rules.month_days(rules.window(asked.today))
    found = models.dates_around(asked, pairs, zone=ZoneInfo(ours))
    for row in found.iterator(2000):
        there = rules.day_there(asked.today, ours, _zone_of(row) or ours)
        kept = rules.nearest(row.month, row.day, there)
        # Moved to our calendar: their day, less how far they are ahead of us.
        day = kept - (there - asked.today)
        due = rules.due_on(day, workdays)
        if rules.is_due(due, day, asked.today):
            yield _greeting(row, kept=kept, day=day, due=due, today=asked.today)


def _zone_of(row: ImportantDate) -> str:
    return (row.contact.time_zone if row.contact else "") or row.client.time_zone


def _greeting(
    row: ImportantDate, *, kept: date, day: date, due: date, today: date
) -> Proposal:
    who = row.contact.name if row.contact else row.client.name
    signals = _first(row.client.asked_signals)  # type: ignore[attr-defined]  # fetched by `asked`
    call = bool(signals and signals.reach_phone and signals.tier in ("A", "B"))
    return Proposal(
        client_id=row.client_id,
        subject=f"date:{row.pk}:{kept.year}",
        because=f"{_what(row, who, kept, late=day < today)} {_when(day, today)}",
        suggestion=_suggestion(row, who, call=call, late=day < today),
        stake=_stake(signals),
        due=due,
        minutes=CALL_MINUTES if call else CARD_MINUTES,
        by="call" if call else "card",
        contact_id=row.contact_id,
        pressing=rules.PRESSING,
    )


def _what(row: ImportantDate, who: str, kept: date, *, late: bool) -> str:
    """Say what the day is, with the age only where the year is known and round."""
    if row.kind == ImportantDate.Kind.BIRTHDAY:
        age = kept.year - row.year if row.year else 0
        if age > 0 and age % 10 == 0:
            turns = _("%(who)s turned %(age)d") if late else _("%(who)s turns %(age)d")
            return turns % {"who": who, "age": age}
        has = _("%(who)s had a birthday") if late else _("%(who)s has a birthday")
        return has % {"who": who}
    label = row.label or row.get_kind_display()
    if row.year and kept.year > row.year:
        years = kept.year - row.year
        return ngettext(
            "%(label)s, %(who)s: %(years)d year,",
            "%(label)s, %(who)s: %(years)d years,",
            years,
        ) % {"label": label, "who": who, "years": years}
    return _("%(label)s, %(who)s,") % {"label": label, "who": who}


def _when(day: date, today: date) -> str:
    near = {0: _("today."), 1: _("tomorrow."), -1: _("yesterday.")}
    other = _("last %(day)s.") if day < today else _("on %(day)s.")
    return near.get((day - today).days, other % {"day": date_format(day, "l")})


def _suggestion(row: ImportantDate, who: str, *, call: bool, late: bool) -> str:
    names = {"who": who}
    if late:
        return _("Send %(who)s a word. Late, but warm.") % names
    if row.kind != ImportantDate.Kind.BIRTHDAY:
        return _("Write to %(who)s. Say that you thought of the day.") % names
    if call:
        return _("Call %(who)s. Wish a happy birthday, nothing else.") % names
    return _("Send %(who)s a birthday card. By hand, if you can.") % names


def years(asked: Asked) -> Iterator[Proposal]:
    """Propose a thank-you for years as a client."""
    business = Business.current()
    workdays = business.workdays if business else []
    starts = rules.starts_of(rules.window(asked.today))
    for row in _people(models.began_on(asked, list(starts))):
        began = row.client__client_since or row.first_order_on
        count = starts[began]
        day = rules.falls_on(began.month, began.day, began.year + count)
        due = rules.due_on(day, workdays)
        if not rules.is_due(due, day, asked.today):
            continue
        who = row.person_name or row.client__name
        yield Proposal(
            client_id=row.client_id,
            subject=f"years:{count}",
            because=ngettext(
                "%(years)d year a client %(when)s",
                "%(years)d years a client %(when)s",
                count,
            )
            % {"years": count, "when": _when(day, asked.today)},
            suggestion=_("Thank %(who)s with a card. Name what you did together.")
            % {"who": who},
            stake=_stake(row),
            due=due,
            minutes=CARD_MINUTES,
            by="card",
            contact_id=row.person_id,
        )


def milestones(asked: Asked) -> Iterator[Proposal]:
    """Propose a thank-you for the first, tenth, hundredth order."""
    for row in _people(models.at_milestone(asked)):
        who = row.person_name or row.client__name
        first = row.orders == 1
        because = _("First order on %(day)s.") if first else _("Order %(n)d on %(day)s.")
        suggestion = (
            _("Welcome %(who)s. Ask whether all came as expected.")
            if first
            else _("Thank %(who)s. They came back again and again.")
        )
        yield Proposal(
            client_id=row.client_id,
            subject=f"order:{row.orders}",
            because=because
            % {"n": row.orders, "day": date_format(row.last_order_on, "j F")},
            suggestion=suggestion % {"who": who},
            stake=_stake(row),
            due=min(row.last_order_on + timedelta(days=1), asked.today),
            minutes=CALL_MINUTES if first else CARD_MINUTES,
            by="call" if first else "card",
            contact_id=row.person_id,
        )


def _people(rows: Any) -> Iterator[Any]:
    named = with_person(rows).values_list(
        "client_id",
        "person_id",
        "person_name",
        "client__name",
        "client__client_since",
        "first_order_on",
        "last_order_on",
        "orders",
        "worth_24m",
        "revenue_12m",
        "p_active",
        named=True,
    )
    return iter(named.iterator(5000))


def _first(signals: list[Signal]) -> Signal | None:
    return signals[0] if signals else None


def _stake(row: Any) -> int:
    if row is None:
        return 0
    return stake(worth=row.worth_24m, bought=row.revenue_12m, p_active=row.p_active)
