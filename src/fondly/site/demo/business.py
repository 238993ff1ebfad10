"""The demo's business is made once, whole or not at all."""

from datetime import date, datetime, timedelta

from django.db import transaction

from fondly.base.practice import practices
from fondly.clients.actions.search import index
from fondly.clients.models import Client
from fondly.practices.rhythm.models import PlanReminder
from fondly.site.demo import rows, team
from fondly.site.demo.story import tell

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
        _remind(story, clients, today)
        index(client.pk for client in clients)
        for practice in practices():
            if practice.seed:
                practice.seed(today)
    return len(clients)


def _remind(story: rows.Story, clients: list[Client], today: date) -> None:
    """Give every tenth firm a reminder in its plan; some are due, some recur."""
    firms = [
        client
        for client, (who, life) in zip(clients, story, strict=True)
        if who.kind == "organisation" and not life.closed_on
    ]
    PlanReminder.objects.bulk_create(
        PlanReminder(
            client=client,
            what=PROMISED[place % len(PROMISED)],
            every_days=None if place % 4 == 3 else 30 * (1 + place % 3),
            next_due=today + timedelta(days=place % 21 - 3),
            set_due=today + timedelta(days=place % 21 - 3),
        )
        for place, client in enumerate(firms[::10])
    )
