"""Moments: each greeting on its day, once, as the client's calendar has it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondly import testing
from fondly.base.practice import Asked
from fondly.clients.models import Client, ImportantDate
from fondly.practices.moments import reasons, rules
from fondly.testing import TODAY, a_business, a_contact, a_run, a_touch, an_order, signals

WEEKDAYS = [0, 1, 2, 3, 4]


def a_client(**about):
    """Return a client whom we have known for years."""
    return testing.a_client(**{"created_at": datetime(2020, 1, 1, tzinfo=UTC)} | about)


def a_date(client, day, **about):
    row = {"kind": "birthday", "month": day.month, "day": day.day}
    return ImportantDate.objects.create(client=client, **row | about)


@pytest.fixture
def run(db):
    a_business()
    return a_run()


def on(day, run):
    return list(reasons.birthdays(Asked(today=day, run_id=run.pk)))


def test_a_birthday_is_proposed_on_its_day_and_not_the_day_before(run):
    a_date(a_client(name="Ada"), TODAY)  # a Monday
    assert on(TODAY - timedelta(days=4), run) == []
    [found] = on(TODAY, run)
    assert found.because == "Ada has a birthday today."
    assert found.due == TODAY


def test_a_birthday_on_a_sunday_is_kept_on_friday_and_stays_over_monday(run):
    sunday = date(2026, 3, 8)
    a_date(a_client(name="Ada"), sunday)
    assert on(date(2026, 3, 5), run) == []
    [friday] = on(date(2026, 3, 6), run)
    assert friday.because == "Ada has a birthday on Sunday."
    [monday] = on(TODAY, run)
    assert monday.because == "Ada had a birthday yesterday."
    assert monday.subject == friday.subject, "one greeting, not two"
    assert on(date(2026, 3, 12), run) == []


def test_29_february_is_kept_on_the_28th_in_common_years_once(run):
    a_date(a_client(), date(2024, 2, 29))
    [common] = on(date(2026, 2, 27), run)  # the 28th is a Saturday
    assert common.subject.endswith(":2026")
    [leap] = on(date(2028, 2, 29), run)
    assert leap.because.endswith("today.")
    assert on(date(2028, 2, 28), run) == []


def test_a_birthday_on_new_years_day_is_one_occasion_across_the_year(run):
    a_date(a_client(), date(2000, 1, 1))
    before = on(date(2026, 12, 31), run)  # the 1st is a Friday, a day of work
    after = on(date(2027, 1, 1), run)
    assert before == []
    assert after[0].subject.endswith(":2027")
    assert on(date(2027, 1, 4), run)[0].subject == after[0].subject


def test_the_age_is_said_only_when_the_year_is_known_and_round(run):
    a_date(a_client(name="Ada"), TODAY, year=1966)
    a_date(a_client(name="Boris"), TODAY, year=1967)
    a_date(a_client(name="Chen"), TODAY, year=None)
    said = sorted(p.because for p in on(TODAY, run))
    assert said == [
        "Ada turns 60 today.",
        "Boris has a birthday today.",
        "Chen has a birthday today.",
    ]


def test_the_day_is_the_clients_own(run):
    far_east = a_client(name="Kiri", time_zone="Pacific/Kiritimati")  # a day ahead of us
    a_date(far_east, date(2026, 3, 10))
    [found] = on(TODAY, run)
    assert found.because == "Kiri has a birthday today."
    assert on(date(2026, 3, 6), run) == []


def test_dates_of_ones_own_are_named(run):
    ada = a_client(name="Ada")
    a_date(ada, TODAY, kind="own", label="Opening of the shop", year=2016)
    [found] = on(TODAY, run)
    assert found.because == "Opening of the shop, Ada: 10 years, today."


def test_a_good_client_with_a_phone_is_called(run):
    ada = a_client()
    contact = a_contact(ada, phone="+49301")
    signals(ada, run=run, reach_phone=True, tier="A")
    a_date(ada, TODAY, contact=contact)
    assert [p.by for p in on(TODAY, run)] == ["call"]


def noted_down_today(name, **about):
    client = a_client(name=name, created_at=datetime(2026, 3, 9, 12, tzinfo=UTC), **about)
    for day in (TODAY - timedelta(days=370), TODAY):
        a_date(client, day)
    return client


def whose_birthdays(day, run):
    return {Client.objects.get(pk=p.client_id).name for p in on(day, run)}


def test_a_look_back_tells_nothing_of_who_was_known_only_later(run):
    then = date(2025, 3, 4)  # the same day of the year, 370 days ago
    after = then + timedelta(days=1)
    noted_down_today("Only today")
    noted_down_today("Client since", client_since=then)
    noted_down_today("Client later", client_since=after)
    an_order(noted_down_today("Ordered"), on=then)
    an_order(noted_down_today("Ordered later"), on=after)
    a_touch(noted_down_today("Spoken to"), at=datetime(2025, 3, 3, 9, tzinfo=UTC))
    theirs = datetime(2025, 3, 4, 22, 59, tzinfo=UTC)  # a minute to midnight in Berlin
    a_touch(noted_down_today("Wrote in time"), at=theirs, direction="in")
    a_touch(noted_down_today("Spoken to later"), at=theirs + timedelta(minutes=1))
    known = {"Client since", "Ordered", "Spoken to", "Wrote in time"}
    assert whose_birthdays(then, run) == known
    later = {"Client later", "Ordered later", "Spoken to later"}
    assert whose_birthdays(after, run) == known | later
    assert len(whose_birthdays(TODAY, run)) == 8, "today everybody is known"


def anniversaries(day, run):
    return list(reasons.years(Asked(today=day, run_id=run.pk)))


def test_years_as_a_client_count_from_the_day_they_began(run):
    ada = a_client(name="Ada", client_since=date(2021, 3, 9))
    signals(ada, run=run, orders=3, first_order_on=date(2022, 3, 9), last_order_on=TODAY)
    [found] = anniversaries(TODAY, run)
    assert found.because == "5 years a client today."
    assert found.subject == "years:5"


def test_without_a_day_of_ones_own_the_first_order_counts(run):
    signals(
        a_client(), run=run, orders=3, first_order_on=date(2025, 3, 9), last_order_on=TODAY
    )
    assert [p.because for p in anniversaries(TODAY, run)] == ["1 year a client today."]


def test_the_fourth_year_is_not_kept_nor_a_client_long_gone(run):
    signals(
        a_client(), run=run, orders=3, first_order_on=date(2022, 3, 9), last_order_on=TODAY
    )
    signals(
        a_client(name="Gone"),
        run=run,
        orders=3,
        first_order_on=date(2021, 3, 9),
        last_order_on=TODAY,
        p_active=0.05,
    )
    assert anniversaries(TODAY, run) == []


def test_years_of_silence_are_not_kept(run):
    began = {"orders": 1, "first_order_on": date(2016, 3, 9)}
    two_years_ago = TODAY - timedelta(days=730)
    for name, more in {
        "Silent": {"last_order_on": date(2016, 3, 9)},
        "Just silent": {"last_order_on": two_years_ago - timedelta(days=1)},
        "Ordered": {"last_order_on": two_years_ago},
        "Spoken to": {"last_order_on": date(2016, 3, 9), "last_touch_on": two_years_ago},
    }.items():
        signals(a_client(name=name), run=run, **began | more)
    found = {Client.objects.get(pk=p.client_id).name for p in anniversaries(TODAY, run)}
    assert found == {"Ordered", "Spoken to"}


def test_a_client_since_29_february_is_thanked_on_the_28th(run):
    began = date(2024, 2, 29)
    signals(a_client(), run=run, orders=2, first_order_on=began, last_order_on=began)
    assert [p.subject for p in anniversaries(date(2026, 2, 27), run)] == ["years:2"]


def test_first_tenth_and_hundredth_orders_are_thanked_for(run):
    for orders in (1, 2, 10, 100):
        signals(
            a_client(name=f"C{orders}"),
            run=run,
            orders=orders,
            last_order_on=TODAY - timedelta(days=2),
        )
    found = list(reasons.milestones(Asked(today=TODAY, run_id=run.pk)))
    assert [p.because for p in found] == [
        "First order on 7 March.",
        "Order 10 on 7 March.",
        "Order 100 on 7 March.",
    ]


def test_thanks_come_within_two_weeks_or_not_at_all(run):
    signals(a_client(), run=run, orders=10, last_order_on=TODAY - timedelta(days=15))
    assert not list(reasons.milestones(Asked(today=TODAY, run_id=run.pk)))


ZONES = ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata", "UTC"]


@given(
    born=st.dates(date(2000, 1, 1), date(2000, 12, 31)),
    ours=st.sampled_from(ZONES),
    theirs=st.sampled_from(ZONES),
    workdays=st.sampled_from([WEEKDAYS, [0, 1, 2, 3, 4, 5, 6], [5, 6]]),
)
def test_every_birthday_is_due_in_every_year_under_one_name(born, ours, theirs, workdays):
    """Whatever the zones, days of work, daylight saving and leap years."""
    names = set()
    day = date(2026, 1, 1)
    for offset in range(2 * 366):
        today = day + timedelta(days=offset)
        there = rules.day_there(today, ours, theirs)
        kept = rules.nearest(born.month, born.day, there)
        ours_day = kept - (there - today)
        if rules.is_due(rules.due_on(ours_day, workdays), ours_day, today):
            names.add(kept.year)
    assert names >= {2026, 2027}
    assert names <= {2025, 2026, 2027, 2028}


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_what_falls_due_is_always_within_the_window_asked_of_the_database(today):
    pairs = rules.month_days(rules.window(today))
    for zone in ZONES:
        there = rules.day_there(today, "Europe/Berlin", zone)
        for offset in range(-rules.BELATED, rules.AHEAD):
            kept = there + timedelta(days=offset)
            assert (kept.month, kept.day) in pairs
