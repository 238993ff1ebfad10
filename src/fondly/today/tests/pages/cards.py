"""Cards for the pages to show, and what a page shows."""

from django.utils import timezone

from fondly.today.models import Action, ActionReason

NOW = timezone.now()
TODAY = NOW.date()
HTMX = {"HX-Request": "true"}


def a_card(client, assignee=None, *, because="Silent for 71.", **about):
    row = {
        "client": client,
        "assignee": assignee,
        "suggestion": "Call Jonas. Ask how he is.",
        "due": TODAY,
        "created_at": NOW,
        "stake": 50_000,
        "rank": 1,
    }
    action = Action.objects.create(**row | about)
    ActionReason.objects.create(
        action=action,
        client=client,
        reason="rhythm.quiet",
        subject="quiet:1",
        because=because,
        suggestion=action.suggestion,
        due=action.due,
        stake=action.stake,
    )
    return action


def shown(client, address="/today/"):
    return client.get(address).content.decode()
