"""`fondly today` as a script meets it."""

import json

import pytest
from click.testing import CliRunner

from fondly.base.errors import Refusal
from fondly.testing import a_business, a_client, a_run
from fondly.today.commands import today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _business():
    a_business()


def asked(*words):
    return CliRunner().invoke(today, words)


def refused(*words):
    told = asked(*words)
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
