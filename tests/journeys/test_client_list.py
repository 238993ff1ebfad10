"""The client list and the shell in a browser: by keys, by mouse, without JavaScript."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from fondly.clients.models import SearchWord
from fondly.site import settings as site
from fondly.testing import TODAY, a_business, a_client, olive, signals
from tests.browser import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STATIC = Path(site.HERE) / "static" / "site"
LIMIT = 60 * 1024


@pytest.fixture
def owner():
    a_business()
    return olive(password=None)


@pytest.fixture
def people(owner):
    """Ada, Boris and Chen, with what the list shows of them."""
    chances = {"Ada Berg": 0.9, "Boris Vogel": 0.2, "Chen Lind": 0.5}
    for name, chance in chances.items():
        row = a_client(name=name, owner=owner, tier="A", stage="active")
        words = [SearchWord(client=row, word=word) for word in name.lower().split()]
        SearchWord.objects.bulk_create(words)
        last = TODAY - timedelta(days=int(chance * 100))
        signals(row, p_active=chance, worth_24m=int(chance * 1e5), last_order_on=last)


@pytest.fixture
def page(enter, owner):
    """Return a page on which Olive has signed in."""
    return enter(owner)


def expect_names(page, *names):
    """Wait until the list shows these clients, in this order, and nobody else."""
    ends = [re.compile(rf"{name}\s*$") for name in names]
    expect(page.locator("tbody th a")).to_have_text(ends)


def test_the_list_narrows_while_one_types(page, people):
    page.goto("/clients/")
    page.keyboard.press("/")
    page.keyboard.type("vog")

    expect_names(page, "Boris Vogel")
    expect(page).to_have_url(re.compile(r"/clients/\?q=vog$"))
    assert_accessible(page)


def test_a_filter_is_added_and_taken_away(page, people):
    page.goto("/clients/")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Field or signal").select_option(label="Likely still active")
    expect(page.get_by_label("Per cent")).to_be_visible()
    page.get_by_label("Condition").select_option(label="is at most")
    page.get_by_label("Per cent").fill("50")
    assert_accessible(page)
    page.get_by_role("button", name="Add this filter").click()

    expect_names(page, "Boris Vogel", "Chen Lind")
    page.get_by_role("link", name="Remove the filter").click()
    expect_names(page, "Ada Berg", "Boris Vogel", "Chen Lind")


def test_columns_are_chosen_and_a_view_is_kept(page, people):
    page.goto("/clients/?sort=worth")
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Orders ever").check()
    page.get_by_label("Stage", exact=True).uncheck()
    page.get_by_role("button", name="Show these").click()
    expect(page.locator("thead th", has_text="Orders ever")).to_have_count(1)
    expect(page.locator("thead th", has_text="Stage")).to_have_count(0)

    page.get_by_text("Keep this view").click()
    page.get_by_label("Name", exact=True).fill("Best")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("link", name="Best")).to_have_attribute("aria-current", "page")
    expect_names(page, "Ada Berg", "Chen Lind", "Boris Vogel")


def test_a_client_is_found_from_anywhere_by_keys_alone(page, people):
    page.goto("/settings/")
    page.keyboard.press("Control+k")
    page.keyboard.type("che")
    expect(page.locator("#found a")).to_have_count(1)
    assert_accessible(page)
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Chen Lind")


def test_one_escape_leaves_the_search_from_anywhere(page, people):
    page.goto("/settings/")
    page.keyboard.press("Control+k")
    page.keyboard.type("che")
    expect(page.locator("#found a")).to_have_count(1)
    page.keyboard.press("Escape")

    expect(page.locator("#palette")).to_be_hidden()


def test_rows_are_walked_and_opened_by_keys(page, people):
    page.goto("/clients/")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator('tr[aria-current="true"] th')).to_contain_text("Ada Berg")
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Boris Vogel")


def test_single_keys_can_be_switched_off(page, people):
    page.goto("/clients/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Single letters work as keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")

    expect(page.locator('tr[aria-current="true"]')).to_have_count(0)


def test_a_refusal_is_said_where_one_is(page, people):
    page.goto("/clients/")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Field or signal").select_option(label="Worth to come, 24 months")
    page.get_by_label("Amount").fill("much")
    page.locator("#q").fill("a")

    expect(page.locator("#notice")).to_contain_text("does not fit")


def test_the_paper_is_chosen_and_stays(page, people):
    page.goto("/clients/")
    page.get_by_role("button", name="Dark paper").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/settings/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_it_all_works_without_javascript(chromium, page, people, live_server):
    plain = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    page = plain.new_page()
    page.goto("/clients/")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Field or signal").select_option(label="Likely still active")
    page.get_by_label("Condition").select_option(label="is at least")
    page.get_by_label("Value", exact=True).fill("50")
    page.get_by_role("button", name="Add this filter").click()
    expect_names(page, "Ada Berg", "Chen Lind")

    page.locator("#q").fill("chen")
    page.get_by_role("button", name="Show", exact=True).click()
    expect_names(page, "Chen Lind")
    plain.close()


def test_a_phone_shows_cards_and_menus_within_its_width(page, people):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/clients/")
    for menu in ("Filter", "Columns"):
        page.get_by_text(menu, exact=True).click()
        box = page.locator("details[open] .menu").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        page.locator("h1").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_every_page_loads_is_small(page, people):
    page.goto("/clients/")
    urls = page.evaluate(
        "[...document.querySelectorAll('script[src], link[rel=stylesheet]')]"
        ".map(e => e.src || e.href)"
    )
    sizes = [len(gzip.compress(page.request.get(url).body())) for url in urls]
    assert len(sizes) == 3
    assert sum(sizes) <= LIMIT
    assert (STATIC / "fondly.js").stat().st_size <= 10_000
