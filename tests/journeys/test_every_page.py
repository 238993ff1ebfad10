"""Every page a person can open: axe finds nothing, it fits a phone, and it is light."""

import pytest
from playwright.sync_api import Error

from tests.access.addresses import addresses, all_rows, things_for
from tests.access.cast import assemble
from tests.browser import assert_accessible

HEAVIEST = 60 * 1024
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
ROWS = {row.name: row for row in all_rows()}


def area(address):
    """Return with which others a page is looked at: those of its app, or of signing in.

    A page that wants a state of its own, as whether a second factor is asked for, stands
    alone.
    """
    name = str(address)
    if ROWS[name].kwargs or name.startswith("mfa_"):
        return name
    return name.split(":")[0] if ":" in name else name.split("_")[0]


PAGES = [
    address
    for address in addresses()
    # What the API answers is no page.
    if address.name and not str(address).startswith("api/")
    if str(address) in ROWS and "GET" in ROWS[str(address)].needs
]
AREAS = sorted({area(address) for address in PAGES})


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


def faults(page, path):
    """Yield what is wrong with the page at `path`, if there is a whole page."""
    page.set_viewport_size(DESK)
    reply = opened(page, path)
    if reply is None:
        return
    if len(reply.body()) > HEAVIEST:
        yield f"{path} weighs {len(reply.body())} bytes"
    page.wait_for_load_state("networkidle")
    try:
        assert_accessible(page)
    except AssertionError as error:
        yield f"{path}: {error}"
    page.set_viewport_size(PHONE)
    if widest(page) > PHONE["width"]:
        yield f"{path} is too wide for a phone"


@pytest.mark.one_database
@pytest.mark.parametrize("name", AREAS)
def test_axe_finds_nothing_and_it_fits_a_phone(name, enter, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    cast = assemble()
    page, made, wrong = enter(cast.owner), {}, []
    # To look at a page changes nothing, so all pages of an area are looked at in turn.
    for address in (one for one in PAGES if area(one) == name):
        things = things_for(address, ROWS[str(address)], cast, made)
        made |= things
        wrong += faults(page, address.path(things))
    assert wrong == []
