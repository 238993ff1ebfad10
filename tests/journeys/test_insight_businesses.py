"""The Insight pages of two whole businesses, the demo and online_retail: every number leads
to those whom it counts, every chance is explained, axe finds nothing, it fits a phone."""

from datetime import UTC, datetime, time
from math import log

import pytest
from django.test import Client as Browser

from fondly.insight import actions
from fondly.insight.models import ScoreRun, Signal
from fondly.insight.telling.why import why
from fondly.insight.tests.reports.walking import (
    PAGES,
    differing,
    numbers_that_lead_nowhere,
)
from fondly.insight.tests.signals.test_online_retail import AS_OF, load, orders_of
from fondly.site.demo import business, team
from fondly.team.models import User
from fondly.testing import NOON, TODAY, a_business, olive
from tests.browser import assert_accessible

pytestmark = [
    pytest.mark.one_database,  # the same HTML on either database
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1440, "height": 900}
HEAVIEST = 60 * 1024
BEHIND = "/insight/?part=grown"


def the_demo(_shared):
    """Make the demo's business and return its owner."""
    business.make(today=TODAY, now=NOON)
    actions.score_all(as_of=TODAY, now=NOON)
    return User.objects.get(email=team.address_of("maya"))


def online_retail(shared):
    """Load the orders of online_retail and return the owner of its business."""
    a_business(currency="GBP", time_zone="UTC")
    load(orders_of(shared))
    now = datetime.combine(AS_OF, time(12), UTC)
    actions.score_all(as_of=AS_OF, now=now)
    return olive(password=None)


@pytest.fixture(params=[the_demo, online_retail], ids=["demo", "online_retail"])
def owner(request):
    """Return the owner of a whole business, scored."""
    shared = request.getfixturevalue("shared") if request.param is online_retail else None
    return request.param(shared)


@pytest.mark.shared
def test_a_whole_business(owner, enter):
    every_number_leads_to_its_clients(owner)
    every_chance_is_explained()
    it_is_accessible_on_a_desk_and_a_phone(enter(owner))


def every_number_leads_to_its_clients(owner):
    browser = Browser()
    browser.force_login(owner)
    wrong, walked = differing(browser, owner)
    assert wrong == []
    assert walked.total() > 400
    for page in PAGES:
        assert numbers_that_lead_nowhere(browser, page) == [], page
        assert len(browser.get(page).content) <= HEAVIEST, page


def every_chance_is_explained():
    """Compare: what is told of each chance adds up to its log-odds."""
    run, explained, undated = ScoreRun.current(), 0, []
    for signal in Signal.objects.current().exclude(p_active=None, p_renew=None):
        told = why(run, signal)
        explained += bool(told)
        if told and not any(one.act_by for one in told):
            undated.append((signal.pk, signal.p_active, signal.p_renew))
        for one in told:
            assert round(sum(part.weight for part in one.parts), 2) == one.total
            if 0.001 < one.probability < 0.999:
                odds = log(one.probability / (1 - one.probability))
                assert one.total == pytest.approx(odds, abs=0.011), signal.pk
    assert explained > 700
    assert undated == []


def it_is_accessible_on_a_desk_and_a_phone(page):
    for path in (*PAGES[:1], *PAGES[3:], BEHIND, "/insight/contracts/"):
        page.set_viewport_size(WIDE)
        page.goto(path)
        page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        assert_accessible(page)
        page.set_viewport_size(PHONE)
        page.wait_for_timeout(300)
        assert_accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], path
