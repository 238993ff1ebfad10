"""A signal that another app knows is shown wherever ours are, and goes with the app."""

import pytest
from django.db.models import F
from django.urls import reverse

from fondly.base.practice import Reason, reasons
from fondly.base.sources import SignalSource, signal_sources
from fondly.clients.models import Client
from fondly.insight.models import ScoreRun
from fondly.team.actions import keys
from fondly.team.models import User
from fondly.testing import NOON, a_business, a_client, a_run, olive, signals

pytestmark = pytest.mark.django_db
FILTER = "field=told_happy&op=at_least&value=4"


def happy():
    """Stand for answers of a survey: the influence of a client is how happy they are."""
    rows = Client.objects.exclude(influence=None)
    return rows.annotate(client_id=F("pk"), value=F("influence"))


@pytest.fixture
def source():
    made = SignalSource(
        slug="happy",
        title="Happy with us",
        kind="number",
        rows=happy,
        words=lambda value: f"said {value} of 5",
        reason=Reason(
            slug="happy", title="Unhappy", explanation="", rows=lambda _asked: ()
        ),
    )
    signal_sources.add("happy", made)
    yield made
    signal_sources.drop("happy")


@pytest.fixture
def cast(client):
    a_business()
    ada = a_client(name="Ada", influence=5)
    boris = a_client(name="Boris", influence=2)
    chen = a_client(name="Chen")
    a_run()
    for one in (ada, boris, chen):
        signals(one, run=ScoreRun.current())
    client.force_login(olive())
    return ada, boris, chen


def figures(client, of):
    return client.get(reverse("insight:figures", args=[of.pk])).text


def test_it_is_on_the_client_page_of_those_who_have_it(source, cast, client):
    ada, _boris, chen = cast
    assert "Happy with us" in figures(client, ada)
    assert "said 5 of 5" in figures(client, ada)
    assert "Happy with us" not in figures(client, chen)


def test_it_is_a_column_a_condition_and_in_the_file(source, cast, client):
    page = client.get(f"/clients/?c=told_happy&{FILTER}").text
    assert "Happy with us" in page
    assert "Ada" in page
    assert "Boris" not in page
    empty = client.get("/clients/?field=told_happy&op=empty").text
    assert "Chen" in empty
    assert "Ada" not in empty
    sent = client.post("/clients/export/", {"query": f"c=told_happy&{FILTER}"})
    lines = b"".join(sent.streaming_content).decode().splitlines()
    assert lines[0].endswith("Happy with us")
    assert lines[1].endswith(",5")
    assert len(lines) == 2


def test_it_is_told_by_api(source, cast, client):
    ada, _boris, chen = cast
    _token, secret = keys.make(User.objects.get(), name="t", scopes=["read"], now=NOON)
    bearer = {"Authorization": f"Bearer {secret}"}
    rows = client.get("/api/v1/signals", headers=bearer).json()["items"]
    told = {row["client_id"]: row["told"] for row in rows}
    assert (told[ada.pk], told[chen.pk]) == ({"happy": 5}, {})


def test_its_reason_is_asked_with_the_others(source):
    assert reasons()["signals.happy"].title == "Unhappy"


def test_without_the_app_nothing_is_left_of_it(cast, client):
    ada, *_ = cast
    assert "Happy with us" not in figures(client, ada)
    page = client.get("/clients/?c=told_happy").text
    assert "Happy with us" not in page
    assert "There is no field" in client.get(f"/clients/?{FILTER}").text
    assert "signals.happy" not in reasons()


def test_a_kind_that_cannot_be_shown_is_no_source():
    with pytest.raises(ValueError, match="sound"):
        SignalSource(slug="x", title="X", kind="sound", rows=happy)
