"""The history of the main signals: recorded by runs, or reckoned afterwards."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django_tasks_db.models import DBTaskResult

from fondly.base.errors import Refusal
from fondly.clients.actions import personal
from fondly.clients.models import Client
from fondly.insight import actions, tasks
from fondly.insight.actions import months, writing
from fondly.insight.actions import score as everybody
from fondly.insight.commands import score
from fondly.insight.models import MonthEnd, MonthlySignal, ScoreRun, Signal
from fondly.testing import NOON, TODAY, a_business, a_client, a_contract, an_order

pytestmark = pytest.mark.django_db(transaction=True)
THIS_MONTH = TODAY.replace(day=1)
LAST_DAY = THIS_MONTH - timedelta(days=1)


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def clients():
    """Return Ada, who orders about every 30 days, and others by whom gaps are known."""
    a_business()
    found = [a_client(name=name) for name in ("Ada", "Boris", "Chen")]
    for place, client in enumerate(found):
        for days in range(60 + 20 * place, 400, 30 + place):
            an_order(client, on=ago(days), amount=5_000 + days)
    a_client(name="Nobody who ordered")
    return found


def recorded(month):
    """Return a month's rows as they are shown, without their keys."""
    end = MonthEnd.objects.shown().get(month=month)
    rows = MonthlySignal.objects.of_month(end).order_by("client_id").values()
    return [
        {k: v for k, v in row.items() if k not in ("id", "month_end_id")} for row in rows
    ]


def reckon(count, **how):
    return actions.reckon(months=count, today=TODAY, now=NOON, **how)


def run_on(day):
    return actions.score_all(as_of=day, now=NOON)


def test_a_full_run_keeps_the_month_of_everybody_who_ordered(clients):
    run_on(TODAY)
    rows = recorded(THIS_MONTH)
    assert [row["client_id"] for row in rows] == [client.pk for client in clients]
    for row in rows:
        shown = Signal.objects.current().get(client_id=row["client_id"])
        assert row == {name: getattr(shown, name) for name in row}
    assert rows[0]["p_active"] is not None


def test_of_two_runs_in_a_month_the_last_one_counts(clients):
    run_on(TODAY)
    an_order(clients[0], on=ago(1))
    run_on(TODAY)
    assert recorded(THIS_MONTH)[0]["days_since_order"] == 1
    assert MonthEnd.objects.count() == 1
    assert MonthlySignal.objects.count() == 3


def test_a_look_at_another_day_keeps_no_month(clients):
    actions.score_all(as_of=LAST_DAY, now=NOON, look=True)
    assert not MonthEnd.objects.exists()
    assert not MonthlySignal.objects.exists()


def test_a_month_reckoned_afterwards_equals_what_the_run_of_its_last_day_kept(clients):
    run_on(LAST_DAY)
    then = recorded(LAST_DAY.replace(day=1))
    model = MonthEnd.objects.get().model
    MonthlySignal.objects.all().delete()
    MonthEnd.objects.all().delete()
    an_order(clients[0], on=TODAY)  # what came later was not known
    run_on(TODAY)
    assert reckon(1) == [LAST_DAY.replace(day=1)]
    assert recorded(LAST_DAY.replace(day=1)) == then
    assert MonthEnd.objects.get(month=LAST_DAY.replace(day=1)).model == model


def test_what_was_recorded_at_its_time_stays_even_if_done_again(clients):
    run_on(LAST_DAY)
    Signal.objects.all().delete()
    MonthlySignal.objects.update(p_active=0.123)
    reckon(3)
    assert reckon(3, again=True) == [
        month for month in known() if month != LAST_DAY.replace(day=1)
    ]
    assert recorded(LAST_DAY.replace(day=1))[0]["p_active"] == 0.123


def known():
    rows = MonthEnd.objects.shown().order_by("-month")
    return list(rows.values_list("month", flat=True))


def test_months_reckoned_before_older_orders_came_are_done_again(clients):
    reckon(3)
    first, *earlier = known()
    an_order(clients[0], on=LAST_DAY)
    assert reckon(3) == [first]
    assert recorded(first)[0]["days_since_order"] == 0
    assert reckon(3) == []
    a_contract(clients[1], started_on=earlier[-1])
    assert reckon(3) == [first, *earlier]
    assert reckon(3, again=True) == [first, *earlier]
    assert MonthEnd.objects.count() == 3
    assert MonthlySignal.objects.count() == 9


def test_the_night_after_an_import_of_older_orders_its_months_are_computed_anew(
    clients, monkeypatch
):
    run_on(TODAY)
    reckon(14)
    for end in MonthEnd.objects.filter(is_reckoned=True).order_by("-month")[:2]:
        end.is_reckoned = False  # as if a run had recorded it at its time
        end.save()
    assert not actions.wants_past(TODAY)
    order = an_order(clients[0], on=ago(150))
    assert actions.wants_past(TODAY)
    monkeypatch.setattr(tasks, "_today", lambda: TODAY)
    assert actions.past_months(TODAY, least=12) == len(known()) - 1
    done = 0
    while tasks.reckon_past.func():
        done += 1
    assert done == 3  # four months end after that day; two of them stay as they were
    assert not actions.wants_past(TODAY)
    order.delete()
    assert actions.wants_past(TODAY)


def test_rows_of_clients_whom_an_undone_import_took_away_are_swept(clients):
    run_on(TODAY)
    reckon(2)
    gone = clients[0].pk
    Client.objects.filter(pk=gone).delete()
    assert not MonthlySignal.objects.filter(client_id=gone).exists()
    end = MonthEnd.objects.shown().get(month=THIS_MONTH)
    MonthlySignal.objects.create(month_end=end, client_id=gone)  # written meanwhile
    months.tidy(today=TODAY, now=NOON)
    assert not MonthlySignal.objects.filter(client_id=gone).exists()
    assert MonthlySignal.objects.of_month(end).count() == 2


def test_it_ends_where_nobody_had_ordered_yet(clients):
    done = reckon(60)
    first = min(row["first_order_on"] for row in recorded(done[0]))
    assert done[-1] == first.replace(day=1)
    assert reckon(60) == []


def test_it_goes_on_with_the_month_at_which_it_was_stopped(clients, monkeypatch):
    class Killed(BaseException):
        """As if the process ended there."""

    def dies(*_):
        raise Killed

    assert len(reckon(6, most=2)) == 2
    monkeypatch.setattr(months, "show", dies)
    with pytest.raises(Killed):
        reckon(6)
    monkeypatch.undo()
    assert MonthEnd.objects.count() == 3  # the third one is not seen
    assert len(known()) == 2
    assert len(reckon(6)) == 4
    assert MonthEnd.objects.count() == len(known()) == 6
    assert MonthlySignal.objects.count() == sum(len(recorded(month)) for month in known())


def test_a_run_that_dies_before_it_is_shown_keeps_the_month_as_it_was(clients, monkeypatch):
    run_on(TODAY)
    before = recorded(THIS_MONTH)
    an_order(clients[0], on=ago(1))

    def dies(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(everybody, "_publish", dies)
    with pytest.raises(KeyboardInterrupt):
        run_on(TODAY)
    assert recorded(THIS_MONTH) == before
    monkeypatch.undo()
    run_on(TODAY)
    assert recorded(THIS_MONTH)[0]["days_since_order"] == 1
    assert MonthlySignal.objects.count() == 3
    assert MonthEnd.objects.count() == 1


def test_a_run_and_its_month_are_shown_together(clients, monkeypatch):
    run_on(TODAY)
    current = ScoreRun.current_id()

    def dies(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(months, "show", dies)
    with pytest.raises(KeyboardInterrupt):
        run_on(TODAY)
    assert ScoreRun.current_id() == current


def test_who_was_taken_over_shows_nothing(clients, monkeypatch):
    kept = writing.beside

    def meanwhile(model, rows, **how):
        monkeypatch.setattr(writing, "beside", kept)
        reckon(1)
        kept(model, rows, **how)

    monkeypatch.setattr(writing, "beside", meanwhile)
    with pytest.raises(Refusal):
        reckon(1)
    assert len(known()) == 1


@pytest.mark.parametrize("count", [0, -1, 601])
def test_no_number_of_months_that_cannot_be(clients, count):
    with pytest.raises(Refusal):
        reckon(count)
    assert not MonthEnd.objects.exists()


def test_months_are_kept_as_long_as_the_setting_says(clients, settings):
    reckon(6)
    settings.HISTORY_MONTHS = 3
    with pytest.raises(Refusal):
        reckon(3)
    run_on(TODAY)
    assert len(known()) == 3
    assert known()[0] == THIS_MONTH
    assert set(MonthlySignal.objects.values_list("month_end__month", flat=True)) == {
        *known()
    }


def test_the_first_full_run_of_a_business_has_its_last_year_reckoned(clients, monkeypatch):
    monkeypatch.setattr(tasks, "_today", lambda: TODAY)
    tasks.score_everyone.func()
    waiting = DBTaskResult.objects.filter(task_path__endswith="reckon_past")
    assert waiting.count() == 1
    assert waiting.get().priority == 0  # never before what somebody waits for
    assert tasks.reckon_past.func() == 1
    assert len(known()) == 2
    waiting.delete()
    tasks.score_everyone.func()
    assert not waiting.exists()


def test_a_business_without_orders_has_no_past_to_reckon(monkeypatch):
    a_business()
    a_client()
    monkeypatch.setattr(tasks, "_today", lambda: TODAY)
    tasks.score_everyone.func()
    assert not DBTaskResult.objects.filter(task_path__endswith="reckon_past").exists()


def test_what_is_kept_of_a_client_is_handed_out_and_forgotten(clients):
    run_on(TODAY)
    reckon(1)
    ada = clients[0]
    rows = personal.export(ada, by=None, now=NOON)["insight"]
    kept = [row for row in rows if row["table"] == "signals of a month"]
    assert [row["month"] for row in kept] == [f"{day:%Y-%m}" for day in (LAST_DAY, TODAY)]
    personal.erase(ada, name="Ada", by=None, now=NOON)
    assert not MonthlySignal.objects.filter(client=ada).exists()
    assert MonthlySignal.objects.filter(client=clients[1]).count() == 2


def test_the_command_refuses_two_wishes_at_once(clients):
    asked = CliRunner().invoke(score, ["--history", "2", "--as-of", "2026-01-01"])
    assert asked.exit_code == 2
    assert CliRunner().invoke(score, ["--again"]).exit_code == 2


def test_the_command_says_which_months_were_computed(clients):
    said = CliRunner().invoke(score, ["--history", "2"], catch_exceptions=False).output
    assert "2 months computed" in said
    assert len(known()) == 2
    said = CliRunner().invoke(score, ["--history", "2"], catch_exceptions=False).output
    assert "Nothing to compute" in said
