"""Rhythm: who has gone quiet, who waits too long, what was planned, the ten best."""

from datetime import date, timedelta

import pytest

from fondly.base.news import News
from fondly.base.practice import Asked
from fondly.insight.models import MonthEnd, MonthlySignal
from fondly.insight.rules import month_ends
from fondly.practices.rhythm import actions, reasons, rules
from fondly.practices.rhythm.models import PlanReminder, TopTen
from fondly.testing import NOON, TODAY, a_client, a_contact, a_run, a_touch, signals

pytestmark = pytest.mark.django_db
BEFORE = NOON - timedelta(days=60)


@pytest.fixture
def asked():
    return Asked(today=TODAY, run_id=a_run().pk)


def gone_quiet(client, **about):
    row = {
        "orders": 12,
        "gap_days": 34,
        "days_since_order": 71,
        "cycles_silent": 71 / 34,
        "last_order_on": TODAY - timedelta(days=71),
        "next_until": TODAY - timedelta(days=20),
        "p_active": 0.4,
        "worth_24m": 10_000,
    }
    return signals(client, **row | about)


def test_boris_is_going_quiet_and_it_is_said_with_his_figures(asked):
    boris = a_client(name="Boris")
    jonas = a_contact(boris, name="Jonas")
    gone_quiet(boris)
    [found] = reasons.quiet(asked)

    assert found.because == "Orders about every 34 days; silent for 71."
    assert "Jonas" in found.suggestion
    assert found.contact_id == jonas.pk
    assert found.stake == 6_000, "what is to come, times the chance that it does not"


def was(client, share, *, months_ago, state="shown"):
    """Keep how likely a client was active so many months ago."""
    [*_rest, day] = month_ends(TODAY, months_ago)
    month = {"month": day.replace(day=1), "as_of": day, "written_at": NOON, "state": state}
    end, _is_new = MonthEnd.objects.get_or_create(**month)
    MonthlySignal.objects.create(month_end=end, client=client, p_active=share)
    return f"{day:%B}"


def test_it_is_said_how_likely_they_were_in_their_best_month(asked):
    boris, chen = a_client(name="Boris"), a_client(name="Chen")
    for client in (boris, chen):
        gone_quiet(client, p_active=0.4)
        was(client, 0.6, months_ago=1)
    best = was(boris, 0.88, months_ago=4)
    by = {found.client_id: found.because for found in reasons.quiet(asked)}
    assert by[boris.pk].endswith(f" Was 88% likely active in {best}.")
    assert "Was 60% likely active in" in by[chen.pk]


@pytest.mark.parametrize(
    ("share", "months_ago", "state"),
    [(0.5, 3, "shown"), (0.9, 12, "shown"), (None, 3, "shown"), (0.9, 3, "writing")],
)
def test_no_word_of_a_month_that_was_no_better_or_long_ago_or_unknown(
    asked, share, months_ago, state
):
    boris = a_client()
    gone_quiet(boris, p_active=0.4)
    was(boris, share, months_ago=months_ago, state=state)
    [found] = reasons.quiet(asked)
    assert found.because == "Orders about every 34 days; silent for 71."


def test_who_buys_daily_is_spoken_of_as_people_do(asked):
    gone_quiet(a_client(), gap_days=1, days_since_order=7, cycles_silent=7)
    [found] = reasons.quiet(asked)
    assert found.because == "Orders about every day; silent for 7."


@pytest.mark.parametrize(
    "about",
    [
        {"orders": 2},
        {"next_until": TODAY},
        {"cycles_silent": 1.4},
        {"cycles_silent": 13},
        {"p_active": 0.9},
        {"gap_days": 1, "days_since_order": 6, "cycles_silent": 6},
    ],
    ids=["no rhythm", "still expected", "not long", "long gone", "surely active", "days"],
)
def test_who_is_not_going_quiet(asked, about):
    gone_quiet(a_client(), **about)
    assert list(reasons.quiet(asked)) == []


def test_a_business_without_a_model_still_notices(asked):
    gone_quiet(a_client(), p_active=None, worth_24m=None, revenue_12m=40_000)
    assert [found.stake for found in reasons.quiet(asked)] == [10_000]


def test_a_silence_that_goes_on_is_a_new_occasion(asked):
    last = TODAY - timedelta(days=71)
    subjects = [rules.quiet_subject(last, cycles) for cycles in (1.5, 2.9, 3, 5.9, 6, 11)]
    assert [subject[-1] for subject in subjects] == ["0", "0", "1", "1", "2", "2"]


def test_a_word_is_due_once_the_ideal_is_past_and_presses_past_the_maximum(asked):
    for days in (30, 40, 70):
        signals(
            a_client(name=f"C{days}"),
            days_since_touch=days,
            ideal_days=30,
            maximum_days=60,
            days_over_cadence=days - 30,
            last_touch_on=TODAY - timedelta(days=days),
            worth_24m=1_000,
        )
    found = {p.because: p.pressing for p in reasons.cadence(asked)}
    assert found == {
        "You last spoke 40 days ago; every 30 days is the aim.": 0.5,
        "You last spoke 70 days ago; 60 is the most it should be.": 0.9,
    }


def test_whom_nobody_has_ever_spoken_to_is_due_too(asked):
    signals(a_client(), ideal_days=30, maximum_days=60, days_over_cadence=5)
    (found,) = reasons.cadence(asked)
    assert found.because == "No word with them is noted yet; every 30 days is the aim."
    assert found.subject == "cadence:None"


def test_closed_clients_are_not_asked_about(asked):
    gone_quiet(a_client(closed_on=TODAY))
    assert list(reasons.quiet(asked)) == []


def test_a_second_try_goes_another_way(asked):
    gone_quiet(a_client(), last_touch_on=TODAY - timedelta(days=30))
    gone_quiet(a_client(name="Boris"), last_touch_on=TODAY - timedelta(days=90))
    assert [found.by for found in reasons.quiet(asked)] == ["write", "call"]


def test_only_those_asked_about(asked):
    ada, boris = a_client(), a_client(name="Boris")
    gone_quiet(ada)
    gone_quiet(boris)
    one = Asked(today=TODAY, run_id=asked.run_id, client_ids=[boris.pk])
    assert [p.client_id for p in reasons.quiet(one)] == [boris.pk]


def test_a_reminder_is_due_on_its_day(asked):
    ada = a_client()
    signals(ada, worth_24m=4_000)
    actions.plan(ada, what="Ask about the second shop", next_due=TODAY, now=NOON)
    actions.plan(ada, what="Later", next_due=TODAY + timedelta(days=1), now=NOON)
    [found] = reasons.reminder(asked)
    assert (found.suggestion, found.stake) == ("Ask about the second shop", 1_000)
    assert list(reasons.plan(asked)) == []


def test_any_real_contact_resets_a_recurring_reminder_and_taking_it_back_restores_it():
    ada = a_client()
    due = TODAY - timedelta(days=1)
    row = actions.plan(ada, what="Call", next_due=due, every_days=30, now=BEFORE)
    touch = a_touch(ada)
    actions.reset_reminders([ada.pk])
    row.refresh_from_db()
    assert row.next_due == TODAY + timedelta(days=30)

    touch.delete()
    actions.reset_reminders([ada.pk])
    row.refresh_from_db()
    assert row.next_due == due


def planned_after_a_call():
    """Return Ada's reminder, set by hand five days after we last spoke."""
    ada = a_client()
    a_touch(ada, at=NOON - timedelta(days=5))
    due = TODAY + timedelta(days=3)
    return actions.plan(ada, what="Call", next_due=due, every_days=30, now=NOON)


def next_due_after(row, direction):
    actions.hear(News(kind="touch", client_ids=[row.client_id], at=NOON, detail=direction))
    return PlanReminder.objects.get().next_due


def test_a_contact_before_the_day_was_set_never_moves_it():
    row = planned_after_a_call()
    late = a_touch(row.client, direction="in", at=NOON + timedelta(hours=1))
    assert next_due_after(row, "in") == row.set_due
    late.delete()
    assert next_due_after(row, "withdrawn") == row.set_due
    a_touch(row.client, at=NOON - timedelta(days=1))  # told only now, but earlier
    assert next_due_after(row, "out") == row.set_due


def test_a_contact_after_the_day_was_set_moves_it_until_it_is_taken_back():
    row = planned_after_a_call()
    call = a_touch(row.client, at=NOON + timedelta(days=1))
    assert next_due_after(row, "out") == TODAY + timedelta(days=31)
    call.delete()
    assert next_due_after(row, "withdrawn") == row.set_due


def test_new_words_for_a_reminder_leave_its_day_to_the_contacts_and_a_new_day_does_not():
    row = planned_after_a_call()
    call = a_touch(row.client, at=NOON + timedelta(days=1))
    moved = next_due_after(row, "out")
    row.refresh_from_db()
    again = {"every_days": 30, "reminder": row, "now": NOON + timedelta(days=2)}
    actions.plan(row.client, what="Visit", next_due=moved, **again)
    call.delete()
    assert next_due_after(row, "withdrawn") == TODAY + timedelta(days=3)

    row.refresh_from_db()
    actions.plan(row.client, what="Visit", next_due=TODAY + timedelta(days=9), **again)
    a_touch(row.client, at=NOON + timedelta(days=1))
    assert next_due_after(row, "out") == TODAY + timedelta(days=9)


def test_what_they_wrote_and_nobody_answered_resets_nothing():
    ada = a_client()
    row = actions.plan(ada, what="Call", next_due=TODAY, every_days=30, now=BEFORE)
    a_touch(ada, direction="in")
    actions.reset_reminders([ada.pk])
    assert PlanReminder.objects.get().next_due == row.next_due


def test_the_ten_best_are_chosen_once_a_quarter(asked):
    for n in range(12):
        signals(a_client(name=f"C{n}"), worth_24m=1_000 + n)
    actions.choose_top_ten(run_id=asked.run_id, today=TODAY)
    places = list(TopTen.objects.values_list("place", "client__name"))
    assert places[0] == (1, "C11")
    assert len(places) == 10

    assert actions.choose_top_ten(run_id=asked.run_id, today=TODAY) == 0
    assert actions.choose_top_ten(run_id=asked.run_id, today=date(2026, 4, 1)) == 10


def test_empty_places_among_the_ten_are_filled_and_the_others_stay(asked):
    for n in range(3):
        signals(a_client(name=f"C{n}"), worth_24m=1_000 + n)
    assert actions.choose_top_ten(run_id=asked.run_id, today=TODAY) == 3
    before = list(TopTen.objects.values())
    TopTen.objects.filter(place=2).delete()
    for n in range(3, 14):
        signals(a_client(name=f"C{n}"), worth_24m=1_000 + n)
    later = TODAY + timedelta(days=7)
    assert actions.choose_top_ten(run_id=asked.run_id, today=later) == 8
    assert list(TopTen.objects.filter(place__in=[1, 3]).values()) == [before[0], before[2]]
    names = list(TopTen.objects.values_list("client__name", flat=True))
    assert names[:4] == ["C2", "C13", "C0", "C12"]
    assert list(TopTen.objects.values_list("place", flat=True)) == list(range(1, 11))
    filled = TopTen.objects.exclude(place__in=[1, 3])
    assert {later <= row.due <= rules.quarter_end(later) for row in filled} == {True}


def test_who_gave_a_place_away_does_not_come_back_by_the_night(asked):
    people = [a_client(name=f"C{n}") for n in range(4)]
    for n, client in enumerate(people[:3]):
        signals(client, worth_24m=1_000 - n)
    actions.choose_top_ten(run_id=asked.run_id, today=TODAY)
    signals(people[3], worth_24m=10)
    actions.replace(TopTen.objects.get(place=1), now=NOON)
    again = actions.replace(TopTen.objects.get(place=2), now=NOON)
    assert again.client == people[0], "there was nobody else"
    fifth = a_client(name="C4")
    signals(fifth, worth_24m=5)
    assert actions.choose_top_ten(run_id=asked.run_id, today=TODAY) == 1
    chosen = dict(TopTen.objects.values_list("place", "client__name"))
    assert chosen == {1: "C3", 2: "C0", 3: "C2", 4: "C4"}
    following = date(2026, 4, 1)
    assert actions.choose_top_ten(run_id=asked.run_id, today=following) == 5


def test_the_next_best_instead_is_one_who_had_not_to_give_way_before(asked):
    for n in range(12):
        signals(a_client(name=f"C{n}"), worth_24m=1_000 - n)
    actions.choose_top_ten(run_id=asked.run_id, today=TODAY)
    place = TopTen.objects.get(place=1)
    taken = [actions.replace(place, now=NOON).client.name for _ in range(3)]
    assert taken == ["C10", "C11", "C0"]


def test_the_ten_come_one_after_the_other(asked):
    for n in range(3):
        signals(a_client(name=f"C{n}"), worth_24m=1_000 + n)
    chosen = TODAY - timedelta(days=3)
    actions.choose_top_ten(run_id=asked.run_id, today=chosen)
    found = list(reasons.top_ten(asked))
    assert [p.due for p in found] == [chosen, chosen + timedelta(days=2)]
    assert {p.subject for p in found} == {"top-ten:2026-Q1"}


def test_a_quarter_ends_on_its_last_day_and_all_ten_are_due_by_then():
    ends = [rules.quarter_end(date(2026, month, 15)) for month in (1, 5, 9, 12)]
    assert ends == [
        date(2026, 3, 31),
        date(2026, 6, 30),
        date(2026, 9, 30),
        date(2026, 12, 31),
    ]
    for day in (date(2026, 10, 1), date(2026, 12, 30)):
        assert rules.top_ten_due(day, 1) == day
        assert rules.top_ten_due(day, 10) <= rules.quarter_end(day)


def fallen_silent(client, **about):
    row = {
        "basis": "touches",
        "heard_days": 9,
        "gap_days": 12,
        "cycles_silent": 40 / 12,
        "last_heard_on": TODAY - timedelta(days=40),
        "next_until": TODAY - timedelta(days=26),
        "p_active": 0.3,
        "called_off_12m": 2,
    }
    return signals(client, **row | about)


def test_who_never_bought_and_falls_silent_is_proposed_with_their_own_rhythm(asked):
    ada = a_client(name="Ada")
    fallen_silent(ada)
    [found] = reasons.quiet(asked)
    assert found.because == (
        "Usually speaks about every 12 days; silent for 40. "
        "Called off 2 meetings in the last 12 months."
    )
    assert (found.stake, found.by) == (0, "call")


@pytest.mark.parametrize(
    "about",
    [
        {"p_active": 0.9},
        {"heard_days": 3, "gap_days": None},
        {"basis": ""},
        {"cycles_silent": 20.0},
        {"last_heard_on": TODAY - timedelta(days=5)},
    ],
)
def test_nobody_is_proposed_whose_silence_says_nothing(asked, about):
    fallen_silent(a_client(), **about)
    assert list(reasons.quiet(asked)) == []
