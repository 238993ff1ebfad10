"""A file of orders comes in by the page: understood, tried, published, and taken back."""

import pytest
from playwright.sync_api import expect

from fondly.base.tasks.worker import Worker
from fondly.clients.models import Client, Order
from fondly.testing import a_business, olive
from tests.browser import assert_accessible

ROWS = "Receipt;Who;When;How much\n1;A-1;31.01.2026;10,50\n2;A-2;28.02.2026;1.020,00\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "till.csv"
    path.write_text(ROWS)
    return path


def work_it_off(page):
    """Do what the page waits for; by itself it then shows what became of it."""
    expect(page.locator("#progress")).to_be_visible()
    Worker().drain()


@pytest.mark.django_db(transaction=True)
def test_orders_come_in_with_a_mapping_and_go_again_by_undo(file, enter):
    a_business()
    page = enter(olive())
    page.goto("/imports/")
    page.get_by_label("Orders").check()
    page.set_input_files("input[type=file]", file)
    page.locator("form[enctype] button").click()
    expect(page.get_by_label("Receipt", exact=True)).to_be_visible()
    assert_accessible(page)

    # None of the column names is one we know: a person says what they are.
    for column, meaning in {
        "Receipt": "number",
        "Who": "client_number",
        "When": "date",
        "How much": "amount",
    }.items():
        page.get_by_label(column, exact=True).select_option(meaning)
    page.get_by_role("button", name="Show what would happen").click()
    work_it_off(page)
    expect(page.get_by_role("cell", name="created")).to_have_count(2)
    assert not Order.objects.exists()
    assert_accessible(page)

    page.locator("form[action$='/publish/'] button").click()
    work_it_off(page)
    expect(page.get_by_text("Everybody sees it since")).to_be_visible()
    assert sorted(Order.objects.values_list("amount", flat=True)) == [1050, 102_000]
    assert_accessible(page)

    page.get_by_role("link", name="Undo …").click()
    page.get_by_role("button", name="Undo it").click()
    work_it_off(page)
    expect(page.get_by_text("as it was before")).to_be_visible()
    assert not Order.everything.exists()
    assert not Client.everything.exists()
