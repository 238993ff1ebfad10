"""The bridge adds up, and equals what plain Python makes of the same orders."""

from collections import defaultdict
from datetime import date, timedelta
from random import Random

import pytest

from fondly.insight import actions
from fondly.insight.models import Report
from fondly.insight.models.report import ALL
from fondly.testing import NOON, TODAY, a_business, a_client, a_user, an_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _business():
    a_business()


def score(**about):
    return actions.score_all(as_of=TODAY, now=NOON, **about)


def kept(name, whose=ALL):
    return Report.objects.shown().rows_of(name, whose=whose)[name]


def month_of(day):
    return day.year * 12 + day.month - 1


def by_hand(orders):
    """Return {(month, part): (clients, before, after)} of (client, day, amount) rows."""
    last = month_of(TODAY + timedelta(days=1)) - 1
    of_client = defaultdict(list)
    for client, day, amount in orders:
        of_client[client].append((month_of(day), amount))
    found = defaultdict(lambda: [0, 0, 0])
    for rows in of_client.values():
        first = min(month for month, amount in rows if amount > 0)
        for end in range(last - 11, last + 1):
            before = sum(a for m, a in rows if end - 13 < m <= end - 1)
            after = sum(a for m, a in rows if end - 12 < m <= end)
            if not before and not after:
                continue
            part = "grown" if after > before else "shrunk" if after < before else "steady"
            if before <= 0 < after:
                part = "new" if first == end else "won_back"
            elif after <= 0 < before:
                part = "lost"
            sums = found[end, part]
            sums[0] += 1
            sums[1] += before
            sums[2] += after
    return {key: tuple(sums) for key, sums in found.items()}


def test_every_part_of_every_month_is_what_the_orders_say_for_all_and_for_each_owner():
    dice = Random(7)
    owners = [None, a_user(), a_user()]
    orders, of_owner = [], defaultdict(list)
    for number in range(40):
        owner = dice.choice(owners)
        client = a_client(name=f"C{number}", owner=owner)
        start = dice.randrange(30, 1200)
        for _ in range(dice.randrange(1, 7)):
            day = TODAY - timedelta(days=dice.randrange(0, start))
            amount = dice.randrange(1_000, 90_000)
            an_order(client, on=day, amount=amount)
            orders.append((client.pk, day, amount))
            of_owner[owner.pk if owner else 0].append(orders[-1])
    score()

    def shown(whose):
        sums = defaultdict(lambda: (0, 0, 0))
        for r in kept("bridge", whose):
            now = (r["clients"], r["before"], r["after"])
            old = sums[r["month"], r["part"]]
            sums[r["month"], r["part"]] = tuple(map(sum, zip(old, now, strict=True)))
        return dict(sums)

    assert shown(ALL) == by_hand(orders)
    assert {part for _, part in shown(ALL)} >= {
        "new",
        "grown",
        "shrunk",
        "lost",
        "won_back",
    }
    for whose, rows in of_owner.items():
        assert shown(whose) == by_hand(rows)


def test_start_and_parts_are_the_end_and_the_end_is_the_next_start():
    for number in range(12):
        client = a_client(name=f"C{number}")
        for back in range(number, 800, 40 + 9 * number):
            an_order(client, on=TODAY - timedelta(days=back), amount=1_000 + number)
    score()
    starts, ends = defaultdict(int), defaultdict(int)
    for row in kept("bridge"):
        starts[row["month"]] += row["before"]
        ends[row["month"]] += row["after"]
    months = sorted(ends)
    assert len(months) == 12
    assert [starts[month] for month in months[1:]] == [ends[month] for month in months[:-1]]


def test_a_refund_of_everything_loses_the_client_and_still_adds_up():
    ada = a_client()
    an_order(ada, on=date(2025, 12, 10), amount=10_000)
    an_order(ada, on=date(2026, 2, 10), amount=-12_000)
    score()
    rows = {(r["month"] % 12 + 1, r["part"]): r for r in kept("bridge")}
    assert (rows[12, "new"]["before"], rows[12, "new"]["after"]) == (0, 10_000)
    assert (rows[2, "lost"]["before"], rows[2, "lost"]["after"]) == (10_000, -2_000)


def test_those_who_moved_most_stand_first_and_each_owner_has_their_own():
    max_ = a_user()
    for number in range(25):
        owner = max_ if number < 3 else None
        client = a_client(name=f"C{number}", owner=owner)
        an_order(client, on=date(2026, 2, 10), amount=1_000 + number)
    score()
    every = [r for r in kept("movers") if r["part"] == "new"]
    assert [r["after"] for r in every] == list(range(1_024, 1_004, -1))
    own = [r for r in kept("movers", max_.pk) if r["part"] == "new"]
    assert [r["after"] for r in own] == [1_002, 1_001, 1_000]
