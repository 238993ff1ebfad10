"""Every number on every Insight page leads to exactly those whom it counts."""

import re
from datetime import date, timedelta
from random import Random
from urllib.parse import urlencode

import pytest
from django.db import transaction

from fondly.clients.models import Client, Label, Order
from fondly.insight import actions
from fondly.insight.models import Report, SavedView, Signal, Standing
from fondly.insight.tests.reports.walking import (
    PAGES,
    differing,
    ids_behind,
    links,
    numbers_that_lead_nowhere,
)
from fondly.team.models import RowRule
from fondly.testing import (
    NOON,
    TODAY,
    a_business,
    a_client,
    a_contract,
    a_user,
    an_order,
    olive,
)

NONSENSE = (
    "",
    "what=secrets",
    "what=bridge&month=2026-02",
    "what=bridge&month=1999-02&part=new",
    "what=bridge&month=2026-02&part=',--",
    "what=cohorts&unit=week&first=1",
    "what=cohorts&unit=month&first=1&last=99999999",
    "what=cohorts&unit=month&first=24312&since=9999999999999999999999",
    "what=leaving&group=x",
    "what=worth&owner=x",
    "what=worth&as_of=soon",
    "what=worth&as_of=2000-01-01",
    "what=worth&owner=-1",
    "what=worth&view=99999999999999999999",
    "what=cohorts&unit=quarter&first=99999999999999999999",
)
pytestmark = pytest.mark.django_db(transaction=True)


def made():
    """Make the business and return its owner."""
    a_business(members_see=RowRule.OWN)
    boss, dice = olive(), Random(3)
    owners = [None, boss, a_user(name="Mia", email="mia@example.org")]
    tag = Label.objects.create(kind="tag", name="press", folded="press")
    for number in range(240):
        one = a_client(name=f"C{number:03}", owner=owners[number % 3])
        day, gap = TODAY - timedelta(days=dice.randrange(30, 1100)), dice.randrange(12, 90)
        while day <= TODAY and dice.random() > 0.12:
            an_order(one, on=day, amount=dice.randrange(2_000, 30_000))
            day += timedelta(days=max(1, int(dice.gauss(gap, gap / 4))))
        if number % 9 == 0:
            one.closed_on = TODAY - timedelta(days=dice.randrange(0, 800))
            one.leaving_reason = dice.choice(["price", "service", ""])
            one.save()
        if number % 2 == 0:
            a_contract(one, renews_on=TODAY + timedelta(days=dice.randrange(1, 90)))
        if number % 5 == 0:
            one.labels.add(tag)
    # Money given back before and after: revenue below nothing at either end.
    odd = a_client(name="Odd")
    an_order(odd, on=date(2025, 1, 10), amount=5_000)
    an_order(odd, on=date(2025, 3, 10), amount=-9_000)
    an_order(odd, on=date(2026, 2, 3), amount=12_000)
    for name, query, shared in (
        ("Pressed", "field=tag&op=is&value=press&upto=", True),
        ("Mine", "field=owner&op=is&value=me&upto=", True),
        ("Gone field", "field=own_gone&op=is&value=x&upto=", True),
        ("Private", "q=C01", False),
        ("All", "sort=worth", True),
    ):
        SavedView.objects.create(user=boss, name=name, query=query, is_shared=shared)
    return boss


@pytest.fixture
def house(client):
    """Return the owner, signed in: 240 clients of three people, scored."""
    with transaction.atomic():
        boss = made()
    actions.score_all(as_of=TODAY, now=NOON)
    client.force_login(boss)
    return boss


def test_every_number_leads_to_as_many_as_it_says_and_none_leads_nowhere(house, client):
    wrong, walked = differing(client, house)
    assert wrong == []
    assert all(walked[page] > 10 for page in PAGES), walked
    for page in PAGES:
        assert numbers_that_lead_nowhere(client, page) == [], page


def test_a_shared_view_cuts_equity_and_the_bridge(house, client):
    view = SavedView.objects.get(name="Pressed")
    assert "by-view" in seen_cards(client, "/insight/")
    page = client.get("/insight/").content.decode()
    assert "“Mine” is the saved view worth most" in page or "“Pressed” is" in page
    assert "Private" not in page
    wrong, walked = differing(client, house, [f"/insight/?view={view.pk}"])
    assert wrong == []
    assert walked.total() > 20
    reply = client.get(f"/insight/csv/equity/bridge/?view={view.pk}")
    first = reply.content.decode("utf-8-sig").splitlines()[1].split(",")
    pressed = Signal.objects.current().filter(client__labels__name="press")
    ends = ends_by_hand(pressed.values_list("client_id", flat=True))
    assert (float(first[1]), float(first[-1])) == ends
    worth = sum(filter(None, pressed.values_list("worth_24m", flat=True)))
    rows = Report.objects.shown().rows_of("worth", whose=-1)["worth"]
    told = {row["key"]: row["worth"] for row in rows if row["cut"] == "view"}
    assert told[str(view.pk)] == worth
    assert len(told) == 2
    view.is_shared = False
    view.save()
    assert "Pressed" not in client.get("/insight/").content.decode()


def ends_by_hand(ids):
    """Return revenue of the 12 months to the end of January and of February, in euros."""
    rows = Order.objects.filter(client__in=ids)

    def of(first, last):
        amounts = rows.filter(placed_on__range=(first, last)).values_list("amount")
        return sum(amount for (amount,) in amounts) / 100

    return (
        of(date(2025, 2, 1), date(2026, 1, 31)),
        of(date(2025, 3, 1), date(2026, 2, 28)),
    )


def seen_cards(browser, path):
    """Return the slugs of the cards of a page."""
    return re.findall(
        r'<section class="card report" id="([^"]+)"', str(browser.get(path).content)
    )


def test_it_does_so_when_everything_has_changed_since_the_run(house, client):
    before = {url: number for page in PAGES for url, number in links(client, page)}
    Client.objects.update(owner=None, tier="C")
    Report.objects.run_shown().signals.update(tier="C", stage="active", p_active=0.9)
    told = {u: n for u, n in before.items() if "field=report" in u}
    assert len(told) > 50
    assert {url: len(ids_behind(url, house)) for url in told} == told


def test_of_one_persons_clients_and_as_a_member_sees_them(house, client):
    mia = type(house).objects.get(email="mia@example.org")
    wrong, walked = differing(client, house, [f"/insight/?owner={mia.pk}"])
    assert wrong == []
    assert walked.total() > 10
    client.force_login(mia)
    wrong, walked = differing(client, mia)
    assert wrong == []
    assert all(walked.values())
    everybody = urlencode({"field": "report", "op": "is", "value": "what=worth"})
    assert len(ids_behind(f"/clients/?{everybody}", mia)) == 80


def test_a_look_at_another_day_leads_to_those_of_that_day(house, client):
    day = TODAY - timedelta(days=60)
    actions.score_all(as_of=day, now=NOON, look=True)
    pages = [f"{path.partition('?')[0]}?as_of={day}" for path in PAGES]
    wrong, walked = differing(client, house, pages)
    assert wrong == []
    assert all(n > 10 for n in walked.values())
    assert not any("field=tag" in url for page in pages for url, _ in links(client, page))


def test_reports_of_an_earlier_version_say_what_comes_with_the_next_run(house, client):
    run = Report.objects.run_shown()
    Standing.objects.of_run(run.pk).delete()
    for report in Report.objects.filter(run=run, name__in=("movers", "bridge", "ahead")):
        for row in report.rows:
            for name in ("had", "has", "contracts"):
                row.pop(name, None)
            if report.name == "movers":
                row.pop("tier")
        report.save()
    for path in (*PAGES, "/insight/?tier=A&month=2026-02&part=grown"):
        page = client.get(path)
        assert page.status_code == 200
        assert "with the next scoring run" in page.content.decode(), path
        assert not any("field=report" in url for url, _ in links(client, path))


def test_the_list_says_whom_a_number_counts_and_refuses_what_no_number_asks(house, client):
    url = next(u for u, _n in links(client, "/insight/?tier=A") if "part" in u)
    page = client.get(url).content.decode()
    assert "tier A, as of 9 March 2026" in page
    for typed in NONSENSE:
        query = urlencode({"field": "report", "op": "is", "value": typed, "upto": ""})
        assert client.get(f"/clients/?{query}").status_code == 422, typed
