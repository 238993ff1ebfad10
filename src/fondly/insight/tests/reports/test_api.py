"""Reports by API: the figures of the pages, within the row rule."""

from datetime import date

import pytest

from fondly.clients.models import Client, SearchWord
from fondly.insight import actions
from fondly.insight.models import SavedView
from fondly.team.actions import keys
from fondly.team.models import RowRule
from fondly.testing import (
    NOON,
    TODAY,
    a_business,
    a_client,
    a_contract,
    a_user,
    an_order,
    olive,
)

pytestmark = pytest.mark.django_db(transaction=True)


def get(client, user, path):
    _token, secret = keys.make(user, name="t", scopes=["read"], now=NOON)
    return client.get(
        f"/api/v1/insight/{path}", headers={"Authorization": f"Bearer {secret}"}
    )


@pytest.fixture
def house():
    a_business(members_see=RowRule.OWN)
    people = olive(), a_user(name="Max")
    ada, boris = a_client(name="Ada", owner=people[1]), a_client(name="Boris")
    for day in (date(2025, 1, 10), date(2025, 2, 10), date(2025, 5, 10)):
        an_order(ada, on=day, amount=10_000)
    an_order(boris, on=date(2026, 2, 12), amount=4_000)
    actions.score_all(as_of=TODAY, now=NOON)
    return people


def test_the_bridge_adds_up_and_a_member_gets_their_own(client, house):
    boss, member = house
    for user, end, lost in ((boss, 14_000, -10_000), (member, 10_000, -10_000)):
        months = get(client, user, "bridge").json()["months"]
        for one in months:
            parts = ("new", "grown", "won_back", "shrunk", "lost")
            assert one["start"] + sum(one[part] for part in parts) == one["end"]
        assert (months[-1]["month"], months[-1]["end"]) == ("2026-02", end)
        assert months[-1]["shrunk"] + months[-1]["lost"] == lost
    mine = get(client, member, f"bridge?owner={boss.pk}").json()
    assert mine["months"][-1]["end"] == 10_000


def test_cohorts_say_who_bought_in_each_period_since(client, house):
    found = get(client, house[0], "cohorts").json()["cohorts"]
    first = {one["first_day"]: one for one in found}["2025-01-01"]
    assert (first["clients"], first["again"]) == (1, [1, 1, 0, 0])


def test_equity_counts_the_clients_that_may_be_seen(client, house):
    boss, member = house
    assert get(client, boss, "equity?by=owner").json()["all"]["clients"] == 2
    assert get(client, member, "equity").json()["all"]["clients"] == 1


def test_who_may_be_leaving_and_what_contracts_bring(client, house):
    boss, member = house
    a_contract(Client.objects.get(name="Ada"), renews_on=date(2026, 5, 4))
    a_contract(Client.objects.get(name="Ada"), renews_on=date(2026, 5, 9))
    a_contract(Client.objects.get(name="Boris"), renews_on=date(2026, 6, 4))
    actions.score_all(as_of=TODAY, now=NOON)
    for user, clients, months in (
        (boss, 2, ["2026-05", "2026-06"]),
        (member, 1, ["2026-05"]),
    ):
        groups = get(client, user, "leaving").json()["groups"]
        assert sum(row["clients"] for row in groups) == clients
        rows = get(client, user, "calendar").json()["months"]
        renewals = [row for row in rows if row["kind"] == "renewal"]
        assert [row["month"] for row in renewals] == months
        first = {"kind": "renewal", "contracts": 2, "clients": 1, "yearly": 120_000}
        assert renewals[0] == first | {"month": "2026-05"}


def test_the_bridge_of_a_shared_view(client, house):
    boss, member = house
    SearchWord.objects.create(client=Client.objects.get(name="Boris"), word="boris")
    view = SavedView.objects.create(user=boss, name="B", query="q=boris", is_shared=True)
    actions.score_all(as_of=TODAY, now=NOON)
    months = get(client, boss, f"bridge?view={view.pk}").json()["months"]
    assert (months[-1]["new"], months[-1]["end"]) == (4_000, 4_000)
    assert get(client, member, f"bridge?view={view.pk}").json()["months"] == []
