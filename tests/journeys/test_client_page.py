"""The client page in a real browser: wide, on a phone, and without JavaScript."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fondly.clients.actions import clients, consent, contacts, places
from fondly.clients.models import Client, FieldDefinition
from fondly.testing import a_business, a_contract, a_touch, an_order, olive
from fondly.touches.models import Touch
from tests.browser import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner():
    a_business(time_zone="Europe/Berlin")
    return olive(password=None)


@pytest.fixture
def page(enter, owner):
    """Return a page on which Olive has signed in."""
    return enter(owner)


@pytest.fixture
def bakery(owner) -> Client:
    """Return a client with something in every panel."""
    now = timezone.now()
    by = {"by": owner, "now": now}
    FieldDefinition.objects.create(slug="ovens", label="Ovens", kind="number")
    about = {"industry": "Bakery", "number": "K-17", "influence": 4, "extra": {"ovens": 3}}
    bakery = clients.create(name="Hartmann Bakery", owner=owner, **about, **by)
    jonas = contacts.add(
        bakery,
        name="Jonas Hartmann",
        title="owner",
        is_primary=True,
        emails=["jonas@example.org"],
        phones=["0421 490 4000"],
        **by,
    )
    places.add_date(bakery, kind="birthday", month=2, day=29, contact=jonas, **by)
    places.add_address(bakery, street="Am Markt 1", postcode="28195", city="Bremen", **by)
    clients.label(bakery, tags=["fair 2026"], interests=["flour prices", "energy"], **by)
    news = {"channel": "email", "purpose": "news", "source": "fair", "wording": "News"}
    consent.grant(bakery, **news, at=now - timedelta(days=200), **by)
    consent.withdraw(
        bakery, **news | {"purpose": "offers"}, at=now - timedelta(days=9), **by
    )
    soon = now.date() + timedelta(days=20)
    a_contract(bakery, promo_price=3_900, promo_ends_on=soon)
    for number in range(1, 40):
        at = now - timedelta(days=34 * number)
        an_order(bakery, on=at.date(), placed_at=at, number=f"20{number}", amount=48_000)
        words = {"purpose": ["give", "ask", "service"][number % 3], "medium": "email"}
        a_touch(
            bakery, at=at + timedelta(days=7), what=f"Wrote about flour {number}", **words
        )
    Client.objects.filter(pk=bakery.pk).update(tier="A", stage="quiet")
    return bakery


def shot(page, name):
    """Keep a picture for those who want to look (FONDLY_SHOTS names a folder)."""
    if folder := os.environ.get("FONDLY_SHOTS"):
        # The caret stays: hiding it would put a style into the page, which the CSP refuses.
        file = Path(folder) / f"{name}.png"
        page.screenshot(path=file, full_page=True, caret="initial")


def test_everything_about_a_client_is_on_one_page(page, bakery):
    page.goto(f"/clients/{bakery.pk}/")
    for words in (
        "flour prices",
        "29 February",
        "Care plan",
        "Ovens",
        "Wrote about flour 1",
    ):
        expect(page.get_by_text(words).first).to_be_visible()
    shot(page, "client-wide")
    assert_accessible(page)
    before = page.get_by_role("listitem").count()
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_text("Order 2020,")).to_be_visible()
    expect(page.get_by_role("listitem")).not_to_have_count(before)
    assert page.get_by_role("listitem").count() > before
    page.get_by_role("link", name="Consent", exact=True).click()
    expect(page.get_by_text("May not be sent: Offers")).to_be_visible()
    expect(page.get_by_text("Order 201,")).to_have_count(0)


def test_a_call_is_logged_in_ten_seconds_on_a_phone(page, bakery):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/clients/{bakery.pk}/")
    page.get_by_label("What happened?").fill("Called Jonas. Second shop in January")
    page.get_by_text("Gave something useful", exact=True).click()
    page.get_by_role("button", name="Log", exact=True).click()
    expect(page.get_by_text("Logged.")).to_be_visible()
    first = page.locator("#timeline .timeline li").first
    expect(first).to_contain_text("Second shop in January")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    shot(page, "client-phone")
    assert_accessible(page)
    page.get_by_role("button", name="Take back").click()
    expect(first).not_to_contain_text("Second shop in January")


def test_the_next_step_after_a_call_knows_what_was_said(page, bakery):
    page.goto(f"/clients/{bakery.pk}/")
    page.get_by_label("What happened?").fill("Second shop in January")
    page.get_by_role("button", name="Log", exact=True).click()
    page.get_by_role("link", name="Remind me").click()
    expect(page.get_by_label("What", exact=True)).to_have_value("Second shop in January")
    page.get_by_role("button", name="Save").click()
    plan = page.locator("#panel-plan")
    expect(plan.get_by_text("Second shop in January").first).to_be_visible()


def test_a_log_is_saved_when_one_leaves_it(page, bakery):
    page.goto(f"/clients/{bakery.pk}/")
    page.get_by_label("What happened?").fill("Left him a message")
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_text("Logged.")).to_be_visible()
    assert Touch.objects.filter(what="Left him a message").count() == 1


def test_the_forms_and_settings_are_accessible(page, bakery):
    contact = bakery.contacts.get()
    base = f"/clients/{bakery.pk}"
    for path in (
        "/clients/new/",
        "/clients/names/",
        f"{base}/edit/",
        f"{base}/close/",
        f"{base}/erase/",
        f"{base}/contacts/{contact.pk}/",
        f"{base}/dates/add/",
        f"{base}/contracts/add/",
        f"{base}/consent/add/",
        f"{base}/orders/{bakery.orders.first().pk}/",
        f"{base}/people/",
        "/settings/fields/",
        "/settings/rates/",
    ):
        page.goto(path)
        shot(page, "form-" + path.strip("/").replace("/", "-"))
        assert_accessible(page)


def test_all_of_it_is_reached_without_javascript(chromium, page, bakery, live_server):
    plain = chromium.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
    ).new_page()
    plain.goto(f"/clients/{bakery.pk}/")
    plain.get_by_role("link", name="Timeline").click()
    expect(plain.get_by_text("Wrote about flour 1").first).to_be_visible()
    plain.get_by_role("link", name="Older").click()
    expect(plain.get_by_text("Order 2020,")).to_be_visible()
    plain.goto(f"/clients/{bakery.pk}/")
    page_of_client = plain.url
    plain.get_by_role("link", name="Log", exact=True).click()
    expect(plain).not_to_have_url(page_of_client)
    plain.wait_for_load_state()  # half a form would be sent, and refused
    plain.get_by_label("What happened?").fill("Wrote without a script")
    plain.get_by_role("button", name="Log", exact=True).click()
    expect(plain.get_by_text("Logged.")).to_be_visible()
    assert Touch.objects.filter(what="Wrote without a script").count() == 1
    plain.context.close()
