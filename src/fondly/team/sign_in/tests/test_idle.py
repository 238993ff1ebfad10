"""Sessions that nobody uses end."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils.timezone import now

from fondly.team.models import AuditEntry
from fondly.testing import PASSWORD, a_business, a_user

pytestmark = pytest.mark.django_db
PROFILE = "/profile/"


@pytest.fixture
def signed_in(client, settings):
    settings.IDLE_MINUTES, settings.IDLE_MINUTES_REMEMBERED = 60, 600
    a_business()
    user = a_user()

    def sign_in(**more):
        typed = {"login": user.email, "password": PASSWORD} | more
        assert client.post("/accounts/login/", typed).status_code == 302
        return client

    return sign_in


def after(browser, **time):
    """Ask for a page so much later, and return the answer."""
    later = now() + timedelta(**time)
    with patch("fondly.team.sign_in.middleware.now", return_value=later):
        return browser.get(PROFILE)


def test_a_session_left_alone_ends_and_says_so(signed_in):
    browser = signed_in()
    answer = after(browser, minutes=60)
    assert answer.url == f"/accounts/login/?next={PROFILE}"
    assert "without use" in browser.get(answer.url).text
    assert browser.get(PROFILE).status_code == 302
    assert AuditEntry.objects.first().what == "sign_out"


def test_a_session_that_is_used_goes_on(signed_in):
    browser = signed_in()
    for minutes in (50, 100, 150):
        assert after(browser, minutes=minutes).status_code == 200
    assert after(browser, minutes=211).status_code == 302


def test_a_device_that_remembers_may_be_left_alone_for_longer(signed_in):
    browser = signed_in(remember="on")
    assert after(browser, minutes=599).status_code == 200
    assert after(browser, minutes=1300).status_code == 302


def test_looking_around_does_not_write_every_time(signed_in):
    browser = signed_in()
    with patch("django.contrib.sessions.backends.db.SessionStore.save") as save:
        after(browser, minutes=1)
        assert not save.called
        after(browser, minutes=4)
        assert save.called


def test_a_session_from_before_this_rule_begins_with_its_next_use(signed_in):
    browser = signed_in()
    session = browser.session
    del session["seen_at"]
    session.save()
    assert after(browser, minutes=90).status_code == 200
    assert after(browser, minutes=150).status_code == 302


def test_a_fragment_is_refused_and_not_answered_with_the_way_to_sign_in(client):
    a_business()
    a_user()
    answer = client.get("/clients/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (401, "")
