"""`fondly today` as a script meets it."""

import json

import pytest
from click.testing import CliRunner

from fondly.base.errors import Refusal
from fondly.insight.commands import score
from fondly.team.models import Business
from fondly.testing import NOON, a_business, a_client, a_run
from fondly.today.commands import today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _business():
    a_business()


def asked(*words, command=today):
    return CliRunner().invoke(command, words)


def refused(*words, command=today):
    told = asked(*words, command=command)
    assert isinstance(told.exception, Refusal), told.output
    return str(told.exception), told.stdout


@pytest.mark.parametrize("words", [[], ["--as-of", "2026-01-05"]])
def test_without_clients_it_says_so_and_how_to_bring_them_in(words):
    why, printed = refused(*words)
    assert "no clients yet" in why
    assert "fondly import clients" in why
    assert "Nobody waits" not in printed


def test_without_signals_it_says_how_to_compute_them():
    a_client()
    why, printed = refused()
    assert "fondly score" in why
    assert "Nobody waits" not in printed


def test_machines_get_an_empty_list_when_it_is_not_ready():
    _why, printed = refused("--json")
    assert json.loads(printed) == []


def test_with_signals_and_no_card_nobody_waits():
    a_client()
    a_run()
    told = asked()
    assert (told.exit_code, told.stdout) == (0, "Nobody waits today.\n")


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "9999-12-31"])
@pytest.mark.parametrize("command", [today, score])
def test_a_day_that_has_not_been_is_refused_as_on_the_page(command, day):
    a_client()
    why, _printed = refused("--as-of", day, command=command)
    assert why == "Choose a day that has been."


@pytest.mark.parametrize("command", [today, score])
def test_tomorrow_is_refused_by_the_business_own_calendar(command, monkeypatch):
    # Two in the night in London is still the day before in New York.
    night = NOON.replace(hour=2)
    monkeypatch.setattr("fondly.base.clock.now", lambda: night)
    monkeypatch.setattr("fondly.today.commands.the_time", lambda: night)
    Business.objects.update(time_zone="America/New_York")
    why, _printed = refused("--as-of", night.date().isoformat(), command=command)
    assert why == "Choose a day that has been."
