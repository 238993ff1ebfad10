"""Every figure on the Insight pages of the demo and of online_retail, from the files of the
cards, against pandas and plain Python over the raw orders, contracts and signals."""

import csv
import io
from calendar import month_name, monthrange
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from math import sqrt

import pandas as pd
import pytest

from fondly.clients.models import Client, Contract, LeavingReason, Order, Rate, Stage
from fondly.insight import actions
from fondly.insight.models import ScoreRun, Signal
from fondly.insight.tests.signals.test_online_retail import AS_OF, load, orders_of
from fondly.site.demo import business
from fondly.team.models import Business, User
from fondly.testing import NOON, TODAY, a_business, olive

pytestmark = [
    pytest.mark.one_database,  # the engine's answers are compared on both elsewhere
    pytest.mark.django_db(transaction=True),
    pytest.mark.shared,
]
MONTHS = month_name[1:]
PARTS = ("new", "grown", "won back", "shrunk", "lost")
GROUPS = {
    "doubtful": "Probably gone: at most 50 % still active",
    "silent": "Silent for two usual gaps or more, still more likely here",
    "unknown": "Silent for two usual gaps or more, no probability",
    "staying": "More likely here than gone",
    "unsaid": "No probability and no rhythm",
}


def the_demo(_request):
    """Make the demo's business and return its owner."""
    business.make(today=TODAY, now=NOON)
    actions.score_all(as_of=TODAY, now=NOON)
    return User.objects.filter(role="owner").first()


def online_retail(request):
    """Load the orders of online_retail, with some clients closed and some contracts."""
    a_business(currency="GBP", time_zone="UTC")
    load(orders_of(request.getfixturevalue("shared")))
    for number, client in enumerate(Client.objects.order_by("pk")[:300]):
        if number % 7 == 0:
            client.closed_on = AS_OF - timedelta(days=number)
            client.leaving_reason = ["price", "service", ""][number % 3]
            client.save()
        about = {"name": "Care", "price": 4_000 + number, "currency": "GBP"}
        started = AS_OF - timedelta(days=30 + number)
        Contract.objects.create(
            client=client, started_on=started, renewal_months=number % 12 + 1, **about
        )
    now = datetime.combine(AS_OF, time(12), UTC)
    actions.score_all(as_of=AS_OF, now=now)
    return olive()


@pytest.fixture(params=[the_demo, online_retail], ids=["demo", "online_retail"])
def card(request, client):
    """Return a function that reads the file of a card, of a whole business."""
    for found in (own, rates):
        found.cache_clear()
    client.force_login(request.param(request))

    def read(tab, slug, query=""):
        reply = client.get(f"/insight/csv/{tab}/{slug}/{query}")
        assert reply.status_code == 200, (tab, slug)
        titles, *lines = csv.reader(io.StringIO(reply.content.decode("utf-8-sig")))
        # Some titles stand there twice: “cells” are the figures in their order.
        return [
            dict(zip(titles, line, strict=True)) | {"cells": line[1:]} for line in lines
        ]

    return read


def test_every_figure_is_what_the_raw_rows_say(card):
    as_of = ScoreRun.current().as_of
    days, signals = days_bought(), signals_now()
    the_bridge(card("equity", "bridge"), days, as_of)
    for cut in ("tier", "stage", "owner"):
        equity(card("equity", f"by-{cut}"), signals, cut)
    for unit, size in (("quarter", 3), ("month", 1)):
        query = f"?by={unit}"
        grid = cohorts(days, size, as_of)
        the_grid(card("retention", "cohorts", query), grid)
        curves(card("retention", "curves", query), grid)
    leaving(card, signals)
    reasons(card("leaving", "reasons"), as_of)
    calendar(card("leaving", "ahead"), as_of)


def days_bought():
    """Return the net by client and day; a refund counts on the day of its original."""
    orders = pd.DataFrame(
        Order.objects.values(
            "id", "client_id", "placed_on", "amount", "currency", "refund_of_id"
        )
    )
    day_of = orders.set_index("id").placed_on
    orders["day"] = orders.refund_of_id.map(day_of).fillna(orders.placed_on)
    worth = (valued(o.amount, o.currency, o.day) for o in orders.itertuples())
    orders["amount"] = list(worth)
    days = orders.groupby(["client_id", "day"], as_index=False).amount.sum()
    stamps = pd.to_datetime(days.day)
    days["month"] = stamps.dt.year * 12 + stamps.dt.month - 1
    return days


@cache
def own():
    """Return the business's own currency."""
    return Business.current().currency


@cache
def rates():
    """Return the rates by currency, the newest first."""
    found = defaultdict(list)
    for rate in Rate.objects.order_by("-from_day"):
        found[rate.currency].append((rate.from_day, float(rate.rate)))
    return found


def factor(currency, day):
    """Return what a minor unit was worth in the business's own on a day."""
    if currency == own():
        return 1.0
    return next(rate for since, rate in rates()[currency] if since <= day)


def valued(amount, currency, day):
    """Return an amount in the business's own minor units; halves go away from nought."""
    value = amount * factor(currency, day)
    return int(abs(value) + 0.5) * (1 if value > 0 else -1)


def signals_now():
    """Return the signals with each client's owner."""
    names = ("tier", "stage", "worth_24m", "worth_24m_low", "worth_24m_high", "p_active")
    names += ("p_renew", "contracts")
    rows = Signal.objects.current().values(
        "client_id", "client__owner", "cycles_silent", "revenue_12m", *names
    )
    users = {user.pk: str(user) for user in User.objects.all()}
    found = pd.DataFrame(rows)
    found["owner"] = found.client__owner.map(users).fillna("nobody")
    found["tier"] = found.tier.replace("", "none")
    for name in ("p_active", "p_renew", "worth_24m"):
        found[name] = found[name].astype(float)
    found["stage"] = found.stage.map({k: str(v) for k, v in Stage.choices})
    return found


def last_month(as_of):
    day = as_of + timedelta(days=1)
    return day.year * 12 + day.month - 2


def the_bridge(told, days, as_of):
    last = last_month(as_of)
    wide = days.pivot_table(
        index="client_id", columns="month", values="amount", aggfunc="sum", fill_value=0
    ).reindex(columns=range(last - 24, last + 1), fill_value=0)
    first = days[days.amount > 0].groupby("client_id").month.min()
    first = first.reindex(wide.index)
    assert len(told) == 12
    for row, month in zip(told, range(last, last - 12, -1), strict=True):
        assert row["Month"] == f"{MONTHS[month % 12]} {month // 12}"
        before = wide[list(range(month - 12, month))].sum(axis=1)
        after = wide[list(range(month - 11, month + 1))].sum(axis=1)
        came, went = (before <= 0) & (after > 0), (before > 0) & (after <= 0)
        who = {
            "new": came & (first == month),
            "won back": came & (first != month),
            "lost": went,
            "grown": ~came & ~went & (after > before),
            "shrunk": ~came & ~went & (after < before),
        }
        assert cents(row["Start"]) == before.sum()
        assert cents(row["End"]) == after.sum()
        for part in PARTS:
            assert cents(row[part]) == (after - before)[who[part]].sum(), (month, part)


def cents(text):
    return round(float(text) * 100)


def equity(told, signals, cut):
    title = next(iter(told[0]))
    assert len(told) == signals[cut].nunique()
    for row in told:
        mine = signals[signals[cut] == row[title]]
        ranged = mine.dropna(subset=["worth_24m_low", "worth_24m_high"])
        worth = mine.worth_24m.fillna(0).sum()
        assert int(row["Clients"]) == len(mine)
        said = row["Worth, 24 months"]
        assert bool(said) == mine.worth_24m.notna().any()
        assert cents(said or "0") == worth
        assert int(row["Without interval"]) == len(mine) - len(ranged)
        if len(ranged) and ranged.worth_24m.sum() >= 0.8 * worth > 0:
            low = worth - sqrt(((ranged.worth_24m - ranged.worth_24m_low) ** 2).sum())
            high = worth + sqrt(((ranged.worth_24m_high - ranged.worth_24m) ** 2).sum())
            assert cents(row["Low"]) == pytest.approx(max(low, 0), abs=1)
            assert cents(row["High"]) == pytest.approx(high, abs=1)
        else:
            assert row["Low"] == row["High"] == ""


def cohorts(days, size, as_of):
    """Return, by cohort, its clients and how many bought in each period since."""
    bought = days[days.amount > 0].assign(period=lambda rows: rows.month // size)
    last = (last_month(as_of) + 1) // size - 1
    of = bought.groupby("client_id").period.agg(lambda periods: frozenset(periods))
    first = of.map(min)
    found = {}
    for number in sorted(set(first) & set(range(last - 11, last + 1))):
        mine = of[first == number]
        again = [
            sum(number + k in periods for periods in mine) for k in range(last - number + 1)
        ]
        found[number] = (len(mine), again)
    return found


def the_grid(told, grid):
    assert len(told) == len(grid)
    for row, (clients, again) in zip(told, grid.values(), strict=True):
        assert int(row["Clients"]) == clients
        for k, hits in enumerate(again[1:], 1):
            assert float(row[str(k)]) == pytest.approx(hits / clients, abs=5e-5)


def curves(told, grid):
    halves = list(grid.values())
    cut = len(halves) // 2
    for row in told:
        k = int(next(iter(row.values())))
        cells = [float(cell) if cell else None for cell in row["cells"]]
        for half, shown in ((halves[:cut], cells[:4]), (halves[cut:], cells[4:])):
            known = [one for one in half if len(one[1]) > k]
            if not known:
                continue
            of, hits = sum(n for n, _ in known), sum(again[k] for _, again in known)
            low, high = wilson(hits, of)
            assert shown[1] == of
            expected = (hits / of, of, low, high)
            assert shown == pytest.approx(expected, abs=5e-5)


def wilson(hits, of):
    z, share = 1.959964, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def chance_of(row):
    """Return the chance of staying: a contract speaks for it, never against it."""
    if row.p_renew > 0.5:
        return max(row.p_active, row.p_renew) if row.p_active >= 0 else row.p_renew
    if row.contracts and pd.isna(row.p_renew) and row.p_active <= 0.5:
        return float("nan")
    return row.p_active


def group_of(row):
    silent = row.cycles_silent >= 2
    if pd.isna(row.chance):
        return "unknown" if silent else "unsaid"
    if row.chance <= 0.5:
        return "doubtful"
    return "silent" if silent else "staying"


def leaving(card, signals):
    here = signals[signals.stage != "Closed"].copy()
    here["chance"] = here.apply(chance_of, axis=1)
    here["group"] = here.apply(group_of, axis=1)
    here["gone"] = (here.revenue_12m * (1 - here.chance)).fillna(0)
    told = {row["Who"]: row for row in card("leaving", "leaving")}
    assert set(told) == {GROUPS[group] for group in here.group}
    for group, mine in here.groupby("group"):
        these_are(told[GROUPS[group]], mine, "Clients")
    doubtful = here[here.group == "doubtful"]
    tiers = {row["Tier"]: row for row in card("leaving", "leaving-tiers")}
    assert set(tiers) == set(doubtful.tier)
    for tier, mine in doubtful.groupby("tier"):
        these_are(tiers[tier], mine, "Probably gone")


def these_are(row, mine, count):
    assert int(row[count]) == len(mine)
    assert cents(row["Bought, 12 months"]) == mine.revenue_12m.sum()
    gone, worth = row["Of it expected to be gone"], row["Still expected, 24 months"]
    assert bool(gone) == mine.chance.notna().any()
    assert cents(gone or "0") == pytest.approx(mine.gone.sum(), abs=1)
    assert bool(worth) == mine.worth_24m.notna().any()
    assert cents(worth or "0") == mine.worth_24m.fillna(0).sum()


def reasons(told, as_of):
    labels = {key: str(label) for key, label in LeavingReason.choices}
    sums, went = defaultdict(int), defaultdict(int)
    for client in Client.objects.exclude(closed_on=None).filter(closed_on__lte=as_of):
        on = client.closed_on
        quarter = on.year * 4 + (on.month - 1) // 3
        if quarter <= as_of.year * 4 + (as_of.month - 1) // 3 - 8:
            continue
        name = f"Q{quarter % 4 + 1} {quarter // 4}"
        sums[name, labels.get(client.leaving_reason) or "No reason given"] += 1
        for order in Order.objects.filter(client=client).select_related("refund_of"):
            day = order.refund_of.placed_on if order.refund_of else order.placed_on
            if 0 <= (on - day).days < 365:
                went[name] += valued(order.amount, order.currency, day)
    assert sums
    assert {row["Quarter"] for row in told} == {name for name, _ in sums}
    for row in told:
        name = row["Quarter"]
        mine = {reason: n for (q, reason), n in sums.items() if q == name}
        assert int(row["All"]) == sum(mine.values())
        for reason, n in mine.items():
            assert int(row[reason]) == n
        assert cents(row["Revenue that went"]) == went[name]


def plus_months(day, count):
    month = day.year * 12 + day.month - 1 + count
    last = monthrange(month // 12, month % 12 + 1)[1]
    return date(month // 12, month % 12 + 1, min(day.day, last))


def next_days(one, as_of):
    """Return what a contract brings next, by kind."""
    found = {}
    if one.ends_on is None:
        renewal = one.renews_on if one.renews_on and one.renews_on > as_of else None
        terms = 1
        while renewal is None:
            day = plus_months(one.started_on, terms * max(one.renewal_months, 1))
            renewal, terms = (day if day > as_of else None), terms + 1
        found["Renewals"] = renewal
        notice = renewal - timedelta(days=one.notice_days)
        if notice >= as_of:
            found["Last day of notice"] = notice
    now = one.price_on(as_of)
    promo = one.promo_ends_on
    if one.promo_price is not None and promo and promo >= as_of:
        step = promo + timedelta(days=1)
    else:
        step = one.next_price_from if one.next_price is not None else None
    if step and step > as_of and one.price_on(step) != now:
        found["Prices rise" if one.price_on(step) > now else "Prices fall"] = step
    return found, now / one.months * 12 * factor(one.currency, as_of)


def calendar(told, as_of):
    sums, yearly = defaultdict(int), defaultdict(float)
    first = as_of.year * 12 + as_of.month - 1
    for one in Contract.objects.filter(started_on__lte=as_of, client__closed_on=None):
        if one.ends_on is not None and one.ends_on < as_of:
            continue
        days, a_year = next_days(one, as_of)
        for kind, day in days.items():
            if day.year * 12 + day.month - 1 < first + 12:
                name = f"{MONTHS[day.month - 1]} {day.year}"
                sums[name, kind] += 1
                yearly[name] += round(a_year) if kind == "Renewals" else 0
    assert sums
    for row in told:
        for kind in ("Renewals", "Last day of notice", "Prices rise", "Prices fall"):
            assert int(row[kind]) == sums.pop((row["Month"], kind), 0), (row, kind)
        assert cents(row["Agreed a year, of renewals"]) == yearly[row["Month"]]
    assert not sums
