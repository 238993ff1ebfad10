"""Who may open Today, and settle whose cards."""

from fondly.testing import NOON, TODAY
from fondly.today.models import Absence, Action, ActionReason
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


def an_absence(cast):
    """Return Max's own holiday."""
    return Absence.objects.create(user=cast.member, from_day=TODAY, until_day=TODAY).pk


THINGS = {"action_id": a_card, "absence_id": an_absence}
ROWS = [
    page("today:today"),
    post("today:look", needs="member", sends={"as_of": "2026-03-01"}),
    page("today:team", needs="manager"),
    post("today:hand-over", needs="manager"),
    form("today:absences", needs="member"),
    post("today:absence-remove", needs="member", about="client"),
    form("today:reasons", needs="manager"),
    page("today:aside", about="client"),
    form("today:done", needs="member", about="client"),
    form("today:snooze", needs="member", about="client"),
    post("today:not-needed", needs="member", about="client"),
    page("today:next", about="client"),
    post("today:undo", needs="member", about="client"),
]
