"""Each figure of the reports, against plain Python and against the clients behind it."""

import re
from collections import defaultdict
from datetime import date, timedelta
from html import unescape
from math import sqrt
from random import Random
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.http import QueryDict

from fondly.clients.models import Client, Contract, Label, Order
from fondly.insight import actions
from fondly.insight.listing.answer import count
from fondly.insight.listing.question import question
from fondly.insight.listing.scope import Scope
from fondly.insight.models import Coming, Report, ScoreRun, Signal
from fondly.insight.models.report import ALL
from fondly.insight.telling.reports import cohorts as told_cohorts
from fondly.insight.telling.reports import equity, leaving, left
from fondly.insight.telling.reports.card import Ground
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

pytestmark = pytest.mark.django_db(transaction=True)
ON = Ground(currency="EUR", url="/insight/?")


def made():
    """Make 260 clients, with rhythms of all sorts, some closed, some agreed."""
    a_business()
    boss, dice = olive(), Random(11)
    owners = [None, a_user(), a_user()]
    tag = Label.objects.create(kind="tag", name="=friend", folded="=friend")
    orders = []
    for number in range(260):
        client = a_client(name=f"C{number:03}", owner=dice.choice(owners))
        day, gap = TODAY - timedelta(days=dice.randrange(30, 1100)), dice.randrange(12, 90)
        while day <= TODAY and dice.random() > 0.12:
            amount = dice.randrange(2_000, 30_000)
            orders.append((client, day, amount))
            day += timedelta(days=max(1, int(dice.gauss(gap, gap / 4))))
        if number % 9 == 0:
            client.closed_on = TODAY - timedelta(days=dice.randrange(0, 800))
            client.leaving_reason = dice.choice(["price", "service", ""])
            client.save()
        if number % 7 == 0:
            step = TODAY + timedelta(days=dice.randrange(1, 300))
            renews = TODAY + timedelta(days=dice.randrange(1, 360))
            price = dice.choice([4_000, 6_000])
            about = {"next_price": price, "next_price_from": step, "renews_on": renews}
            a_contract(client, **about)
        if number % 5 == 0:
            client.labels.add(tag)
    for client, day, amount in orders:
        an_order(client, on=day, amount=amount)
    return boss


@pytest.fixture
def base():
    """Return the owner of 260 clients, scored."""
    with transaction.atomic():
        boss = made()
    actions.score_all(as_of=TODAY, now=NOON)
    return boss


def rows(name, whose=ALL):
    return Report.objects.shown().rows_of(name, whose=whose)[name]


def behind(url, user):
    """Return how many clients the list shows at an address."""
    scope = Scope(user)
    return count(question(QueryDict(urlsplit(url).query), scope), scope)


def led(card):
    """Return (number, address) of each cell that counts clients and leads to them."""
    place = [i for i, title in enumerate(card.table.titles) if title in COUNTS]
    cells = [row[i] for row in card.table.rows for i in place]
    return [(cell.value, cell.url) for cell in cells if cell.url]


COUNTS = {
    *("Clients", "Probably gone", "All", "Renewals", "Last day of notice"),
    *("Prices rise", "Prices fall", "Price", "Service or a complaint", "No reason given"),
}


def test_worth_is_the_sum_of_the_clients_and_its_range_joins_theirs(base):
    signals = list(Signal.objects.current().select_related("client"))
    priced = [s for s in signals if s.worth_24m is not None]
    ranged = [s for s in priced if s.worth_24m_low is not None]
    assert ranged
    whole = equity.of_all(rows("worth"))
    assert (whole.clients, whole.priced, whole.ranged) == (260, len(priced), len(ranged))
    assert whole.worth == sum(s.worth_24m for s in priced)
    below = sqrt(sum((s.worth_24m - s.worth_24m_low) ** 2 for s in ranged))
    above = sqrt(sum((s.worth_24m_high - s.worth_24m) ** 2 for s in ranged))
    assert (whole.low, whole.high) == (
        max(round(whole.worth - below), 0),
        round(whole.worth + above),
    )


KEYS = {
    "tier": lambda s: [s.tier],
    "owner": lambda s: [str(s.client.owner_id or 0)],
    "stage": lambda s: [s.stage],
    "tag": lambda s: list(s.client.labels.values_list("name", flat=True)),
}


def test_worth_by_each_cut_is_that_of_the_clients_behind_it(base):
    for cut, keys in KEYS.items():
        sums = defaultdict(int)
        for signal in Signal.objects.current().select_related("client"):
            for key in keys(signal):
                sums[key] += signal.worth_24m or 0
        shown = {r["key"]: r["worth"] for r in rows("worth") if r["cut"] == cut}
        assert shown == dict(sums), cut
        for number, url in led(equity.cut_card(rows("worth"), cut, ON)):
            assert behind(url, base) == number, url


def test_a_range_is_not_given_where_most_of_the_worth_has_none():
    row = {"clients": 3, "priced": 3, "ranged": 1, "worth": 100, "ranged_worth": 70}
    assert equity.summed(row | {"below": 4.0, "above": 9.0}).low is None
    sure = equity.summed(row | {"ranged_worth": 80, "below": 4.0, "above": 9.0})
    assert (sure.low, sure.high) == (98, 103)


def test_the_grid_counts_who_bought_again(base):
    for unit, a_year in (("quarter", 4), ("month", 12)):
        the_grid(base, unit, a_year)


def the_grid(base, unit, a_year):
    """Compare: the grid of a unit is what the orders say, and leads to whom it counts."""

    def number(day):
        return day.year * a_year + (day.month - 1) // (12 // a_year)

    bought = defaultdict(set)
    for client, day in Order.objects.values_list("client_id", "placed_on"):
        bought[client].add(number(day))
    last = number(TODAY + timedelta(days=1)) - 1
    grid = told_cohorts.read(rows("cohorts"), unit, TODAY)
    assert grid
    firsts = {min(periods) for periods in bought.values()}
    assert [one.number for one in grid] == sorted(firsts & set(range(last - 11, last + 1)))
    for one in grid:
        mine = [periods for periods in bought.values() if min(periods) == one.number]
        assert one.clients == len(mine)
        expected = [sum(one.number + k in p for p in mine) for k in range(len(one.again))]
        assert list(one.again) == expected
        assert len(one.again) == last - one.number + 1
    for shown, url in led(told_cohorts.grid_card(grid, unit, ON)):
        assert behind(url, base) == shown


def chance_of(signal):
    """Return the chance of staying: a contract speaks for it, never against it."""
    active, renews = signal.p_active, signal.p_renew
    if renews is not None and renews > 0.5:
        return max(active or 0, renews)
    if signal.contracts and renews is None and (active or 0) <= 0.5:
        return None
    return active


def group_of(signal):
    chance, silent = chance_of(signal), (signal.cycles_silent or 0) >= 2
    if chance is None:
        return "unknown" if silent else "unsaid"
    if chance <= 0.5:
        return "doubtful"
    return "silent" if silent else "staying"


def test_who_is_leaving_is_counted_once_and_weighed_by_the_chance(base):
    sums = defaultdict(lambda: [0, 0, 0.0])
    for signal in Signal.objects.current().exclude(stage="closed"):
        found = sums[group_of(signal)]
        found[0] += 1
        found[1] += signal.worth_24m or 0
        if chance_of(signal) is not None:
            found[2] += signal.revenue_12m * (1 - chance_of(signal))
    shown = defaultdict(lambda: [0, 0, 0.0])
    for row in rows("leaving"):
        for place, name in enumerate(("clients", "worth", "gone")):
            shown[row["group"]][place] += row[name]
    assert {"doubtful", "staying"} <= sums.keys() == shown.keys()
    for group, found in sums.items():
        assert shown[group] == pytest.approx(found)
    for card in leaving.leaving_cards(rows("leaving"), ON):
        assert led(card)
        for number, url in led(card):
            assert behind(url, base) == number, url


def test_first_to_call_are_the_doubtful_worth_most_of_all_and_of_each(base):
    doubtful = Signal.objects.current().filter(p_active__lte=0.5, worth_24m__gt=0)
    # Nobody knows yet whether these contracts are renewed, but they are still held.
    doubtful = doubtful.filter(contracts=0)
    doubtful = doubtful.exclude(stage="closed").order_by("-worth_24m", "client_id")
    ids = list(doubtful.values_list("client_id", flat=True)[:10])
    assert len(ids) == 10
    assert [row["client_id"] for row in rows("first")] == ids
    own = doubtful.filter(client__owner=None).values_list("client_id", flat=True)[:10]
    assert [row["client_id"] for row in rows("first", 0)] == list(own)


def test_reasons_are_counted_by_quarter_with_the_revenue_that_went(base):
    def quarter(day):
        return day.year * 4 + (day.month - 1) // 3

    sums = defaultdict(lambda: [0, 0])
    for client in Client.objects.exclude(closed_on=None):
        if quarter(client.closed_on) <= quarter(TODAY) - 8:
            continue
        days = (client.closed_on - timedelta(days=364), client.closed_on)
        went = Order.objects.filter(client=client, placed_on__range=days)
        found = sums[quarter(client.closed_on), client.leaving_reason]
        found[0] += 1
        found[1] += sum(went.values_list("amount", flat=True))
    shown = {
        (r["quarter"], r["reason"]): [r["clients"], r["revenue"]] for r in rows("reasons")
    }
    assert shown == dict(sums)
    card = left.reasons_card(rows("reasons"), ON)
    assert led(card)
    for number, url in led(card):
        assert behind(url, base) == number, url


def months_ahead():
    first = TODAY.year * 12 + TODAY.month - 1
    return {date(n // 12, n % 12 + 1, 1): n for n in range(first, first + 12)}


def test_the_calendar_counts_each_contracts_next_day_of_each_kind(base):
    two = a_client(name="Two contracts")
    about = {"next_price": 4_000, "next_price_from": date(2026, 6, 1)}
    a_contract(two, renews_on=date(2026, 5, 1), notice_days=10, **about)
    a_contract(two, renews_on=date(2026, 5, 20), notice_days=100, promo_price=0)
    over = a_contract(two, renews_on=date(2026, 5, 9), ends_on=date(2026, 1, 1))
    actions.score_all(as_of=TODAY, now=NOON)
    sums, months = defaultdict(int), months_ahead()
    for one in Contract.objects.filter(client__closed_on=None).exclude(pk=over.pk):
        price = one.next_price or one.price
        notice = one.renews_on - timedelta(days=one.notice_days)
        step = "rise" if price > one.price else "fall"
        for kind, day in (
            ("renewal", one.renews_on),
            ("notice", notice if notice >= TODAY else None),
            (step, one.next_price_from if price != one.price else None),
        ):
            if day and day.replace(day=1) in months:
                sums[months[day.replace(day=1)], kind] += 1
    assert {kind for _, kind in sums} == {"renewal", "notice", "rise", "fall"}
    told = {(r["month"], r["kind"]): r["contracts"] for r in rows("ahead")}
    assert told == dict(sums)
    mine = Coming.objects.of_run(ScoreRun.current_id()).filter(client=two)
    assert sorted(mine.values_list("kind", "day")) == [
        ("fall", date(2026, 6, 1)),
        ("notice", date(2026, 4, 21)),
        ("renewal", date(2026, 5, 1)),
        ("renewal", date(2026, 5, 20)),
    ]


def test_every_page_shows_its_cards_and_every_file_opens_without_a_running_cell(
    base, client
):
    client.force_login(base)
    for path in ("/insight/", "/insight/retention/?by=month", "/insight/leaving/"):
        page = unescape(client.get(path).content.decode())
        files = re.findall(r'href="(/insight/csv/[^"]+)"', page)
        assert files
        for file in files:
            text = client.get(file).content.decode("utf-8-sig")
            assert not re.search(r"(^|,)[=+@]", text, re.MULTILINE), file
    assert "'=friend" in client.get("/insight/csv/equity/by-tag/").content.decode()
