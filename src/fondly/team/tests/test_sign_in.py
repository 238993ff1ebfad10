"""Signing in as people do: password, code from an app, recovery code, and what a stranger
can learn by trying."""

import ast
import os
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import InvalidToken
from django.contrib.auth.hashers import identify_hasher, make_password
from django.core.cache import cache
from django.test import Client
from django.utils.module_loading import import_string

from fondly.team.adapter import SecondFactorAdapter
from fondly.team.models import AuditEntry
from fondly.testing import PASSWORD, a_business, a_user

pytestmark = pytest.mark.django_db
CLOSED = "Too many failed"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def no_tries_yet():
    cache.clear()


def sign_in(browser, email, password=PASSWORD, **more):
    return browser.post("/accounts/login/", {"login": email, "password": password} | more)


def code_now():
    return totp.format_hotp_value(
        totp.hotp_value(SECRET, next(iter(totp.yield_hotp_counters_from_time())))
    )


def is_in(browser):
    return browser.get("/profile/").status_code == 200


def with_app(person):
    return totp.TOTP.activate(person, SECRET)


def test_passwords_are_kept_with_argon2id(settings):
    settings.PASSWORD_HASHERS = import_string("fondly.site.settings.PASSWORD_HASHERS")
    kept = make_password(PASSWORD)
    assert kept.startswith("argon2$argon2id$")
    assert identify_hasher(kept).algorithm == "argon2"


def test_the_right_password_lets_in_and_the_session_gets_a_new_key(client):
    person = a_user()
    client.get("/accounts/login/")
    client.session["planted"] = 1
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before

    assert sign_in(client, person.email.upper()).url == "/"
    assert client.session.session_key != before
    assert is_in(client)


@pytest.mark.parametrize("inactive", [False, True])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, inactive):
    person = a_user(is_active=not inactive)
    known = sign_in(client, person.email, "not-this-one")
    unknown = sign_in(Client(), "nobody@example.org", "not-this-one")

    def bare(page, email):
        text = page.text.replace(email, "")
        return [line for line in text.splitlines() if "csrf" not in line]

    assert (known.status_code, bare(known, person.email)) == (
        unknown.status_code,
        bare(unknown, "nobody@example.org"),
    )


def test_asking_for_a_new_password_says_the_same_to_all(client, settings, mailoutbox):
    settings.MAIL_IS_SET = True
    person = a_user()
    known = client.post("/accounts/password/reset/", {"email": person.email})
    unknown = Client().post("/accounts/password/reset/", {"email": "no@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert client.get(known.url).text.count("If somebody here") == 1
    # Both cost a letter, so that the time tells nothing either.
    assert sorted(letter.to for letter in mailoutbox) == sorted(
        [[person.email], ["no@example.org"]]
    )
    assert "sign up" not in mailoutbox[1].body


def test_a_mail_server_that_fails_does_not_tell_who_is_known(client, settings):
    settings.EMAIL_BACKEND = "fondly.team.tests.broken_mail.Backend"
    known = client.post("/accounts/password/reset/", {"email": a_user().email})
    unknown = Client().post("/accounts/password/reset/", {"email": "no@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_five_wrong_tries_close_an_address_for_a_while_known_or_not():
    person = a_user()
    for n, email in enumerate((person.email, "nobody@example.org")):
        browser = Client(REMOTE_ADDR=f"203.0.113.{n}")
        for _ in range(5):
            assert CLOSED not in sign_in(browser, email, "wrong-one-here").text
        assert CLOSED in sign_in(browser, email, PASSWORD).text
        assert not is_in(browser)


def test_many_tries_from_one_place_are_stopped_whatever_the_address():
    a_user()
    words = [sign_in(Client(), f"no{n}@example.org", "wrong-one").text for n in range(11)]
    assert [CLOSED in text for text in words] == [False] * 10 + [True]


def test_nobody_signs_up_by_themselves(client):
    a_user()
    assert client.get("/accounts/signup/").status_code == 404
    assert client.post("/accounts/signup/", {}).status_code == 404


def test_who_left_does_not_come_in(client):
    person = a_user(is_active=False)
    sign_in(client, person.email)
    assert not is_in(client)


def test_a_new_password_ends_every_session(client):
    person = a_user()
    elsewhere = Client()
    sign_in(client, person.email)
    sign_in(elsewhere, person.email)
    form = {"oldpassword": PASSWORD, "password1": "a-quite-new-one"}
    client.post("/accounts/password/change/", form | {"password2": "a-quite-new-one"})

    assert not is_in(client)
    assert not is_in(elsewhere)
    sign_in(client, person.email, "a-quite-new-one")
    assert is_in(client)


def test_a_code_from_the_app_is_asked_and_lets_in(client):
    a_business()
    person = a_user()
    with_app(person)
    assert sign_in(client, person.email).url == "/accounts/2fa/authenticate/"
    assert not is_in(client)

    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert is_in(client)


def test_a_code_works_once():
    person = a_user()
    with_app(person)
    code = code_now()
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, person.email)
        browser.post("/accounts/2fa/authenticate/", {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_a_recovery_code_lets_in_once():
    person = a_user()
    with_app(person)
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, person.email)
        browser.post("/accounts/2fa/authenticate/", {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_a_new_password_does_not_do_away_with_the_second_factor(client):
    person = a_user()
    with_app(person)
    person.set_password("a-quite-new-one")
    person.save()
    assert "2fa" in sign_in(client, person.email, "a-quite-new-one").url


def test_the_secrets_of_second_factors_are_encrypted(settings):
    person = a_user()
    with_app(person)
    codes = RecoveryCodes.activate(person)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in kept
    assert SecondFactorAdapter().decrypt(codes.instance.data["seed"]) not in kept

    settings.SECRET_KEY = "another installation"
    with pytest.raises(InvalidToken):
        SecondFactorAdapter().decrypt(codes.instance.data["seed"])


def test_changing_the_second_factor_asks_for_the_password_again(client):
    person = a_user()
    client.force_login(person)
    answer = client.get("/accounts/2fa/totp/activate/")
    assert answer.url.startswith("/accounts/reauthenticate/")
    page = client.post(answer.url, {"password": PASSWORD}, follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/2fa/totp/activate/"


def test_signing_in_is_noted_and_a_failure_names_nobody(client):
    person = a_user(email="a-secret@example.org")
    sign_in(client, person.email, "wrong-one-here")
    sign_in(client, person.email)
    client.post("/accounts/logout/")
    rows = AuditEntry.objects.order_by("id").values_list("what", "user", "details")
    assert list(rows) == [
        ("sign_in.failed", None, {}),
        ("sign_in", person.pk, {}),
        ("sign_out", person.pk, {}),
    ]


@pytest.mark.parametrize(
    "where", ["//evil.example", "https://evil.example", "javascript:x"]
)
def test_after_signing_in_nobody_is_sent_to_another_site(client, where):
    assert sign_in(client, a_user().email, next=where).url == "/"


@pytest.mark.parametrize(
    ("remember", "until_closed"), [({}, True), ({"remember": "on"}, False)]
)
def test_a_session_lasts_until_the_browser_closes_unless_asked_to(
    client, remember, until_closed
):
    sign_in(client, a_user().email, **remember)
    assert client.session.get_expire_at_browser_close() is until_closed
    assert client.session.get_expiry_age() <= 14 * 24 * 60 * 60


def test_a_change_of_password_is_told_by_mail_where_there_is_mail(
    client, settings, mailoutbox
):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    person = a_user()
    sign_in(client, person.email)
    form = {"oldpassword": PASSWORD, "password1": "a-quite-new-one"}
    client.post("/accounts/password/change/", form | {"password2": "a-quite-new-one"})
    [letter] = mailoutbox
    assert letter.to == [person.email]
    assert "a-quite-new-one" not in letter.body


def test_a_change_of_password_asks_for_the_present_one(client):
    person = a_user()
    client.force_login(person)
    form = {"oldpassword": "wrong-one-here", "password1": "a-quite-new-one"}
    client.post("/accounts/password/change/", form | {"password2": "a-quite-new-one"})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_over_https_cookies_are_bound_to_the_host_and_out_of_reach_of_scripts():
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE"]
    names += ["CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY"]
    code = f"from django.conf import settings as s; print([getattr(s, n) for n in {names}])"
    env = os.environ | {
        "FONDLY_URL": "https://fondly.example.org",
        "DJANGO_SETTINGS_MODULE": "fondly.site.settings",
    }
    said = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert ast.literal_eval(said.stdout) == ["__Host-session", "__Host-csrf"] + [True] * 4


def test_the_fields_are_named_by_labels_that_stay(client):
    a_user()
    page = client.get("/accounts/login/").text
    for label in ("E-mail", "Password", "Remember me"):
        assert f">{label}" in page
    assert "placeholder" not in page
