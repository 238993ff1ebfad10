"""The pages of reports: what stands on them, who sees whose figures, and the files."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fondly.base.registry import Plans, Registry
from fondly.clients.models import Client
from fondly.insight import actions
from fondly.insight.models import Signal
from fondly.insight.views.reports import pages
from fondly.team.models import RowRule
from fondly.testing import NOON, TODAY, a_business, a_client, a_user, an_order, olive

pytestmark = pytest.mark.django_db(transaction=True)
MOST_QUERIES = 25


@pytest.fixture
def house(client):
    """Max looks after Ada (100 euros lost in February), Mia after Boris (40 won)."""
    a_business(members_see=RowRule.OWN)
    people = {"olive": olive(), "max": a_user(name="Max"), "mia": a_user(name="Mia")}
    ada = a_client(name="Ada Berg", owner=people["max"])
    boris = a_client(name="Boris Vogel", owner=people["mia"])
    an_order(ada, on=date(2025, 2, 10), amount=10_000)
    an_order(boris, on=date(2026, 2, 12), amount=4_000)
    actions.score_all(as_of=TODAY, now=NOON)
    return people


def read(client, user, path="/insight/"):
    client.force_login(user)
    reply = client.get(path)
    assert reply.status_code == 200
    return reply.content.decode()


def table(client, user, path):
    client.force_login(user)
    reply = client.get(path)
    assert reply["Content-Type"] == "text/csv"
    return list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))


def test_the_finding_says_what_was_won_and_lost_last_month(client, house):
    page = read(client, house["olive"])
    assert (
        "In February 2026 €\u00a040 of yearly revenue was won and €\u00a0100 lost" in page
    )


def test_each_sees_the_figures_of_their_own_clients(client, house):
    mine = read(client, house["max"])
    assert "In February 2026 €\u00a00 of yearly revenue was won and €\u00a0100 lost" in mine
    theirs = read(client, house["mia"])
    assert "€\u00a040 of yearly revenue was won and none lost" in theirs
    asked = read(client, house["mia"], f"/insight/?owner={house['max'].pk}")
    assert "€\u00a0100" not in asked
    only_max = read(client, house["olive"], f"/insight/?owner={house['max'].pk}")
    assert "€\u00a0100 lost" in only_max
    assert "€\u00a040" not in only_max


def test_behind_a_part_stand_its_clients_and_nobody_elses(client, house):
    path = "/insight/?month=2026-02&part=lost"
    assert "Ada Berg" in read(client, house["olive"], path)
    assert "Ada Berg" not in read(client, house["mia"], path)
    assert "Ada Berg" not in read(client, house["olive"], "/insight/?month=2026-02")


def test_the_file_of_the_bridge_adds_up_in_every_line(client, house):
    rows = table(client, house["olive"], "/insight/csv/equity/bridge/")
    assert len(rows) == 12
    parts = ("new", "grown", "won back", "shrunk", "lost")
    for row in rows:
        assert float(row["Start"]) + sum(float(row[p]) for p in parts) == float(row["End"])
    assert rows[0]["Month"] == "February 2026"
    assert (rows[0]["new"], rows[0]["lost"]) == ("40.00", "-100.00")


def test_before_the_first_run_the_page_says_what_comes(client):
    a_business()
    assert "Nothing to report yet" in read(client, olive())


def test_another_day_is_shown_once_it_was_looked_at(client, house):
    day = TODAY - timedelta(days=40)
    assert "Nothing is known as of that day" in read(
        client, house["olive"], f"/insight/?as_of={day}"
    )
    actions.score_all(as_of=day, now=NOON, look=True)
    page = read(client, house["olive"], f"/insight/?as_of={day}")
    assert "As of 28 January 2026" in page
    assert "February 2026" not in page
    client.force_login(house["olive"])
    assert client.get("/insight/?as_of=soon").status_code == 422


def test_a_page_costs_as_many_queries_whatever_the_base(client, house):
    client.force_login(house["olive"])
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/insight/")
    assert len(few) <= MOST_QUERIES


def test_of_the_ten_best_the_page_says_what_is_planned_as_whoever_plans_says_it(
    client, house, monkeypatch
):
    ada = Client.objects.get(name="Ada Berg")
    Signal.objects.filter(client=ada).update(worth_24m=9_000)
    source = Plans(
        slug="test",
        title="Gifts",
        url_name="insight:clients",
        words=lambda ids, _today: {ada.pk: ["a letter by hand"]} if ada.pk in ids else {},
    )
    known = Registry()
    known.add("test", source)
    monkeypatch.setattr(pages, "plans", known)
    page = read(client, house["olive"])
    assert "a letter by hand" in page
    assert '<a href="/clients/">Gifts</a>' in page
    Signal.objects.filter(client__name="Boris Vogel").update(worth_24m=8_000)
    assert "Nothing is planned yet." in read(client, house["olive"])
