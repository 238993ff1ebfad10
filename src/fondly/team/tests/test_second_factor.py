"""A business that asks everybody for a second factor."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp

from fondly.team.actions import keys
from fondly.team.tests.fresh import enter
from fondly.testing import NOON, a_business, a_user, olive

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asking():
    a_business(asks_second_factor=True)


def test_without_one_nothing_opens_but_the_way_to_it(client):
    enter(client, a_user())
    for path in ("/settings/", "/profile/", "/settings/tokens/"):
        assert client.get(path).url == "/accounts/2fa/"
    assert "asks everybody" in client.get("/accounts/2fa/").text
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    assert client.get("/accounts/logout/").status_code == 200


def test_with_one_all_goes_on(client):
    person = a_user()
    enter(client, person)
    totp.TOTP.activate(person, totp.generate_totp_secret())
    assert client.get("/settings/").status_code == 200


def test_recovery_codes_alone_are_none(client):
    person = a_user()
    enter(client, person)
    RecoveryCodes.activate(person)
    assert client.get("/settings/").url == "/accounts/2fa/"


def test_single_sign_on_counts_as_one(client):
    enter(client, a_user())
    session = client.session
    session["account_authentication_methods"] = [{"method": "socialaccount", "at": 1}]
    session.save()
    assert client.get("/settings/").status_code == 200


def test_it_does_not_stop_a_program_with_its_token(client):
    _, secret = keys.make(olive(), name="till", scopes=["read"], now=NOON)
    answer = client.get("/api/v1/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code != 302


def test_nobody_is_asked_where_the_business_does_not_ask(client):
    a_business(asks_second_factor=False)
    enter(client, a_user())
    assert client.get("/settings/").status_code == 200
