"""Who may open plans, cadences and the ten best."""

from fondly.practices.rhythm.models import PlanReminder, TopTen
from fondly.testing import NOON, TODAY
from tests.access.row import form, page, post


def a_reminder(cast):
    """Return a reminder in Ada's plan."""
    row = PlanReminder.objects.create(
        client=cast.ada, what="Call", set_due=TODAY, set_at=NOON, next_due=TODAY
    )
    return row.pk


def a_place(cast):
    """Return Ada's place among the ten."""
    return TopTen.objects.create(quarter="2026-Q1", client=cast.ada, place=1).pk


THINGS = {"reminder_id": a_reminder, "place_id": a_place}
ROWS = [
    page("rhythm:top-ten"),
    post("rhythm:special", needs="member", about="client"),
    post("rhythm:replace", needs="member", about="client"),
    page("rhythm:plan", about="client"),
    form("rhythm:plan-add", needs="member", about="client"),
    form("rhythm:reminder", needs="member", about="client"),
    post("rhythm:reminder-stop", needs="member", about="client"),
    form("rhythm:cadence", needs="member", about="client"),
]
