"""When a probability turned, how it is said, and the line that is drawn. No database."""

from datetime import date

import pytest

from fondly.insight import rules
from fondly.insight.history.course import Point, line, turn
from fondly.insight.telling import words

TODAY = date(2026, 11, 22)


def points(*shares, until=TODAY):
    """Return a point for each month until now."""
    ends = [day.replace(day=1) for day in rules.month_ends(until, len(shares) - 1)]
    months = [*reversed(ends), until.replace(day=1)]
    return [Point(month=m, p_active=p) for m, p in zip(months, shares, strict=True)]


def test_it_says_when_it_was_highest_and_where_the_largest_step_down_was():
    said = words.course(points(0.7, 0.88, 0.86, 0.55, 0.5, 0.46), TODAY)
    assert said == "was 88% in July; fell most in September, from 86% to 55%."


def test_a_fall_right_after_the_highest_month_is_not_said_twice():
    said = words.course(points(0.88, 0.4, 0.38), TODAY)
    assert said == "was 88% in September; fell most in October, to 40%."


def test_a_step_down_before_the_highest_month_does_not_count():
    found = turn(points(0.9, 0.2, 0.95, 0.9, 0.7))
    assert (found.was, found.before, found.after) == (0.95, 0.9, 0.7)


def test_of_months_that_read_the_same_the_last_one_is_named():
    said = words.course(points(0.992, 0.988, 0.9, 0.4), TODAY)
    assert said.startswith("was 99% in September; fell most in November")


def test_who_came_back_has_not_fallen():
    assert turn(points(0.9, 0.3, 0.88)) is None
    assert words.course(points(0.9, 0.3, 0.88), TODAY) == (
        "between 30% and 90% since September."
    )


def test_what_stays_is_said_to_stay():
    assert words.course(points(0.9, 0.9, 0.9), TODAY) == "90% since September."


@pytest.mark.parametrize("shares", [(), (0.9,), (None, None, 0.4), (0.9, None)])
def test_of_fewer_than_two_known_months_nothing_is_said_nor_drawn(shares):
    seen = points(*shares) if shares else []
    assert words.course(seen, TODAY) == ""
    assert line(seen) is None


def test_a_client_who_is_not_scored_now_has_not_fallen():
    assert turn(points(0.9, 0.4, None)) is None


def test_the_month_of_another_year_bears_it():
    assert words.month_name(date(2025, 12, 1), TODAY) == "December"
    assert words.month_name(date(2025, 11, 1), TODAY) == "November 2025"


def test_the_line_breaks_where_a_month_is_not_known():
    drawn = line(points(0.9, 0.8, None, 0.5, 0.4))
    assert len(drawn.paths) == 2
    assert drawn.x == 236.0
    gone = [one for one in points(0.9, 0.8, 0.7, 0.5, 0.4) if one.p_active != 0.7]
    assert line(gone).paths == drawn.paths


def test_certainty_stands_at_the_top_and_the_half_in_the_middle():
    drawn = line(points(1.0, 0.0))
    assert drawn.paths == ["M4.0 4.0L236.0 40.0"]
    assert (drawn.y, drawn.half) == (40.0, 22.0)


def test_month_ends_count_back_over_years_and_leap_days():
    days = list(rules.month_ends(date(2024, 3, 31), 3))
    assert days == [date(2024, 2, 29), date(2024, 1, 31), date(2023, 12, 31)]


def test_what_is_kept_counts_this_month():
    assert rules.oldest_kept(TODAY, 0) == rules.OLDEST
    assert rules.oldest_kept(TODAY, 1) == date(2026, 11, 1)
    assert rules.oldest_kept(TODAY, 12) == date(2025, 12, 1)
