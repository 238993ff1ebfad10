"""Every page a person can open: axe finds nothing, it fits a phone, and it is light."""

import pytest
from playwright.sync_api import Error

from tests.access.addresses import addresses, all_rows, things_for
from tests.access.cast import assemble
from tests.browser import assert_accessible
from tests.needs import only_on

HEAVIEST = 60 * 1024
PHONE = {"width": 390, "height": 844}
ROWS = {row.name: row for row in all_rows()}
PAGES = {
    str(address): address
    for address in addresses()
    if address.name and str(address) in ROWS and "GET" in ROWS[str(address)].needs
}


def opened(page, path):
    """Return the reply if a whole page opens at `path`; a download or a part is none."""
    try:
        reply = page.goto(path)
    except Error as error:
        if "Download is starting" in error.message:
            return None
        raise
    is_page = "text/html" in (reply.headers.get("content-type") or "")
    return reply if is_page and reply.ok and page.query_selector("main") else None


def widest(page):
    """Return how wide the page is, once it is laid out for the width just set."""
    # Asked again for a while: the browser lays it out anew when it finds the time. The
    # pages' security policy forbids Playwright's own way of waiting for an expression.
    for _ in range(50):
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide <= PHONE["width"]:
            break
        page.wait_for_timeout(100)
    return wide


@pytest.mark.parametrize("name", sorted(PAGES))
def test_axe_finds_nothing_and_it_fits_a_phone(name, enter, settings):
    only_on("sqlite")  # the same HTML on either database
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    cast = assemble()
    page = enter(cast.owner)
    path = PAGES[name].path(things_for(PAGES[name], ROWS[name], cast))
    reply = opened(page, path)
    if reply is None:
        return
    assert len(reply.body()) <= HEAVIEST
    page.wait_for_load_state("networkidle")
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert widest(page) <= PHONE["width"], f"{path} is too wide for a phone"
