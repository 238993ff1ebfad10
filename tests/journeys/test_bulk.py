"""Several clients changed at once in a browser: on a phone, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from fondly.clients.models import Client
from fondly.testing import a_business, a_client, olive
from tests.browser import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner():
    a_business()
    for name in ("Ada", "Boris", "Chen"):
        a_client(name=name)
    return olive(password=None)


def tagged():
    rows = Client.objects.filter(labels__name="VIP").order_by("name")
    return list(rows.values_list("name", flat=True))


@pytest.mark.parametrize("width", [390, 1440])
def test_those_checked_get_a_tag(enter, owner, width):
    page = enter(owner)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/clients/")
    page.get_by_label("Choose Ada").check()
    page.get_by_label("Choose Chen").check()
    page.get_by_text("Change several", exact=True).click()
    page.locator("#bulk input[name=tag]").fill("VIP")
    assert_accessible(page)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("2 clients are meant.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Change 2 clients").click()
    expect(page.get_by_text("2 clients were changed.")).to_be_visible()
    assert tagged() == ["Ada", "Chen"]


def test_all_on_the_page_are_checked_with_one(enter, owner):
    page = enter(owner)
    page.goto("/clients/")
    page.get_by_label("Check all on this page").check()
    expect(page.locator("input[name=id]:checked")).to_have_count(3)


def test_it_works_without_javascript(enter, owner, chromium, live_server):
    cookies = enter(owner).context.cookies()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/clients/")
    expect(page.get_by_text("Check all on this page")).to_be_hidden()
    page.get_by_label("Choose Boris").check()
    page.get_by_text("Change several", exact=True).click()
    page.locator("input[name=tag]").fill("VIP")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Change 1 client").click()
    expect(page.get_by_text("1 client was changed.")).to_be_visible()
    context.close()
    assert tagged() == ["Boris"]
