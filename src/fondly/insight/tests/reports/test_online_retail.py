"""The bridge of a real business equals what pandas makes of its orders."""

import pandas as pd
import pytest

from fondly.clients.models import Client
from fondly.insight.actions.reporting.keep import keep_reports
from fondly.insight.models import Report, Signal
from fondly.insight.models.report import ALL
from fondly.insight.tests.signals.test_online_retail import AS_OF, load, orders_of
from fondly.testing import a_business, a_run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.shared]
LAST = 2011 * 12 + 10  # November 2011: December is not over
MONTHS = 12


@pytest.fixture
def monthly(shared):
    """Return revenue by client (rows) and month (columns), with the reports kept."""
    a_business(currency="GBP", time_zone="UTC")
    orders = orders_of(shared)
    load(orders)
    run = a_run(as_of=AS_OF)
    clients = Client.objects.all()
    Signal.objects.bulk_create([Signal(run=run, client=one) for one in clients], 500)
    keep_reports(run)
    orders["month"] = orders.day.dt.year * 12 + orders.day.dt.month - 1
    return orders.pivot_table(
        index="CustomerID", columns="month", values="amount", aggfunc="sum", fill_value=0
    )


def kept(name):
    return Report.objects.shown().rows_of(name, whose=ALL)[name]


def test_the_bridge_is_that_of_pandas(monthly):
    columns = range(LAST - 24, LAST + 1)
    wide = monthly.reindex(columns=columns, fill_value=0)
    ends = {m: wide[[c for c in columns if m - 12 < c <= m]].sum(axis=1) for m in columns}
    shown = pd.DataFrame(kept("bridge"))
    for month in range(LAST - MONTHS + 1, LAST + 1):
        before, after = ends[month - 1], ends[month]
        mine = shown[shown.month == month]
        assert mine.before.sum() == before.sum()
        assert mine.after.sum() == after.sum()
        who = {
            ("lost",): (before > 0) & (after <= 0),
            ("new", "won_back"): (before <= 0) & (after > 0),
            ("grown",): ((before > 0) == (after > 0)) & (after > before),
            ("shrunk",): ((before > 0) == (after > 0)) & (after < before),
        }
        for parts, those in who.items():
            found = mine[mine.part.isin(parts)]
            assert found.clients.sum() == those.sum()
            assert (found.after - found.before).sum() == (after - before)[those].sum()
