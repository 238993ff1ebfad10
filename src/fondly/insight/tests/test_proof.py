"""A full run tells whether signals kept up with changes, and are the same either way."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.urls import reverse

from fondly.clients.models import Address, Client, ConsentEntry, Order
from fondly.insight import actions, commands
from fondly.insight.actions.asking import request
from fondly.insight.actions.compute import compute
from fondly.insight.models import Backtest, ScoreRun, Signal
from fondly.insight.scoring.model import Model
from fondly.insight.telling.proof import proven
from fondly.insight.tiering import Scales
from fondly.testing import (
    NOON,
    TODAY,
    a_business,
    a_client,
    a_contact,
    a_contract,
    a_touch,
    an_order,
    olive,
)

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = [f.name for f in Signal._meta.concrete_fields if f.name not in {"id", "run"}]


@pytest.fixture(autouse=True)
def _business():
    a_business()


def ago(days):
    return TODAY - timedelta(days=days)


def score(**about):
    return actions.score_all(as_of=TODAY, now=NOON, **about)


def many(count=150):
    """Clients enough to fit a model on, each with a rhythm of their own."""
    clients = [
        a_client(name=f"C{n}", created_at=NOON - timedelta(days=900)) for n in range(count)
    ]
    for n, client in enumerate(clients):
        for day in range(n % 90, 800 - n % 7 * 90, 20 + n % 40):
            an_order(client, on=ago(day), amount=1_000 + 37 * n + day)
    return clients


def one_of_each_change(clients):
    """Change one client after the other, each in another way; return who changed."""
    some = clients[:12]
    an_order(some[0], on=TODAY, amount=500_000)
    Order.objects.filter(client=some[1]).first().delete()
    original = Order.objects.filter(client=some[2]).first()
    an_order(some[2], on=TODAY, amount=-original.amount, refund_of=original)
    an_order(some[3], on=ago(1), amount=99_00, currency="CHF")
    a_touch(some[4], at=NOON - timedelta(days=2), purpose="give", direction="out")
    contact = a_contact(some[5], email="five@example.org", phone="+49421")
    a_contact(some[6], email="six@example.org").points.update(is_dead=True)
    for purpose in ("news", "offers", "cards", "surveys"):
        ConsentEntry.objects.create(
            client=some[5],
            contact=contact,
            channel="email",
            purpose=purpose,
            is_granted=False,
            at=NOON - timedelta(days=1),
            source="letter",
        )
    a_contract(
        some[7],
        started_on=ago(500),
        price=50_00,
        next_price=60_00,
        next_price_from=TODAY + timedelta(days=40),
    )
    Address.objects.create(client=some[8], street="Wall 1", city="Bremen")
    for client, about in (
        (some[9], {"closed_on": ago(3), "leaving_reason": "price"}),
        (some[10], {"stage_by_hand": "quiet", "influence": 5, "growth_potential": 1}),
        (some[11], {"ideal_days": 9, "maximum_days": 12}),
    ):
        Client.objects.filter(pk=client.pk).update(**about)
    return [*some, a_client(name="Fresh")]


def all_at_once(run):
    """Return everybody's columns by what the run learned, read by the way of a full run."""
    found = compute(
        request(TODAY, borders=run.fit["borders"]),
        model=Model.from_json(run.fit["model"]),
        scales=Scales.from_json(run.fit["tiers"]),
    )
    return found.table.rename_columns(
        ["client" if name == "client_id" else name for name in found.table.column_names]
    ).to_pylist()


def unlike(run):
    """Return the (client, column) in which what is shown and all at once differ."""
    written = {row["client"]: row for row in Signal.objects.of_run(run.pk).values(*COLUMNS)}
    there = all_at_once(run)
    assert {row["client"] for row in there} == set(written)
    return [
        (row["client"], name)
        for row in there
        for name in COLUMNS
        if not is_same(written[row["client"]][name], row[name])
    ]


def is_same(written, found):
    if isinstance(written, dict):
        return written == json.loads(found)
    return written == (pytest.approx(found) if isinstance(found, float) else found)


def test_changes_one_by_one_give_every_column_that_all_at_once_give():
    run_of = many()
    run = score()
    assert run.model == "bgnbd"
    before = {row.client_id: row for row in Signal.objects.current()}
    for changed in one_of_each_change(run_of):
        actions.score_some([changed.pk], as_of=TODAY, now=NOON)
    assert ScoreRun.current() == run
    after = {row.client_id: row for row in Signal.objects.current()}
    moved = {
        key
        for key, row in after.items()
        if any(getattr(row, n) != getattr(before.get(key), n, None) for n in COLUMNS)
    }
    # A dead address of somebody without another reaches as little as none.
    assert len(moved) == 12
    assert unlike(run) == []
    assert score().proof == {"shown": 150, "missed": 0}  # the 150 of that run, and Fresh


def test_a_full_run_counts_changes_that_were_missed():
    ada, boris = a_client(), a_client(name="Boris")
    for client in (ada, boris):
        an_order(client, on=ago(40))
    assert score().proof == {}  # nothing was shown before
    an_order(ada, on=ago(2))
    a_contact(boris, email="boris@example.org")
    a_client(name="Clara")
    run = score()
    assert run.proof == {"shown": 2, "missed": 3}
    assert proven(run) == ["3 clients' signals had missed a change; they are right now."]
    assert score().proof == {"shown": 3, "missed": 0}


def test_a_change_that_is_marked_still_has_not_been_missed():
    ada = a_client()
    score()
    an_order(ada, on=ago(2))
    actions.mark_stale([ada.pk], now=NOON)
    assert score().proof["missed"] == 0


def test_what_was_dated_ahead_has_not_been_missed_when_its_day_comes():
    ada = a_client()
    an_order(ada, on=ago(9))
    an_order(ada, on=TODAY)
    actions.score_all(as_of=ago(1), now=NOON)
    assert score().proof == {"shown": 1, "missed": 0}


def test_another_version_s_rows_are_not_compared():
    ada = a_client()
    run = score()
    ScoreRun.objects.filter(pk=run.pk).update(fit=run.fit | {"by": "older"})
    an_order(ada, on=ago(2))
    assert score().proof == {}


def test_some_are_scored_once_more_and_found_the_same():
    many(8)
    run = actions.prove(score())
    assert run.proof == {"again": 8, "different": 0}
    assert proven(run) == [
        "8 clients scored again alone came out the same in every column."
    ]
    Signal.objects.current().filter(gap_days=22).update(next_until=TODAY)
    assert actions.prove(run).proof == {"again": 8, "different": 1}
    assert "please report" in proven(run)[0]
    assert ScoreRun.current().proof == run.proof


def test_the_command_and_the_page_tell_it(client, monkeypatch):
    monkeypatch.setattr("fondly.base.clock.now", lambda: NOON)
    many(8)
    said = CliRunner().invoke(commands.score, []).output
    assert "8 clients scored again alone came out the same" in said
    told = json.loads(CliRunner().invoke(commands.score, ["--json"]).output)
    assert told["proof"] == {"shown": 8, "missed": 0, "again": 8, "different": 0}
    Backtest.objects.create(as_of=TODAY, made_at=NOON, limits="Too short.")
    client.force_login(olive())
    page = client.get(reverse("insight:quality")).content.decode()
    assert "had missed a change" in page
