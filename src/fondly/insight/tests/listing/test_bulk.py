"""Many clients changed at once, from the client list."""

from datetime import date

import pytest

from fondly.base.errors import Refusal
from fondly.base.tasks.worker import Worker
from fondly.clients.actions import clients
from fondly.clients.models import Client
from fondly.insight.actions import bulk
from fondly.insight.models import BulkChange
from fondly.team.models import AuditEntry, RowRule
from fondly.testing import NOON, TODAY, a_business, a_client, a_user, olive, vera

pytestmark = pytest.mark.django_db
LOOK, MAKE = "/clients/bulk/", "/clients/bulk/make/"


@pytest.fixture
def owner(client):
    a_business()
    person = olive(password=None)
    client.force_login(person)
    return person


@pytest.fixture
def four():
    return [
        a_client(name=name, stage="active") for name in ("Ada", "Boris", "Chen", "Dora")
    ]


def tagged(name="VIP"):
    rows = Client.objects.filter(labels__name=name, labels__kind="tag")
    return sorted(rows.values_list("name", flat=True))


def tag_form(*rows, **more):
    return {
        "who": "checked",
        "id": [r.pk for r in rows],
        "kind": "add_tag",
        "tag": "VIP",
    } | more


def test_the_count_is_said_before_anything_changes(owner, client, four):
    page = client.post(LOOK, tag_form(*four[:3]))
    assert "Add the tag “VIP”" in page.text
    assert "3 clients are meant." in page.text
    assert "Change 3 clients" in page.text
    assert tagged() == []
    assert not BulkChange.objects.exists()


def test_those_checked_get_the_tag_once_and_it_is_noted_once(owner, client, four):
    clients.label(four[0], tags=["vip"], by=None, now=NOON)
    versions = dict(Client.objects.values_list("name", "version"))
    reply = client.post(MAKE, tag_form(*four[:3]), follow=True)
    assert "2 clients were changed. 1 was so already" in reply.text
    assert tagged("vip") == ["Ada", "Boris", "Chen"]
    after = dict(Client.objects.values_list("name", "version"))
    assert sorted(n for n in after if after[n] > versions[n]) == ["Boris", "Chen"]
    entry = AuditEntry.objects.get(what="clients.changed_in_bulk")
    assert (entry.user, entry.details["clients"]) == (owner, 2)
    client.post(MAKE, tag_form(four[0], kind="remove_tag"))
    assert tagged("vip") == ["Boris", "Chen"]


def test_all_that_match_are_changed_and_nobody_else(owner, client, four):
    Client.objects.filter(name__in=["Ada", "Dora"]).update(stage="quiet")
    query = "field=stage&op=is&value=quiet&upto="
    form = tag_form(
        who="all", query=query, kind="stage", stage="active", until="2999-01-01"
    )
    assert "2 clients are meant." in client.post(LOOK, form).text
    client.post(MAKE, form)
    by_hand = Client.objects.filter(stage="active", stage_by_hand="active")
    assert sorted(by_hand.values_list("name", flat=True)) == ["Ada", "Dora"]
    assert by_hand[0].stage_by_hand_until.year == 2999


def test_a_stage_leaves_closed_clients_closed_and_is_given_back(owner, client, four):
    clients.close(four[0], on=TODAY, reason="price", by=None, now=NOON)
    client.post(MAKE, tag_form(*four, kind="stage", stage="lapsed"))
    assert Client.objects.filter(stage="lapsed").count() == 3
    assert Client.objects.get(pk=four[0].pk).stage == "closed"
    client.post(MAKE, tag_form(*four, kind="stage", stage=""))
    assert not Client.objects.exclude(stage_by_hand="").exists()


def test_they_are_given_to_a_colleague_who_may_have_them(owner, client, four):
    max_, eyes = a_user(), vera()
    client.post(MAKE, tag_form(*four[:2], kind="owner", to=max_.pk))
    assert Client.objects.filter(owner=max_).count() == 2
    refused = client.post(MAKE, tag_form(*four, kind="owner", to=eyes.pk))
    assert refused.status_code == 422
    assert not Client.objects.filter(owner=eyes).exists()


def test_very_many_are_changed_in_the_background_some_at_a_time(
    owner, client, four, monkeypatch
):
    monkeypatch.setattr(bulk, "BATCH", 2)
    Client.objects.update(stage="quiet")
    query = "field=stage&op=is&value=quiet&upto="
    reply = client.post(
        MAKE, tag_form(who="all", query=query, kind="stage", stage="active")
    )
    page = reply.url
    assert "0 of 4 clients" in client.get(page).text
    Worker().drain()
    # Each step takes clients out of what was asked for, and none is left out for it.
    assert "4 clients were changed." in client.get(page).text
    assert Client.objects.filter(stage="active").count() == 4
    assert AuditEntry.objects.filter(what="clients.changed_in_bulk").count() == 1


@pytest.mark.parametrize("who", ["checked", "all"])
def test_it_goes_on_where_it_was_interrupted(owner, four, monkeypatch, who):
    monkeypatch.setattr(bulk, "BATCH", 1)
    ids = [row.pk for row in four] if who == "checked" else None
    about = {"kind": "add_tag", "value": "VIP", "client_ids": ids}
    made = bulk.ask(owner, **about, total=4, now=NOON)
    bulk._step(made, NOON)
    bulk._step(made, NOON)
    assert len(tagged()) == 2
    Worker().drain()
    made.refresh_from_db()
    assert (made.seen, made.changed, len(tagged())) == (4, 4, 4)


def test_the_row_rule_holds_for_those_checked_and_for_all(client, four):
    a_business(members_see=RowRule.OWN)
    max_ = a_user(password=None)
    mine = a_client(name="Mine", owner=max_)
    client.force_login(max_)
    assert "1 client is meant." in client.post(LOOK, tag_form(mine, *four)).text
    client.post(MAKE, tag_form(mine, *four))
    client.post(MAKE, tag_form(who="all"))
    assert tagged() == ["Mine"]
    for to in (a_user().pk, ""):
        given = client.post(MAKE, tag_form(mine, kind="owner", to=to))
        assert given.status_code == 422
    assert client.post(LOOK, tag_form(*four)).status_code == 422


def test_who_may_no_longer_change_clients_changes_none(owner, four, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 1)
    max_ = a_user()
    made = bulk.ask(max_, kind="add_tag", value="VIP", total=4, now=NOON)
    max_.role = "viewer"
    max_.save()
    Worker().drain()
    made.refresh_from_db()
    assert "may not change" in made.problem
    assert tagged() == []


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "add_tag", "value": " "},
        {"kind": "add_tag", "value": "a, b"},
        {"kind": "add_tag", "value": "x" * 61},
        {"kind": "stage", "value": "closed"},
        {"kind": "stage", "value": "happy"},
        {"kind": "stage", "value": "active", "until": date(2020, 1, 1)},
        {"kind": "owner", "value": "999"},
        {"kind": "delete", "value": ""},
        {"kind": "add_tag", "value": "x", "client_ids": range(2000)},
    ],
)
def test_what_makes_no_sense_is_refused(owner, four, wish):
    with pytest.raises(Refusal):
        bulk.ask(owner, **wish, total=1, now=NOON)
    assert not BulkChange.objects.exists()


def test_who_only_views_is_offered_nothing(client, four):
    a_business()
    client.force_login(vera(password=None))
    page = client.get("/clients/").text
    assert 'name="id"' not in page
    assert "Change several" not in page


def test_the_list_offers_it_and_every_row_can_be_checked(owner, client):
    row = a_client(pk=20_142)
    page = client.get("/clients/").text
    assert f'name="id" value="{row.pk}" form="bulk" aria-label="Choose Ada"' in page
    assert "All that match (1)" in page
