import json

import pytest
from click.testing import CliRunner

from fondly.base.errors import Refusal
from fondly.team.actions import links
from fondly.team.commands import first_run_words, user
from fondly.team.models import Business, User
from fondly.testing import a_user, olive

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(user, words, catch_exceptions=False)


def answer(*words):
    return json.loads(run(*words, "--json").output)


def test_the_first_person_added_is_owner_and_the_next_is_a_member():
    assert answer("add", "Olive@example.org", "--name", "Olive")["role"] == "owner"
    assert answer("add", "max@example.org")["role"] == "member"
    assert Business.current() is not None
    assert [row["email"] for row in answer("list")] == [
        "max@example.org",
        "olive@example.org",
    ]


def test_the_printed_link_sets_a_password(client):
    link = answer("add", "olive@example.org")["link"]
    path = "/" + link.split("/", 3)[3]
    where = client.get(path).url
    form = {"password1": "violet-harbour-92", "password2": "violet-harbour-92"}
    assert client.post(where, form).status_code == 302
    assert User.objects.get().check_password("violet-harbour-92")


@pytest.fixture
def at_home(settings, tmp_path):
    settings.FONDLY_HOME = tmp_path
    settings.FONDLY_URL, settings.ADDRESS_IS_SET = "http://localhost:8000", False
    return settings


def test_the_printed_link_leads_to_where_fondly_last_ran(at_home):
    assert answer("add", "a@example.org")["link"].startswith("http://localhost:8000/")
    links.keep_address("http://localhost:8914")
    assert answer("add", "b@example.org")["link"].startswith("http://localhost:8914/")
    again = answer("reset-link", "b@example.org")["link"]
    assert again.startswith("http://localhost:8914/")


def test_an_address_in_the_environment_comes_before_where_it_last_ran(at_home):
    links.keep_address("http://localhost:8914")
    at_home.FONDLY_URL, at_home.ADDRESS_IS_SET = "https://fondly.example.org", True
    link = answer("add", "a@example.org")["link"]
    assert link.startswith("https://fondly.example.org/")


def test_a_role_is_given_by_address_in_any_case():
    olive()
    a_user(email="max@example.org")
    assert answer("role", "MAX@example.org", "owner")["role"] == "owner"


def test_deactivating_the_only_owner_is_refused():
    olive()
    with pytest.raises(Refusal, match="only owner"):
        run("deactivate", "olive@example.org")


def test_an_unknown_address_is_refused():
    with pytest.raises(Refusal, match="Nobody here"):
        run("reset-link", "nobody@example.org")


def test_an_unknown_role_is_wrong_usage():
    a_user(email="max@example.org")
    assert run("role", "max@example.org", "emperor").exit_code == 2


def test_people_leave_and_come_back():
    olive()
    a_user(email="max@example.org")
    assert answer("deactivate", "max@example.org")["is_active"] is False
    assert answer("reactivate", "max@example.org")["is_active"] is True


def test_the_terminal_shows_the_setup_code_only_while_nobody_exists():
    assert "/welcome/?code=" in first_run_words("http://localhost:8000")
    olive()
    assert first_run_words("http://localhost:8000") == ""
