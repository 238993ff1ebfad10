"""Reports on small and odd bases: what cannot be said is not said as a nought."""

import csv
import io
import re
from datetime import date, timedelta
from html import unescape

import pytest

from fondly.insight import actions
from fondly.insight.models import Signal
from fondly.insight.scoring.model import FEWEST_REPEATERS
from fondly.insight.telling.reports.waterfall import Step, waterfall
from fondly.testing import (
    NOON,
    TODAY,
    a_business,
    a_client,
    a_contract,
    an_order,
    olive,
)

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
PAGES = ("/insight/", "/insight/retention/", "/insight/leaving/")


@pytest.fixture
def owner(client):
    a_business()
    client.force_login(olive())


def words(client, path):
    reply = client.get(path)
    assert reply.status_code == 200
    text = re.sub(r"<[^>]+>", " ", reply.content.decode())
    return re.sub(r"\s+", " ", unescape(text))


def table(client, path):
    text = client.get(path).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def score():
    return actions.score_all(as_of=TODAY, now=NOON)


def test_of_one_client_everything_is_said_in_the_singular(client, owner):
    ada = a_client(name="Ada Berg")
    for back in range(40, 240, 30):
        an_order(ada, on=TODAY - back * DAY)
    score()
    for path in (*PAGES, f"/clients/{ada.pk}/figures/"):
        assert not re.search(r"(?<![\d,.])1 clients", words(client, path)), path
    assert "What your 1 client is worth cannot be said yet." in words(client, "/insight/")
    assert "Only 1 client has come back" in words(client, f"/clients/{ada.pk}/why/")


def test_a_worth_that_cannot_be_said_is_no_nought(client, owner):
    an_order(a_client(), on=TODAY - 10 * DAY)
    score()
    assert "Tier: no worth can be said yet." in words(client, "/insight/")
    (row,) = table(client, "/insight/csv/equity/by-tier/")
    assert (row["Clients"], row["Worth, 24 months"]) == ("1", "")
    assert "0 clients with a forecast" not in words(client, "/insight/")


def test_without_any_probability_nobody_is_said_to_stay(client, owner):
    an_order(a_client(), on=TODAY - 10 * DAY)
    score()
    page = words(client, "/insight/leaving/")
    assert "Who is leaving cannot be said yet." in page
    assert "Nobody is more likely gone than not" not in page
    (row,) = table(client, "/insight/csv/leaving/leaving/")
    assert row["Bought, 12 months"] == "100.00"
    assert row["Of it expected to be gone"] == row["Still expected, 24 months"] == ""


def test_where_nobody_is_a_client_nothing_is_promised_behind_numbers(client, owner):
    score()
    assert "Which clients stand behind" not in words(client, "/insight/")


def test_contracts_of_those_we_parted_with_are_not_in_the_calendar(client, owner):
    gone = a_client(name="Gone", closed_on=TODAY - DAY, leaving_reason="price")
    for of in (gone, a_client(name="Here")):
        a_contract(of, started_on=date(2024, 5, 1), renewal_months=12, notice_days=30)
    score()
    rows = {row["Month"]: row for row in table(client, "/insight/csv/leaving/ahead/")}
    assert rows["May 2026"]["Renewals"] == rows["April 2026"]["Last day of notice"] == "1"
    assert "Gone" not in words(client, "/insight/contracts/?kind=renewal")


def test_who_holds_a_contract_is_not_gone_for_want_of_orders(client, owner):
    """They ordered every ten days until a year ago; one of them still holds a contract."""
    for name in ("Gone", "Here"):
        of = a_client(name=name)
        for back in range(400, 460, 10):
            an_order(of, on=TODAY - back * DAY)
        if name == "Here":
            a_contract(of, started_on=date(2024, 5, 1), renewal_months=12)
    for number in range(FEWEST_REPEATERS):
        of = a_client(name=f"C{number}")
        for back in range(number % 9, 200 + number, 20 + number % 30):
            an_order(of, on=TODAY - back * DAY)
    score()
    gone, here = Signal.objects.filter(client__name__in=("Gone", "Here")).order_by("pk")
    assert max(gone.p_active, here.p_active) < 0.5
    assert here.p_renew is None
    url = "/clients/?field=report&value=what%3Dleaving%26group%3Ddoubtful"
    page = words(client, url)
    assert "Gone" in page
    assert "Here" not in page
    assert "1 client is probably gone" in words(client, "/insight/leaving/")


def test_sums_that_did_not_change_stand_from_the_ground():
    steps = [
        Step(name="before", size=600, label="", whole=True),
        Step(name="new", size=0, label=""),
        Step(name="after", size=600, label="", whole=True),
    ]
    drawn = waterfall(steps)
    assert not drawn.is_cut
    assert [bar.height > 100 for bar in drawn.bars] == [True, False, True]


@pytest.mark.parametrize("month", ["9999-12", "10000-01", "2026-13", "0000-00"])
def test_a_month_that_no_calendar_has_is_refused(client, owner, month):
    score()
    for kind in ("", "&kind=notice"):
        assert client.get(f"/insight/contracts/?month={month}{kind}").status_code == 422


def test_the_tabs_keep_whose_clients_and_which_day(client, owner):
    an_order(a_client(), on=TODAY - 40 * DAY)
    look = TODAY - 5 * DAY
    actions.score_all(as_of=look, now=NOON, look=True)
    page = client.get(f"/insight/?as_of={look}&owner=0").content.decode()
    assert f'href="/insight/retention/?owner=0&amp;as_of={look}"' in page
    contracts = client.get(f"/insight/contracts/?as_of={look}").content.decode()
    assert f'href="/insight/leaving/?as_of={look}#ahead"' in contracts
