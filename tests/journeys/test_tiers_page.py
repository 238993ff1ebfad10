"""Changing the tiers in a real browser: preview first, then for everybody."""

import pytest
from playwright.sync_api import expect

from fondly.clients.models import Client
from fondly.testing import a_business, a_client, olive, signals
from tests.browser import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(enter):
    """Return a page on which Olive, who has ten scored clients, has signed in."""
    a_business()
    for n in range(1, 11):
        client = a_client(name=f"Client {n}", tier="C")
        signals(client, revenue_12m=n * 100_000, service_days=n * 50, tier="C")
    return enter(olive(password=None))


def test_tiers_are_previewed_and_then_given(page):
    page.goto("/settings/tiers/")
    assert_accessible(page)
    page.get_by_label("Border 1").fill("30")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Move up: 6")).to_be_visible()
    assert_accessible(page)
    assert set(Client.objects.values_list("tier", flat=True)) == {"C"}
    page.get_by_role("button", name="Apply to everybody").click()
    expect(page.get_by_text("Clients that moved: 6")).to_be_visible()
    assert Client.objects.filter(tier="A").count() == 3
    best = Client.objects.get(name="Client 10")
    page.goto(f"/clients/{best.pk}/figures/")
    page.get_by_role("link", name="why this tier?").click()
    expect(page.get_by_text("Revenue of the last 12 months")).to_be_visible()
    assert_accessible(page)


def test_the_tiers_fit_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/settings/tiers/")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == 390
