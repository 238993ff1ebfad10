"""Signing in and the settings, walked in a real browser."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache

from fondly.team.actions import invitations
from fondly.team.models import Business, User
from fondly.testing import NOON, PASSWORD, a_business, a_user, olive
from tests.browser import assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STRONG = "violet-harbour-92"


@pytest.fixture(autouse=True)
def a_fresh_start(transactional_db):
    cache.clear()


def sign_in(page, person):
    page.goto("/accounts/login/")
    page.locator("main").get_by_label("E-mail").fill(person.email)
    page.locator("main").get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def sign_out(page):
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")


def code_for(secret):
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def a_virtual_key(page):
    """Give the browser an authenticator that answers by itself, as a laptop's does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def confirm_password(page):
    page.locator("main").get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Is it you?").wait_for(state="detached")
    page.wait_for_load_state()  # a form that asks the browser for a key needs its script


def test_the_first_run_founds_the_business(page):
    page.goto("/")
    page.locator("main").get_by_label("Your name").fill("Olive")
    page.locator("main").get_by_label("Your e-mail address").fill("olive@example.org")
    page.locator("main").get_by_label("Password", exact=True).fill(STRONG)
    page.locator("main").get_by_label("Name of the business").fill("Bell & Co")
    guessed = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    assert page.locator("main").get_by_label("Time zone").input_value() == guessed
    assert_accessible(page)
    page.get_by_role("button", name="Begin").click()

    page.get_by_text("Welcome. Now bring").wait_for()
    assert Business.current().name == "Bell & Co"
    assert User.objects.get().role == "owner"


def test_an_app_is_set_up_and_then_asked_for_at_signing_in(page):
    a_business()
    sign_in(page, olive())
    page.goto("/accounts/2fa/")
    assert_accessible(page)
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_role("heading", name="Is it you?").wait_for()
    assert_accessible(page)
    confirm_password(page)
    secret = page.locator("main").get_by_label("Secret").input_value()
    assert_accessible(page)
    page.locator("main").get_by_label("Authenticator code").fill(code_for(secret))
    page.get_by_role("button", name="Switch on").click()
    page.wait_for_url(lambda url: "/activate/" not in url)
    page.goto("/accounts/2fa/recovery-codes/")
    recovery = page.locator("main code").first.text_content()
    assert_accessible(page)

    page.goto("/accounts/logout/")
    assert_accessible(page)
    sign_out(page)
    sign_in(page, User.objects.get())
    assert_accessible(page)
    page.locator("main").get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto("/profile/")
    assert page.get_by_role("heading", name="You").is_visible()


def test_a_code_from_the_app_lets_in(page):
    a_business()
    person = olive()
    totp.TOTP.activate(person, SECRET)
    sign_in(page, person)
    page.locator("main").get_by_label("Code").fill(code_for(SECRET))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto("/settings/audit/")
    assert page.get_by_role("cell", name="sign in", exact=True).count() == 1


def test_a_passkey_is_added_and_lets_in_without_a_password(page):
    a_business()
    a_virtual_key(page)
    sign_in(page, olive())
    page.goto("/accounts/2fa/passkeys/add/")
    confirm_password(page)
    page.locator("main").get_by_label("Name").fill("Laptop")
    page.locator("main").get_by_label("Passwordless").check()
    assert_accessible(page)
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/accounts/2fa/passkeys/")
    assert page.get_by_text("Laptop").is_visible()
    assert_accessible(page)

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto("/profile/")
    assert page.get_by_role("heading", name="You").is_visible()


def test_a_passkey_serves_as_second_factor(page):
    a_business()
    a_virtual_key(page)
    person = olive()
    sign_in(page, person)
    page.goto("/accounts/2fa/passkeys/add/")
    confirm_password(page)
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/recovery-codes/")
    sign_out(page)
    sign_in(page, person)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_every_settings_page_is_accessible(page):
    a_business()
    boss, max_ = olive(), a_user()
    invitations.invite("new@example.org", role="member", by=boss, now=NOON)
    sign_in(page, boss)
    page.wait_for_url(lambda url: "/accounts/" not in url)
    for path in (
        "/settings/",
        "/settings/business/",
        "/settings/team/",
        f"/settings/team/{max_.pk}/",
        "/settings/tokens/",
        "/settings/audit/",
        "/profile/",
        "/accounts/password/change/",
    ):
        page.goto(path)
        assert_accessible(page)


def test_a_link_and_a_token_are_shown_once_to_be_copied(page):
    a_business()
    sign_in(page, olive())
    page.goto("/settings/team/")
    page.locator("main").get_by_label("E-mail").fill("nell@example.org")
    page.get_by_role("button", name="Make an invitation").click()
    confirm_password(page)
    link = page.locator("main").get_by_label("The link, shown only now").input_value()
    assert_accessible(page)
    page.goto("/settings/tokens/")
    page.locator("main").get_by_label("Name").fill("till")
    page.get_by_role("button", name="Make a token").click()
    assert (
        page.locator("main")
        .get_by_label("Your new token")
        .input_value()
        .startswith("fondly_")
    )
    assert_accessible(page)

    sign_out(page)
    page.goto(link)
    assert_accessible(page)
    page.locator("main").get_by_label("Your name").fill("Nell")
    page.locator("main").get_by_label("Password", exact=True).fill(STRONG)
    page.get_by_role("button", name="Join the team").click()
    page.get_by_text("Welcome to the team.").wait_for()


def test_the_ways_in_are_accessible(page):
    a_user()
    for path in (
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-none/",
        "/accounts/inactive/",
        "/accounts/sso/cancelled/",
        "/invitation/none/",
    ):
        page.goto(path)
        assert_accessible(page)
