"""What today gives the client page, the timeline, and a person who asks for their data."""

import pytest
from click.testing import CliRunner

from fondly.testing import NOON, TODAY, a_business, a_client, a_user, olive
from fondly.today import actions, practice
from fondly.today.commands import today
from fondly.today.models import Action, ActionReason
from fondly.today.tests.world import proposal, refresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(world, run):
    ada = a_client()
    world.says("one", proposal(ada, because="Silent for 71.", suggestion="Call her."))
    refresh(run)
    return ada


def test_what_is_next_stands_on_the_clients_page(client, ada):
    client.force_login(olive())
    page = client.get(f"/today/client/{ada.pk}/next/").text
    assert "Call her." in page
    assert "Silent for 71." in page
    action = Action.objects.get()
    back = {"back": "client", "what": "Called"}
    reply = client.post(f"/today/{action.pk}/done/", back)
    assert reply.url == f"/clients/{ada.pk}/"
    assert "Nothing is due" in client.get(f"/today/client/{ada.pk}/next/").text


def test_settled_actions_stand_on_the_timeline_with_their_reasons(ada):
    assert not practice.action_entries(ada.pk, None, 10), "an open card is no history"
    actions.not_needed(Action.objects.get(), by=a_user(name="Mia"), now=NOON)
    [entry] = practice.action_entries(ada.pk, None, 10)
    assert (entry.text, entry.at) == ("Call her.", NOON)
    assert entry.detail == "Not needed, Mia, Silent for 71."
    assert not practice.action_entries(ada.pk, (NOON, "action", entry.id), 10)


def test_a_clients_actions_are_handed_out_and_erased(ada):
    rows = list(practice.export_rows(ada.pk))
    assert {row["table"] for row in rows} == {"action", "action reason"}
    actions.erase(ada.pk)
    words = [*ActionReason.objects.values_list("because", "suggestion")]
    assert words == [("", "")]
    assert Action.objects.get().suggestion == ""


def test_the_terminal_prints_the_list(ada):
    a_business(time_zone="UTC")
    Action.objects.update(due=TODAY)
    told = CliRunner().invoke(today, ["--json"])
    assert told.exit_code == 0
    assert '"because": "Silent for 71."' in told.output
    assert '"minutes": 10' in told.output
    assert '"name": "Ada"' in told.output
