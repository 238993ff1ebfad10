"""Today in a real browser: by keyboard, on a phone, without JavaScript, in both themes."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fondly.base.tasks.worker import Worker
from fondly.testing import a_business, a_client, a_contact, a_run, olive, signals
from fondly.today.models import Absence, Action, ActionReason
from fondly.touches.models import Touch
from tests.browser import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ["Hartmann Bakery", "Moreau Vins", "Amara Studio"]


@pytest.fixture
def owner():
    a_business(time_zone="UTC")
    return olive(password=None)


@pytest.fixture
def page(enter, owner):
    """Return a page on which Olive has signed in."""
    return enter(owner)


@pytest.fixture
def cards(owner):
    """Three clients wait, the bakery first."""
    run = a_run()
    made = []
    for place, name in enumerate(NAMES):
        client = a_client(name=name, owner=owner, tier="A")
        person = a_contact(
            client, name=f"Person {place}", email=f"p{place}@example.org", phone="+494214"
        )
        signals(client, run=run, p_active=0.31, p_active_low=0.22, p_active_high=0.41)
        action = Action.objects.create(
            client=client,
            assignee=owner,
            contact=person,
            suggestion=f"Call Person {place}. Ask how things are.",
            due=timezone.now().date(),
            created_at=timezone.now(),
            stake=100_000,
            rank=9 - place,
        )
        ActionReason.objects.create(
            action=action,
            client=client,
            reason="rhythm.quiet",
            subject="quiet:1",
            because="Orders about every 34 days; silent for 71.",
            suggestion=action.suggestion,
            due=action.due,
        )
        made.append(action)
    return made


def test_a_morning_by_keyboard_only(page, cards):
    page.goto("/today/")
    expect(page.locator("[data-item]")).to_have_count(3)
    expect(page.locator("#aside h2").first).to_have_text("Hartmann Bakery")
    page.keyboard.press("j")
    expect(page.locator('[aria-current="true"] h3')).to_contain_text("Moreau Vins")
    expect(page.locator("#aside h2").first).to_have_text("Moreau Vins")
    page.keyboard.press("k")
    expect(page.locator('[data-item][aria-current="true"]')).to_contain_text("Hartmann")

    page.keyboard.press("e")
    field = page.get_by_label("What happened?")
    expect(field).to_be_focused()
    page.keyboard.type("The second shop opens in May")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is on the timeline")).to_be_visible()
    expect(page.locator("[data-item]")).to_have_count(2)
    touch = Touch.objects.get()
    assert (touch.what, touch.medium, touch.direction, touch.purpose) == (
        "The second shop opens in May",
        "call",
        "both",
        "give",
    )

    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.locator("[data-item] form [name=until]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("sleeps until")).to_be_visible()
    expect(page.locator("[data-item]")).to_have_count(1)

    page.keyboard.press("z")
    expect(page.locator("[data-item]")).to_have_count(2)
    assert Action.objects.filter(state="open").count() == 2


def test_a_call_is_settled_on_a_phone(page, cards):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/today/")
    first = page.locator("[data-item]").first
    expect(first.get_by_role("link", name="Call Hartmann")).to_have_attribute(
        "href", "tel:+494214"
    )
    first.get_by_role("link", name="Done").click()
    page.get_by_label("What happened?").fill("Called")
    page.get_by_text("no answer yet").click()
    page.locator("form.log button").click()
    expect(page.locator("[data-item]")).to_have_count(2)
    assert Touch.objects.get().direction == "out"
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, "nothing sticks out"


def test_all_of_it_works_without_javascript(page, chromium, cards, live_server):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    page = context.new_page()
    page.goto("/today/")
    page.locator("[data-item]").first.get_by_role("link", name="Done").click()
    page.get_by_label("What happened?").fill("Called")
    page.locator("form.log button").click()
    expect(page.locator("[data-item]")).to_have_count(2)
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("[data-item]")).to_have_count(3)
    page.locator("[data-item]").first.get_by_role("link", name="Snooze").click()
    page.get_by_role("button", name="Not needed at all").click()
    expect(page.locator("[data-item]")).to_have_count(2)
    assert not Touch.objects.exists()
    context.close()


@pytest.mark.parametrize("open_", ["", "e", "s"], ids=["list", "done", "snooze"])
def test_axe_finds_nothing_on_today(page, cards, open_):
    page.goto("/today/")
    expect(page.locator("#aside h2").first).to_be_visible()
    if open_:
        page.keyboard.press("j")
        page.keyboard.press(open_)
        expect(page.locator("[data-item] form")).not_to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert_accessible(page)


@pytest.mark.parametrize(
    "address",
    [
        "/today/team/",
        "/today/absences/",
        "/today/reasons/",
        "/today/?as_of=2011-12-10",
        "/rhythm/top-ten/",
    ],
)
def test_axe_finds_nothing_around_today(page, owner, cards, address):
    day = timezone.now().date()
    Absence.objects.create(user=owner, from_day=day, until_day=day)
    page.goto(address)
    assert_accessible(page)


def test_another_day_shows_by_itself_once_it_is_computed(page, cards):
    page.goto("/today/?as_of=2020-05-04")
    page.get_by_role("button", name="Compute it").click()
    expect(page.get_by_role("heading", name="That day is being computed")).to_be_visible()
    assert_accessible(page)
    Worker().drain()
    expect(page.get_by_role("heading", name="Nobody waited on that day")).to_be_visible()
