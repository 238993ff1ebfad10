"""Pages in a real Chromium: fixtures `chromium`, `page`, and the check by axe-core."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.needs import missing

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# WCAG 2.2 AA and what axe calls best practice (headings in order, landmarks).
PATIENCE = 20_000  # milliseconds; a loaded machine is slow, not wrong
TWO_FRAMES = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
SETTLED = (
    "Promise.all(document.getAnimations().map((moving) => moving.finished.catch(() => 0)))"
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Nothing of this needs axe to fetch the style sheets again, which may fail under load.
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "preload": False}


@pytest.fixture(scope="session")
def chromium():
    """Return the system's Chromium, started once (FONDLY_CHROMIUM names another)."""
    given = os.environ.get("FONDLY_CHROMIUM")
    found = given or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        missing("Chromium")
    # Playwright keeps an event loop in this thread, at which Django's ORM would balk.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


class Complaints(list[str]):
    """What went wrong on a page without the test asking: fails the test at its end."""

    def hear(self, page: Page, *, home: str) -> None:
        """Listen to errors of scripts, refusals by the CSP and requests to other hosts."""
        page.on("pageerror", lambda error: self.append(f"script error: {error}"))
        page.on("console", self._console)
        page.on("request", lambda request: self._request(request.url, home))

    def _console(self, message) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.append(message.text)

    def _request(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:", "about:")):
            self.append(f"request to another host: {url}")


@pytest.fixture
def page(chromium: Browser, live_server):
    """Return a fresh page of the running server, at 1440 px; addresses may be relative."""
    context = chromium.new_context(
        base_url=live_server.url,
        viewport={"width": 1440, "height": 900},
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    fresh = context.new_page()
    complaints = Complaints()
    complaints.hear(fresh, home=live_server.url)
    yield fresh
    context.close()
    assert complaints == []


def assert_accessible(page: Page) -> None:
    """Assert that axe-core finds nothing on the page as it stands, in either theme."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        # Colours on their way from one theme to the other have a contrast of neither.
        page.evaluate(TWO_FRAMES)
        page.evaluate(SETTLED)
        found = Axe().run(page, options=OPTIONS)
        assert found.violations_count == 0, f"{theme}: {found.generate_report()}"
    page.emulate_media(color_scheme="light")
