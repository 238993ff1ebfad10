"""The pages of reports with something on them: axe, by keys, on a phone, on paper."""

from datetime import timedelta
from random import Random

import pytest
from playwright.sync_api import expect

from fondly.insight import actions
from fondly.testing import NOON, TODAY, a_business, a_client, a_contract, an_order, olive
from tests.browser import assert_accessible
from tests.needs import only_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("/insight/", "/insight/retention/", "/insight/leaving/")


@pytest.fixture
def page(enter):
    """Return a page on which Olive has signed in, with 80 clients scored."""
    only_on("sqlite")  # the same HTML on either database
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
    actions.score_all(as_of=TODAY, now=NOON)
    return enter(owner)


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


def test_the_pages_work_without_javascript(chromium, page, live_server):
    plain = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    page = plain.new_page()
    page.goto("/insight/retention/")
    page.get_by_label("Cohorts by").select_option("month")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#cohorts tbody tr").last).to_contain_text("2026")
    plain.close()
