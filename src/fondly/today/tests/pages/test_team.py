"""The team's day: counts, handing over, being away, and which reasons are on."""

from datetime import timedelta

import pytest

from fondly.base.models import ReasonSetting
from fondly.clients.models import Client
from fondly.team.models import RowRule
from fondly.testing import a_business, a_client, a_user, olive
from fondly.today.models import Absence, Action
from fondly.today.tests.pages.cards import TODAY, a_card, shown

pytestmark = pytest.mark.django_db


def test_the_team_page_counts_each_persons_day(client, max_):
    a_card(a_client(name="Ada"), max_, minutes=20)
    done = a_card(a_client(name="Boris"), max_)
    client.force_login(max_)
    client.post(f"/today/{done.pk}/done/")
    client.force_login(olive())
    row = shown(client, "/today/team/").split("Max Mohr</a>")[1].split("</tr>")[0]
    assert ">1 · 10 min<" in row
    assert ">20 min<" in row


def test_handing_over_moves_the_clients_and_their_cards(
    client, max_, django_capture_on_commit_callbacks
):
    ada = a_client(owner=max_)
    a_card(ada, max_)
    owner = olive()
    client.force_login(owner)
    sent = {"from": max_.pk, "to": owner.pk}
    asked = client.post("/today/team/hand-over/", sent).text
    assert f"1 client of {max_} goes to {owner}" in " ".join(asked.split())
    assert Client.objects.get().owner == max_, "nothing moves before one is sure"
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/today/team/hand-over/", sent | {"sure": "yes"})
    assert Client.objects.get().owner == owner
    assert Action.objects.get().assignee == owner


def test_while_away_the_stand_in_has_the_cards(client, max_):
    mia = a_user(name="Mia")
    a_card(a_client(owner=max_), max_)
    client.force_login(max_)
    sent = {
        "user": max_.pk,
        "from_day": TODAY,
        "until_day": TODAY + timedelta(days=7),
        "stand_in": mia.pk,
    }
    client.post("/today/absences/", sent)
    assert Action.objects.get().assignee == mia

    client.post(f"/today/absences/{Absence.objects.get().pk}/remove/")
    assert Action.objects.get().assignee == max_


def test_one_who_sees_only_their_own_clients_cannot_stand_in(client, max_):
    a_business(time_zone="UTC", members_see=RowRule.OWN)
    mia = a_user(name="Mia")
    client.force_login(max_)
    sent = {"user": max_.pk, "from_day": TODAY, "until_day": TODAY, "stand_in": mia.pk}
    reply = client.post("/today/absences/", sent)
    assert reply.status_code == 422
    assert not Absence.objects.exists()


def test_reasons_are_switched_off_and_shares_are_set(client):
    client.force_login(olive())
    sent = {"on:rhythm.quiet": "on", "share:rhythm.quiet": "10"}
    client.post("/today/reasons/", sent)
    saved = {row.reason: row for row in ReasonSetting.objects.all()}
    assert saved["rhythm.quiet"].is_on
    assert saved["rhythm.quiet"].holdout_share == pytest.approx(0.1)
    assert not saved["moments.dates"].is_on
    assert client.post("/today/reasons/", {"share:rhythm.quiet": "80"}).status_code == 422
