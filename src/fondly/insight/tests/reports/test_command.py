"""`fondly insight`: what the reports found, on the command line."""

import csv
import io
import json
from datetime import date

import pytest
from click.testing import CliRunner
from django.db import transaction

from fondly.base.errors import Refusal
from fondly.insight import actions
from fondly.insight.commands import REPORTS, insight
from fondly.testing import NOON, TODAY, a_business, a_client, a_contract, a_user, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def run(*options):
    return CliRunner().invoke(insight, options)


@pytest.fixture
def scored():
    with transaction.atomic():
        a_business()
        max_ = a_user(email="max@example.org")
        for number in range(30):
            client = a_client(name=f"C{number}", owner=max_ if number < 2 else None)
            for back in range(20 + number, 900, 60):
                day = date.fromordinal(TODAY.toordinal() - back)
                an_order(client, on=day, amount=1_000 + number)
            a_contract(client, renews_on=date(2026, 5, 4))
    actions.score_all(as_of=TODAY, now=NOON)


def test_each_report_is_said_as_text_json_and_csv(scored):
    for report in REPORTS:
        said = run(report)
        assert said.exit_code == 0
        about = json.loads(run(report, "--json").output)
        card = about["cards"][0]
        assert (about["as_of"], about["currency"]) == ("2026-03-09", "EUR")
        assert card["finding"] in said.output
        header, *rows = csv.reader(io.StringIO(run(report, "--csv").output))
        assert header == card["titles"]
        assert len(rows) == len(card["rows"]) > 0, report


def test_it_is_narrowed_to_a_person_a_tier_and_a_day(scored):
    card = json.loads(run("calendar", "--json").output)["cards"][0]
    assert ["May 2026", 30, 0, 0, 0, "18000.00"] in card["rows"]
    of_max = json.loads(run("calendar", "--json", "--owner", "MAX@example.org").output)
    may = next(row for row in of_max["cards"][0]["rows"] if row[0] == "May 2026")
    assert may[1] == 2
    whole = json.loads(run("bridge", "--json").output)["cards"][0]["rows"][0]
    tiers = [
        json.loads(run("bridge", "--json", "--tier", tier).output)["cards"][0]["rows"][0]
        for tier in "ABC"
    ]
    assert sum(float(row[1]) for row in tiers) == pytest.approx(float(whole[1]))
    looked = run("equity", "--as-of", "2026-01-01")
    assert isinstance(looked.exception, Refusal)


def test_before_the_first_run_and_of_nobody_it_is_refused():
    a_business()
    assert "Nothing to report yet" in str(run("bridge").exception)
    actions.score_all(as_of=TODAY, now=NOON)
    assert "nothing to report on" in str(run("calendar").exception)
    assert "Nobody here" in str(run("equity", "--owner", "x@example.org").exception)
    assert run("equity", "--json", "--csv").exit_code == 2
    assert run("weather").exit_code == 2


@pytest.mark.parametrize(
    "options",
    [
        ("bridge", "--by", "owner"),
        ("equity", "--by", "month"),
        ("retention", "--by", "tier"),
        ("equity", "--tier", "A"),
    ],
)
def test_what_a_report_cannot_be_asked_is_a_wrong_option(scored, options):
    said = run(*options)
    assert said.exit_code == 2
    assert "Error" in said.output


def test_of_a_day_without_a_look_it_says_which_command_looks(scored):
    said = run("equity", "--as-of", "2026-02-01")
    assert isinstance(said.exception, Refusal)
    assert "fondly score --as-of 2026-02-01" in str(said.exception)
