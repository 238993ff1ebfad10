import json

import pytest
from click.testing import CliRunner

from fondly.clients.models import Order
from fondly.intake.commands import imports
from fondly.team.models import Business
from fondly.testing import a_business

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = "order;client;date;amount\n1;A;2026-01-31;10,50\n2;B;2026-02-28;20,00\n"


def run(tmp_path, *words):
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    return CliRunner().invoke(imports, ["orders", str(file), *words])


def test_the_first_file_says_what_a_new_business_reports_in(tmp_path):
    done = run(tmp_path, "--yes", "--currency", "GBP", "--time-zone", "Europe/London")
    assert done.exit_code == 0, done.output
    assert "reporting in GBP" in done.output
    business = Business.current()
    assert (business.currency, business.time_zone) == ("GBP", "Europe/London")
    assert sorted(Order.objects.values_list("amount", "currency")) == [
        (1050, "GBP"),
        (2000, "GBP"),
    ]


def test_a_business_that_is_set_up_is_left_as_it_is(tmp_path):
    a_business(currency="EUR")
    run(tmp_path, "--yes", "--currency", "GBP")
    assert Business.current().currency == "EUR"


def test_a_dry_run_sets_up_nothing(tmp_path):
    done = run(tmp_path, "--dry-run", "--json", "--currency", "GBP")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)
    assert Business.current() is None
    assert not Order.objects.exists()
