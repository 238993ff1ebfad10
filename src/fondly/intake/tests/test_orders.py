import json

import pytest

from fondly.base.errors import Refusal
from fondly.clients.models import Client, ContactPoint, Order, OrderLine
from fondly.intake.actions.check import check
from fondly.intake.actions.publish import publish
from fondly.intake.actions.undo import undo
from fondly.intake.models import Import
from fondly.intake.staging import report
from fondly.intake.staging.folder import Folder
from fondly.intake.tests.files import ORDERS, checksums, imported, runner, taken
from fondly.testing import a_business, a_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business():
    return a_business(time_zone="Europe/London", currency="GBP")


def test_orders_come_with_their_clients(tmp_path):
    imported(tmp_path, ORDERS)
    rows = Order.objects.order_by("number").values_list(
        "number", "client__number", "amount"
    )
    assert list(rows) == [("1001", "K1", 1000), ("1002", "K2", 2050), ("1003", "K1", 3000)]
    assert Client.objects.get(number="K1").name == "K1"
    assert set(Order.objects.values_list("key", flat=True)) == {
        "n:1001",
        "n:1002",
        "n:1003",
    }


def test_a_known_client_keeps_its_row_and_gets_the_order(tmp_path):
    ada = a_client(number="K1")
    source = imported(tmp_path, ORDERS)
    assert Client.objects.count() == 2
    assert ada.orders.count() == 2
    assert source.counts["clients_created"] == 1


def test_the_same_file_twice_changes_nothing(tmp_path):
    imported(tmp_path, ORDERS)
    before = list(Order.objects.order_by("pk").values_list())
    again = imported(tmp_path, ORDERS)
    assert (again.counts["created"], again.counts["skipped"]) == (0, 3)
    assert list(Order.objects.order_by("pk").values_list()) == before


def test_lines_are_grouped_by_their_invoice_and_rounded_once(tmp_path):
    lines = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n" + "".join(
        f"7,S{i},1,2011-03-01 10:0{i}:00,0.005,K1\n" for i in range(3)
    )
    imported(tmp_path, lines)
    order = Order.objects.get()
    # 0.015 is 1.5 pence, to the even: 2. Each line alone would round to 0.
    assert order.amount == 2
    assert order.placed_at.minute == 0  # the earliest of three times
    assert OrderLine.objects.filter(order=order).count() == 3


def test_times_are_of_the_zone_of_the_file_and_days_of_the_business(tmp_path):
    text = "order number,customer,date,total\n1,K1,2026-07-01 00:30,5.00\n"
    imported(tmp_path, text, time_zone="Europe/Berlin")
    order = Order.objects.get()
    assert order.placed_at.isoformat() == "2026-06-30T22:30:00+00:00"
    assert order.placed_on.isoformat() == "2026-06-30"  # 23:30 in London


@pytest.mark.parametrize("day", ["2026-07-01", "20260701", "1.7.2026", "2026-07-01 12:00"])
def test_a_day_without_a_time_is_that_day_with_us_too(tmp_path, day):
    text = f"order number,customer,date,total\n1,K1,{day},5.00\n"
    imported(tmp_path, text, time_zone="Asia/Tokyo", date="%d.%m.%Y" if "." in day else "")
    assert str(Order.objects.get().placed_on) == "2026-07-01"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"time_zone": "Mars/Phobos"}, "no time zone"),
        ({"currency": "Q1"}, "no currency"),
        ({"currency": 1}, "are texts"),
        ({"date": "nonsense"}, "no style of dates: %d.%m.%Y is one"),
        ({"date": "%d.%m.%Y %H"}, "no style of dates"),
        ({"decimal": "x"}, "a point or a comma"),
        ({"odd_dates": "perhaps"}, "“refuse” or “reject”"),
        ({"columns": [1]}, "which column is what"),
        ({"columns": {"number": 1}}, "which column is what"),
        ({"extra": {"a": None}}, "which column is what"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_and_nothing_remembered(
    tmp_path, told, words
):
    with pytest.raises(Refusal, match=words):
        taken(tmp_path, ORDERS, **told)
    assert not Import.objects.exists()


def test_orders_without_a_number_are_told_apart_by_occurrence(tmp_path):
    text = "customer,date,amount\nK1,2026-01-05,10.00\nK1,2026-01-05,10.00\n"
    imported(tmp_path, text)
    assert Order.objects.count() == 2
    again = imported(tmp_path, text + "K1,2026-01-05,10.00\n")
    assert (again.counts["created"], again.counts["skipped"]) == (1, 2)


def test_a_refund_is_linked_to_the_one_order_that_holds_its_lines(tmp_path):
    head = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
    bought = (
        "1,S1,5,2011-03-01,2.00,K1\n2,S2,5,2011-03-02,2.00,K1\n3,S2,5,2011-03-03,2.00,K1\n"
    )
    back = "C4,S1,-2,2011-03-05,2.00,K1\nC5,S2,-1,2011-03-06,2.00,K1\n"
    imported(tmp_path, head + bought + back)
    assert Order.objects.get(number="C4").refund_of.number == "1"
    assert Order.objects.get(number="C5").refund_of is None  # two could be the original
    assert Order.objects.get(number="C4").amount == -400


def test_a_refund_is_linked_to_an_order_that_came_with_an_earlier_file(tmp_path):
    head = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
    imported(tmp_path, head + "1,S1,5,2011-03-01,2.00,K1\n2,S2,5,2011-03-02,2.00,K1\n")
    imported(tmp_path, head + "3,S2,5,2011-03-03,2.00,K2\nC4,S2,-1,2011-03-05,2.00,K1\n")
    assert Order.objects.get(number="C4").refund_of.number == "2"
    imported(tmp_path, head + "5,S1,5,2011-03-06,2.00,K1\nC6,S1,-1,2011-03-07,2.00,K1\n")
    assert Order.objects.get(number="C6").refund_of is None  # one here, one in the file


def test_a_refund_may_name_an_order_that_is_here(tmp_path):
    imported(tmp_path, ORDERS)
    head = "order number,customer number,date,total,refund of\n"
    lines = "9,K1,2026-03-01,-4.00,1003\n10,K2,2026-03-01,-4.00,1003\n"
    imported(tmp_path, head + lines)
    assert Order.objects.get(number="9").refund_of.number == "1003"
    assert Order.objects.get(number="10").refund_of is None  # of another client


def test_an_original_written_after_its_refund_is_linked_too(tmp_path):
    text = "order number,customer,date,total\n1,K1,2026-03-02,-5.00\n2,K1,2026-03-01,5.00\n"
    imported(tmp_path, text)
    assert Order.objects.get(number="1").refund_of.number == "2"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("9,,2026-01-05,10.00", "No client is named."),
        ("A9,,2026-01-05,10.00", "An adjustment without a client."),
        ("9,K1,soon,10.00", "The date cannot be read."),
        ("9,K1,2026-02-30,10.00", "The date cannot be read."),
        ("9,K1,,10.00", "No date is given."),
        ("9,K1,2026-01-05,ten", "The amount is no number."),
        ("9,K1,2026-01-05,", "No amount is given."),
        ("9,K1,2026-01-05", "The line has fewer columns than the first."),
        ("9,K1,2026-01-05,1,2", "The line has more columns than the first."),
        ("1001,K2,2026-01-05,1", "This order number names two clients."),
    ],
)
def test_each_rejected_line_says_why(tmp_path, line, why):
    source = taken(tmp_path, ORDERS + line + "\n")
    check(runner(source))
    assert source.counts["reasons"][why]
    errors = Folder.of(source.pk).errors.read_text()
    assert why in errors
    assert "5" in errors.splitlines()[-1]  # the number of the line


def test_outcomes_stand_in_the_order_of_the_file(tmp_path):
    bad = "1000,K1,soon,1.00\n"
    head, *rest = ORDERS.splitlines(keepends=True)
    source = taken(tmp_path, head + rest[2] + bad + rest[1] + rest[0])
    check(runner(source))
    rows = report.page(Folder.of(source.pk), what="", after=0, most=10)
    assert [(row["n"], row["line"], row["what"]) for row in rows] == [
        (1, 2, "created"),
        (2, 3, "rejected"),
        (3, 4, "created"),
        (4, 5, "created"),
    ]
    assert rows[0]["subject"].startswith("1003")


def test_one_line_that_cannot_be_read_takes_its_whole_order_with_it(tmp_path):
    head = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
    source = imported(
        tmp_path, head + "1,S1,5,2011-03-01,2.00,K1\n1,S2,x,2011-03-01,2.00,K1\n"
    )
    assert not Order.objects.exists()
    assert source.counts["reasons"] == {
        "Another line of this order cannot be read.": 1,
        "The quantity is no number.": 1,
    }


def test_an_order_that_is_here_with_another_amount_is_changed(tmp_path):
    imported(tmp_path, ORDERS)
    source = imported(tmp_path, ORDERS.replace("20.50", "25.00"))
    assert (source.counts["changed"], source.counts["skipped"]) == (1, 2)
    order = Order.objects.get(number="1002")
    assert (order.amount, order.version) == (2500, 2)


def test_a_changed_order_gets_the_lines_of_the_file_and_an_undo_its_own_back(tmp_path):
    head = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
    kept = "2,S9,1,2011-03-01,1.00,K1\n"
    first = "1,S1,5,2011-03-01,2.00,K1\n1,S2,1,2011-03-01,1.25,K1\n"
    imported(tmp_path, head + first + kept)
    before = checksums()
    source = imported(tmp_path, head + "1,S1,4,2011-03-01,2.00,K1\n" + kept)
    assert (source.counts["changed"], source.counts["skipped"]) == (1, 1)
    order = Order.objects.get(number="1")
    [line] = order.lines.all()
    assert (order.amount, line.quantity, line.amount, line.position) == (800, 4, 800, 1)
    undo(runner(source))
    assert checksums() == before


def test_an_order_number_of_another_client_is_rejected(tmp_path):
    imported(tmp_path, ORDERS)
    source = imported(tmp_path, ORDERS.replace("1002,K2", "1002,K3"))
    assert source.counts["reasons"] == {
        "This order number belongs to another client here.": 1
    }
    assert not Client.objects.filter(number="K3").exists()


def test_the_file_of_errors_can_be_mended_and_imported(tmp_path):
    text = "order number,customer,date,total,note\n1,K1,soon,-5.00,@home\n"
    text += "2,K2,2026-01-06,1.00,\n"
    source = taken(tmp_path, text, odd_dates="reject")
    check(runner(source))
    errors = Folder.of(source.pk).errors.read_text()
    assert ",'@home" in errors
    assert ",-5.00," in errors
    imported(tmp_path, errors.replace("soon", "2026-01-05"), date="%Y-%m-%d")
    order = Order.objects.get()
    assert (order.amount, order.note) == (-500, "@home")


def test_days_and_months_that_fit_both_ways_are_asked_about(tmp_path):
    text = "order number,customer,date,total\n1,K1,03/04/2026,5.00\n"
    source = taken(tmp_path, text)
    with pytest.raises(Refusal, match="more than one style"):
        check(runner(source))
    imported(tmp_path, text, date="%d/%m/%Y")
    assert Order.objects.get().placed_on.isoformat() == "2026-04-03"


def test_dates_that_nobody_can_read_are_asked_about(tmp_path):
    source = taken(tmp_path, "order number,customer,date,total\n1,K1,soon,5.00\n")
    with pytest.raises(Refusal, match="“soon” cannot be read"):
        check(runner(source))


def test_a_decimal_comma_is_recognised(tmp_path):
    text = "Belegnummer;Kundennummer;Datum;Betrag\n1;K1;03.04.2026;1.234,50 €\n"
    imported(tmp_path, text.encode("cp1252"))
    assert Order.objects.get().number == "1"
    assert Order.objects.get().amount == 123450


def test_a_client_made_between_check_and_publication_is_matched(tmp_path):
    source = taken(tmp_path, ORDERS)
    check(runner(source))
    ada = a_client(number="K1")
    publish(runner(source))
    assert ada.orders.count() == 2
    assert Client.objects.filter(number="K1").count() == 1


def test_only_one_import_is_written_at_a_time(tmp_path):
    first = taken(tmp_path, ORDERS)
    Import.objects.filter(pk=first.pk).update(lane=1)
    second = taken(tmp_path, ORDERS)
    check(runner(second))
    with pytest.raises(Refusal, match="is being written"):
        publish(runner(second))


def test_what_was_understood_is_plain_json(tmp_path):
    source = taken(tmp_path, ORDERS)
    assert json.loads(json.dumps(source.mapping))["columns"]["date"] == "Date"


def test_an_address_that_is_none_is_rejected_as_in_a_file_of_clients(tmp_path):
    said = "Not-an-address"
    text = "order number,email,date,total,item\n"
    text += f"1,{said},2026-01-05,1.00,A\n1,,,2.00,B\n2,Ada@example.org,2026-01-06,5.00,C\n"
    source = imported(tmp_path, text)
    clients = imported(tmp_path, f"number,email\nK1,{said}\n", about="clients")
    [reason] = clients.counts["reasons"]
    assert said in reason
    assert source.counts["reasons"] == {
        reason: 1,
        "Another line of this order cannot be read.": 1,
    }
    assert [each.number for each in Order.objects.all()] == ["2"]
    points = ContactPoint.objects.values_list("value", flat=True)
    assert list(points) == ["ada@example.org"]
