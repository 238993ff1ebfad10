"""Signals of a real business equal what pandas makes of the same orders, each client."""

from datetime import UTC, date, datetime, time

import numpy as np
import pandas as pd
import pytest
from scipy.special import gammaln

from fondly.clients.models import Client, Order
from fondly.insight import actions
from fondly.insight.models import Signal
from fondly.testing import NOON, a_business

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.shared]
AS_OF = date(2011, 12, 10)


def orders_of(shared):
    """Return one row per invoice and customer, the amount in pence."""
    lines = pd.read_csv(
        shared / "data/online_retail/online_retail.csv.gz",
        dtype={"InvoiceNo": str, "CustomerID": str},
        encoding="utf-8",
    )
    lines.columns = [name.strip() for name in lines.columns]
    lines = lines[lines.CustomerID.notna()]
    lines["at"] = pd.to_datetime(lines.InvoiceDate)
    lines["pence"] = (lines.Quantity * lines.UnitPrice * 100).round()
    grouped = lines.groupby(["CustomerID", "InvoiceNo"], as_index=False)
    rows = grouped.agg(amount=("pence", "sum"), at=("at", "min"))
    rows["amount"] = rows.amount.astype("int64")
    rows["day"] = rows["at"].dt.normalize()
    return rows


def load(rows):
    """Write clients and orders; return the client ids by customer."""
    names = sorted(rows.CustomerID.unique())
    Client.objects.bulk_create(
        [
            Client(number=n, name=n, sort_name=n, created_at=NOON, updated_at=NOON)
            for n in names
        ],
        batch_size=500,
    )
    ids = dict(Client.objects.values_list("number", "pk"))
    Order.objects.bulk_create(
        [
            Order(
                client_id=ids[row.CustomerID],
                key=f"n:{row.InvoiceNo}:{row.CustomerID}",
                number=row.InvoiceNo,
                placed_at=datetime.combine(row.day.date(), time(12), UTC),
                placed_on=row.day.date(),
                amount=row.amount,
                currency="GBP",
            )
            for row in rows.itertuples()
        ],
        batch_size=500,
    )
    return ids


def by_pandas(rows, ids):
    """Compute the signals anew, from their definitions, without SQL."""
    as_of = pd.Timestamp(AS_OF)
    nets = rows.groupby(["CustomerID", "day"]).amount.sum().reset_index()
    found = []
    for customer, mine in nets.groupby("CustomerID"):
        revenue = int(mine.amount.sum())
        bought = mine[mine.amount > 0].sort_values("day")
        row = {"client_id": ids[customer], "orders": 0, "revenue": 0}
        row |= {"orders_12m": 0, "revenue_12m": 0}
        if revenue > 0 and len(bought):
            days = bought.day
            gaps = days.diff().dt.days.dropna()
            recent = as_of - pd.Timedelta(days=365)
            row |= {
                "orders": len(days),
                "revenue": revenue,
                "orders_12m": int((days > recent).sum()),
                "revenue_12m": int(mine.amount[mine.day > recent].sum()),
                "first_order_on": days.iloc[0].date(),
                "last_order_on": days.iloc[-1].date(),
                "days_since_order": (as_of - days.iloc[-1]).days,
                "service_days": (as_of - days.iloc[0]).days,
                "mean_order": revenue / len(days),
            }
            if len(gaps) >= 3:
                low, gap, high = np.percentile(gaps, [25, 50, 75])
                spread = (high - low) / 2
                about = max(spread, gap / 10)
                row |= {
                    "gap_days": gap,
                    "gap_spread_days": spread,
                    "cycles_silent": row["days_since_order"] / gap,
                    "next_from": later(days.iloc[-1], max(np.floor(gap - about), 1)),
                    "next_until": later(days.iloc[-1], np.ceil(gap + about)),
                }
        found.append(row)
    table = pd.DataFrame(found).sort_values("client_id").set_index("client_id")
    buyers = table[table.orders > 0]
    for score, value in (
        ("recency_score", -buyers.days_since_order),
        ("frequency_score", buyers.orders),
        ("monetary_score", buyers.revenue),
    ):
        ranked = value.reset_index().sort_values([value.name, "client_id"])
        table.loc[ranked.client_id, score] = fifths(len(ranked))
    return table


def fifths(count):
    """Cut a ranking into five parts; the first parts get what is left over."""
    sizes = [count // 5 + (n < count % 5) for n in range(5)]
    return np.repeat(np.arange(1, 6), sizes)


def later(day, days):
    return (day + pd.Timedelta(days=int(days))).date()


def by_the_formula(table, *, k, r, alpha, a, b):
    """P(alive) of Fader, Hardie and Lee (2008) for those who came back; with gaps of k
    stages the last one, of which fewer than k are over, may have begun any of them ago."""
    x = table.orders - 1
    age, silent = table.service_days / 7, table.days_since_order / 7
    power = r + k * x
    left = a / (b + x - 1) * ((alpha + age) / (alpha + age - silent)) ** power
    stages = sum(
        np.exp(gammaln(power + j) - gammaln(power) - gammaln(j + 1))
        * (silent / (alpha + age)) ** j
        for j in range(k)
    )
    return stages / (stages + left)


def test_signals_equal_pandas_for_every_client(shared):
    a_business(currency="GBP", time_zone="Europe/London")
    rows = orders_of(shared)
    expected = by_pandas(rows, load(rows))

    run = actions.score_all(as_of=AS_OF, now=NOON)

    columns = ["client_id", *expected.columns, "p_active", "worth_24m"]
    ours = pd.DataFrame(Signal.objects.of_run(run.pk).values(*columns))
    ours = ours.sort_values("client_id").set_index("client_id")
    assert len(ours) == len(expected) == 4_372
    for name in expected.columns:
        mine, theirs = ours[name], expected[name]
        assert list(mine.isna()) == list(theirs.isna()), name
        both = mine.notna()
        if pd.api.types.is_numeric_dtype(theirs):
            kept = mine[both].astype(float), theirs[both].astype(float)
            slack = 0.5 if name == "mean_order" else 1e-6
            np.testing.assert_allclose(*kept, rtol=1e-9, atol=slack, err_msg=name)
        else:
            assert list(mine[both]) == list(theirs[both]), name
    again = expected.orders > (1 if run.model == "bgnbd" else 2)
    k, (r, alpha, a, b) = run.fit["model"]["k"], run.fit["model"]["orders"]
    chances = by_the_formula(expected[again], k=k, r=r, alpha=alpha, a=a, b=b)
    np.testing.assert_allclose(ours.p_active[again].astype(float), chances, rtol=1e-6)
    assert ours.p_active[~again].isna().all()
