"""Who may open Today, and settle whose cards."""

from fondly.testing import NOON, TODAY
from fondly.today.models import Action, ActionReason
from tests.access.row import form, page, post


def a_card(cast):
    """Return Ada's card, open."""
    action = Action.objects.create(
        client=cast.ada,
        assignee=cast.member,
        suggestion="Call.",
        due=TODAY,
        created_at=NOON,
    )
    ActionReason.objects.create(
        action=action,
        client=cast.ada,
        reason="rhythm.quiet",
        subject="quiet:1",
        because="Silent.",
        suggestion="Call.",
        due=TODAY,
    )
    return action.pk


THINGS = {"action_id": a_card}
ROWS = [
    page("today:today"),
    page("today:aside", about="client"),
    form("today:done", needs="member", about="client"),
    form("today:snooze", needs="member", about="client"),
    form("today:not-needed", needs="member", about="client"),
    post("today:undo", needs="member", about="client"),
]
