"""Real exports, taken whole, against an independent computation of the same by pandas."""

import gzip

import pandas
import pytest
from django.db.models import Count, Sum
from django.utils.timezone import now

from fondly.clients.models import Client, Order, OrderLine
from fondly.intake.actions.receive import receive
from fondly.intake.actions.running import Runner
from fondly.intake.actions.steer import go
from fondly.testing import a_business

pytestmark = [pytest.mark.shared, pytest.mark.django_db]


def imported(path, **told):
    source = receive(
        path, about="orders", filename=path.name, user=None, now=now(), told=told
    )
    return go(Runner(source=source, clock=now))


@pytest.fixture
def retail(shared):
    return shared / "data/online_retail/online_retail.csv.gz"


def test_online_retail_comes_whole(retail):
    a_business(time_zone="Europe/London", currency="GBP")
    lines = pandas.read_csv(retail, dtype=str, keep_default_na=False)
    known = lines[lines.CustomerID != ""].copy()
    # In pence times 100,000, so that nothing is a float.
    price = known.UnitPrice.map(lambda text: round(float(text) * 10**7))
    known["exact"] = known.Quantity.astype(int) * price
    orders = known.groupby("InvoiceNo").agg(
        client=("CustomerID", "first"),
        at=("InvoiceDate", "min"),
        exact=("exact", "sum"),
        lines=("exact", "size"),
    )
    orders["pence"] = [half_even(value, 10**5) for value in orders.exact]

    source = imported(retail)

    rows = Order.objects.annotate(n=Count("lines")).values_list(
        "number", "client__number", "amount", "n"
    )
    assert {r[0]: tuple(r[1:]) for r in rows} == {
        row.Index: (row.client, row.pence, row.lines) for row in orders.itertuples()
    }
    unnamed = lines[lines.CustomerID == ""]
    adjustments = unnamed.InvoiceNo.str.startswith("A").sum()
    assert source.counts["reasons"] == {
        "No client is named.": len(unnamed) - adjustments,
        "An adjustment without a client.": adjustments,
    }
    assert OrderLine.objects.count() + source.counts["rejected"] == len(lines) == 541_909
    assert Client.objects.count() == known.CustomerID.nunique()
    in_london = Order.objects.get(number="536365").placed_at
    assert in_london.isoformat() == "2010-12-01T08:26:00+00:00"
    summer = orders["at"][orders["at"].str.startswith("2011-07")]
    in_summer = Order.objects.get(number=summer.index[0]).placed_at
    assert in_summer.hour + 1 == int(
        summer.iloc[0][11:13]
    )  # an hour behind the clock there
    refunds = Order.objects.filter(refund_of__isnull=False).select_related("refund_of")
    assert refunds.count() > 1000
    for refund in refunds[:200]:
        original = refund.refund_of
        assert original.client_id == refund.client_id
        assert original.placed_at <= refund.placed_at
        assert original.amount > 0 > refund.amount

    again = imported(retail)
    assert (again.counts["created"], again.counts["changed"]) == (0, 0)
    assert again.counts["skipped"] == len(orders)


def half_even(value: int, unit: int) -> int:
    whole, rest = divmod(abs(value), unit)
    up = rest * 2 > unit or (rest * 2 == unit and whole % 2 == 1)
    return (whole + up) * (1 if value >= 0 else -1)


def test_cdnow_comes_whole_with_its_repeats(shared):
    a_business(time_zone="America/New_York", currency="USD")
    path = shared / "data/cdnow/CDNOW_master.txt"
    names = ["client", "day", "cds", "dollars"]
    rows = pandas.read_csv(path, sep=r"\s+", skiprows=1, names=names, dtype=str)
    imported(path)
    assert Order.objects.count() == len(rows) == 69_659
    cents = rows.dollars.map(lambda text: round(float(text) * 100))
    assert Order.objects.aggregate(sum=Sum("amount"))["sum"] == cents.sum()
    assert Client.objects.count() == rows.client.nunique() == 23_570
    repeats = rows.duplicated(subset=["client", "day", "dollars"]).sum()
    seconds = Order.objects.exclude(key__endswith=":1").count()
    assert seconds == repeats
    assert Order.objects.order_by("placed_on").first().placed_on.isoformat() == "1997-01-01"
    again = imported(path)
    assert (again.counts["created"], again.counts["skipped"]) == (0, len(rows))


def test_the_sample_of_cdnow_is_asked_about_and_taken_as_told(shared, tmp_path):
    a_business(time_zone="UTC", currency="USD")
    path = shared / "data/cdnow/CDNOW_sample.txt"
    columns = {"client_number": "column 2", "date": "column 3", "amount": "column 5"}
    imported(path, columns=columns)
    assert Client.objects.count() == 2_357


def test_a_packed_and_a_plain_file_are_the_same(retail, tmp_path):
    a_business(time_zone="UTC", currency="GBP")
    plain = tmp_path / "plain.csv"
    with gzip.open(retail) as file:
        head = [next(file) for _ in range(5_000)]
    plain.write_bytes(b"".join(head))
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    first = imported(plain)
    second = imported(packed)
    assert first.counts["created"] == second.counts["skipped"] > 100
