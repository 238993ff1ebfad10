"""The demo's business is made once, whole or not at all."""

from datetime import date, datetime, timedelta

from django.db import transaction

from fondly.base.practice import practices
from fondly.clients.actions.search import index
from fondly.clients.models import Client
from fondly.insight.models import SavedView
from fondly.practices.rhythm.models import PlanReminder
from fondly.site.demo import market, rows, team
from fondly.site.demo.story import tell
from fondly.team.models import Role, User
from fondly.today import actions as outcomes
from fondly.today.models import Action

DONE = (
    ("Called; they liked to be asked, and order again on Friday", "service"),
    ("Sent the article about water for espresso", "give"),
)
VIEWS = (
    ("Wholesale", "field=tag&op=is&value=wholesale&upto="),
    (
        "Tier A, met at the fair",
        ("field=tier&op=is&value=A&upto=&field=tag&op=is&value=met+at+the+fair&upto="),
    ),
)
PROMISED = (
    "Ask how the new menu goes",
    "Bring the new single origins by",
    "Look at the grinder",
    "Send the price list for the season",
)


def make(*, today: date, now: datetime) -> int:
    """Write the whole business into an empty database; return how many clients it has."""
    story = tell(today)
    with transaction.atomic():
        business = team.found_the_business()
        people = team.hire(now)
        labels = team.set_up(today)
        clients = rows.write_clients(story, people, now)
        rows.write_people(story, clients)
        rows.write_labels(story, clients, labels)
        rows.write_orders(story, clients, business.time_zone)
        rows.write_the_rest(story, clients, people)
        _share_views(people["maya"])
        _remind(story, clients, today, now)
        index(client.pk for client in clients)
        for practice in practices():
            if practice.seed:
                practice.seed(today)
    return len(clients)


def _share_views(maya: User) -> None:
    """Share views of the client list, by which the reports are cut as well."""
    for name, query in VIEWS:
        SavedView.objects.create(user=maya, name=name, query=query, is_shared=True)


def open_the_stall(*, today: date, now: datetime) -> None:
    """Bring in what came by a file, and let a colleague have a holiday before them."""
    maya, ines = (User.objects.get(email=team.address_of(key)) for key in ("maya", "ines"))
    market.bring_in(by=maya, today=today, now=now)
    monday = today + timedelta(days=14 - today.weekday())
    away = {"from_day": monday, "until_day": monday + timedelta(days=4)}
    outcomes.be_away(user=ines, **away, stand_in=maya, by=maya, today=today, now=now)


def begin_the_day(*, today: date, now: datetime) -> None:
    """Settle a few of today's cards, as a team does by nine: done, put off, not needed.

    The most pressing stay, so that there is something to do for whoever looks.
    """
    for user in User.objects.filter(role__in=[Role.OWNER, Role.MEMBER]):
        mine = Action.objects.waiting(today).filter(assignee=user)
        cards = list(mine.exclude(is_obligation=True)[6:16:2])
        for card, (what, purpose) in zip(cards[:2], DONE, strict=False):
            outcomes.done(card, by=user, now=now, what=what, purpose=purpose)
        for card in cards[2:4]:
            until = today + timedelta(days=7)
            why = "On holiday until next week"
            outcomes.snooze(card, until=until, reason=why, by=user, today=today, now=now)
        for card in cards[4:]:
            outcomes.not_needed(card, by=user, now=now, reason="Spoke to them at the fair")


def _remind(story: rows.Story, clients: list[Client], today: date, now: datetime) -> None:
    """Give every sixth firm that still orders a reminder; a few are due, most recur."""
    lately = today - timedelta(days=90)
    firms = [
        client
        for client, (who, life) in zip(clients, story, strict=True)
        if who.kind == "organisation"
        and not life.closed_on
        and life.sales
        and life.sales[-1].at.date() > lately
    ]
    days = [today + timedelta(days=place % 30 - 1) for place in range(len(firms))]
    PlanReminder.objects.bulk_create(
        PlanReminder(
            client=client,
            what=PROMISED[place % len(PROMISED)],
            every_days=None if place % 4 == 3 else 30 * (1 + place % 3),
            set_due=day,
            set_at=now,
            next_due=day,
        )
        for place, (client, day) in enumerate(zip(firms[::6], days, strict=False))
    )
