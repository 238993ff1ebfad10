import json
from datetime import date

import pytest
from click.testing import CliRunner

from fondly.base.errors import Refusal
from fondly.clients.models import Order
from fondly.intake.commands import imports
from fondly.intake.models import Import
from fondly.team.models import Business
from fondly.testing import a_business

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = "order;client;date;amount\n1;A;2026-01-31;10,50\n2;B;2026-02-28;20,00\n"


def run(tmp_path, *words, text=ORDERS):
    file = tmp_path / "orders.csv"
    file.write_text(text)
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


def days():
    return sorted(Order.objects.values_list("placed_on", flat=True))


def told(tmp_path, **mapping):
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps(mapping))
    return "--mapping", str(file)


def with_day(day, *, number=7, amount="1,50"):
    return f"order;client;date;amount\n{number};A;{day};{amount}\n"


def test_a_kept_style_that_cannot_read_the_dates_leaves_a_doubt_unanswered(tmp_path):
    run(tmp_path, "--yes")
    unclear = run(tmp_path, "--yes", text=with_day("03/04/2026"))
    assert isinstance(unclear.exception, Refusal)
    assert "Dates fit more than one style" in str(unclear.exception)
    assert days() == [date(2026, 1, 31), date(2026, 2, 28)]


def test_a_told_style_is_kept_where_it_reads_and_dropped_where_it_does_not(tmp_path):
    words = told(tmp_path, date="%d/%m/%Y", decimal=",")
    run(tmp_path, "--yes", *words, text=with_day("03/04/2026", number=7))
    run(tmp_path, "--yes", text=with_day("05/06/2026", number=8))
    plain = run(tmp_path, "--yes", text=with_day("2026-07-09", number=9, amount="1.50"))
    assert plain.exit_code == 0, plain.output
    assert days() == [date(2026, 4, 3), date(2026, 6, 5), date(2026, 7, 9)]
    assert set(Order.objects.values_list("amount", flat=True)) == {150}


def test_a_style_of_ones_own_is_kept_for_the_dates_it_reads(tmp_path):
    words = told(tmp_path, date="day %d of %m in %Y")
    run(tmp_path, "--yes", *words, text=with_day("day 3 of 4 in 2026"))
    again = run(tmp_path, "--yes", text=with_day("day 5 of 6 in 2026", number=8))
    assert again.exit_code == 0, again.output
    assert days() == [date(2026, 4, 3), date(2026, 6, 5)]


def test_times_with_an_offset_are_read_after_a_file_without(tmp_path):
    run(tmp_path, "--yes")
    done = run(tmp_path, "--yes", text=with_day("2026-03-05T10:00:00+01:00"))
    assert done.exit_code == 0, done.output
    assert days()[-1] == date(2026, 3, 5)


@pytest.mark.parametrize("how", ["--yes", "--dry-run"])
def test_a_file_whose_every_row_is_rejected_ends_in_trouble(tmp_path, how):
    words = told(tmp_path, date="%d/%m/%Y")
    done = run(tmp_path, how, "--json", *words)
    assert isinstance(done.exception, Refusal)
    assert json.loads(done.stdout)["counts"]["rejected"] == 2
    # Nor is such a mapping kept for the next file.
    assert run(tmp_path, "--yes").exit_code == 0
    assert len(days()) == 2


def test_after_an_undo_or_a_cancel_nothing_is_said_to_be_created(tmp_path):
    source = Import.objects.get(
        pk=json.loads(run(tmp_path, "--yes", "--json").stdout)["id"]
    )
    Order.objects.get(number="2").changed([])
    ask = CliRunner().invoke(imports, ["undo", str(source.pk)], input="y\n")
    assert "kept: Order 2 · 2026-02-28 · B: Somebody has changed it since." in ask.output
    said = f"Import {source.pk} undone: 1 orders and 1 clients taken away, 0 rows given"
    assert said in ask.output
    assert "created" not in ask.output
    assert "0 created" in CliRunner().invoke(imports, ["list"]).output
    source = Import.objects.get(
        pk=json.loads(run(tmp_path, "--dry-run", "--json").stdout)["id"]
    )
    gone = CliRunner().invoke(imports, ["cancel", str(source.pk)])
    assert gone.output == f"Import {source.pk} cancelled: nothing of it was imported\n"


def test_nonsense_told_beside_a_kept_mapping_is_refused_in_words(tmp_path):
    run(tmp_path, "--yes")
    done = run(tmp_path, "--yes", *told(tmp_path, columns=5))
    assert isinstance(done.exception, Refusal)
