"""The day of the business, and that the list walks an index."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from tests.needs import only_on

from fondly.team.models import Business
from fondly.testing import TODAY, a_user
from fondly.today.board import day_of
from fondly.today.models import Action

BERLIN = Business(time_zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "day", "hours"),
    [
        (datetime(2026, 3, 9, 22, 30, tzinfo=UTC), date(2026, 3, 9), 24),
        (datetime(2026, 3, 9, 23, 30, tzinfo=UTC), date(2026, 3, 10), 24),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), date(2026, 3, 29), 23),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), date(2026, 10, 25), 25),
    ],
    ids=["before midnight", "after midnight", "spring", "autumn"],
)
def test_the_day_is_the_businesss_own_and_as_long_as_it_is(now, day, hours):
    today, start, end = day_of(BERLIN, now)
    assert today == day
    assert start <= now < end
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.django_db
def test_waiting_cards_are_read_from_an_index_in_their_order():
    only_on("sqlite")
    waiting = Action.objects.waiting(TODAY).values_list("pk")
    for rows in (waiting, waiting.filter(assignee=a_user()), waiting.filter(assignee=None)):
        plan = rows[:40].explain()
        assert "USING INDEX action_live_by" in plan
        assert "TEMP B-TREE" not in plan


@pytest.mark.django_db
def test_the_teams_load_is_added_up_from_an_index_of_its_own(django_assert_num_queries):
    only_on("sqlite")
    with django_assert_num_queries(1) as asked:
        Action.objects.load(TODAY)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
        plan = str(cursor.fetchall())
    assert "INDEX action_load" in plan
