"""The pages of reports with something on them: axe, by keys, on a phone, on paper."""

from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from playwright.sync_api import expect

from fondly.insight import actions
from fondly.insight.backtest.judged import Judged, Part
from fondly.insight.models import Backtest
from fondly.testing import NOON, TODAY, a_business, a_client, a_contract, an_order, olive
from tests.browser import assert_accessible

pytestmark = [
    pytest.mark.one_database,  # the same HTML on either database
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
PAGES = ("/insight/", "/insight/retention/", "/insight/leaving/", "/insight/quality/")


def made():
    """Make 80 clients and return their owner."""
    a_business()
    owner, dice = olive(password=None), Random(5)
    for number in range(80):
        client = a_client(name=f"C{number:02}", owner=owner)
        for back in range(dice.randrange(5, 900), 0, -dice.randrange(20, 80)):
            day, amount = TODAY - timedelta(days=back), dice.randrange(1_000, 9_000)
            if dice.random() > 0.25:
                an_order(client, on=day, amount=amount)
        if number % 9 == 0:
            client.closed_on, client.leaving_reason = TODAY, "price"
            client.save()
        if number % 8 == 0:
            a_contract(client, renews_on=TODAY + timedelta(days=60))
    return owner


@pytest.fixture
def page(enter):
    """Return a page on which Olive has signed in, with 80 clients scored."""
    with transaction.atomic():
        owner = made()
    actions.score_all(as_of=TODAY, now=NOON)
    looked_back()
    return enter(owner)


def looked_back():
    """Keep a look back with three tiers that are judged, as on a larger business."""
    of_all = {
        "clients": 900,
        "again": 0.47,
        "log_loss": 0.3,
        "log_loss_of_all_alike": 0.69,
        "auc": 0.98,
        "auc_of_recency": 0.97,
        "expected": 2_504.4,
        "actual": 2_313,
        "inside": 0.92,
        "calibration_error": 0.087,
        "tenths": [(k / 10, (k / 10) ** 2, 90) for k in range(10)],
    }
    look = Judged(
        **of_all,
        as_of="2025-09-01",
        days=182,
        tiers=dict.fromkeys("ABC", (800.0, 790, 300)),
        by_tier={name: Part(**of_all | {"clients": 300}) for name in "ABC"},
    )
    Backtest.objects.create(as_of=TODAY, made_at=NOON, origins=[look.to_json()], level=1.0)


def test_axe_finds_nothing_in_either_theme_and_it_fits_a_phone(page):
    for path in PAGES:
        page.goto(path)
        assert page.locator("section.card").count() >= 2, path
        page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        assert_accessible(page)
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.set_viewport_size({"width": 1280, "height": 900})


def test_a_bar_of_the_bridge_leads_by_key_to_its_clients_and_on_to_one(page):
    page.goto("/insight/")
    # Where the bridge begins and ends, a number leads to the list; a part, to who moved.
    bar = page.locator("#bridge svg a[href*='part=']").first
    bar.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#behind")).to_be_visible()
    page.locator("#behind tbody th a").first.click()
    expect(page.locator("h1")).to_contain_text("C")


def test_on_paper_every_table_is_there_and_no_menu(page):
    page.goto("/insight/")
    page.emulate_media(media="print")
    expect(page.locator("#bridge table")).to_be_visible()
    expect(page.locator(".rail")).to_be_hidden()


def test_diagrams_of_tiers_stand_side_by_side_and_their_tables_are_on_paper(page):
    page.goto("/insight/quality/")
    tops = {
        round(place["y"])
        for place in (
            card.bounding_box() for card in page.locator(".columns > .card").all()
        )
    }
    assert len(tops) == 1
    cut = """all => all.filter(e => e.scrollWidth > e.clientWidth).length"""
    page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
    assert page.locator(".scroll").evaluate_all(cut) == 0
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(300)
    assert page.locator(".scroll").evaluate_all(cut) == 0
    page.locator("details").evaluate_all("all => all.forEach(d => d.open = false)")
    page.emulate_media(media="print")
    expect(page.locator("#tier-3-c table")).to_be_visible()


def test_the_pages_work_without_javascript(chromium, page, live_server):
    plain = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    page = plain.new_page()
    page.goto("/insight/retention/")
    page.get_by_label("Cohorts by").select_option("month")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#cohorts tbody tr").last).to_contain_text("2026")
    plain.close()
