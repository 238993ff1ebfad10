from datetime import UTC, date, datetime

import pytest

from fondly.base.text import words

TODAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "–"),
        (0.0, "0%"),
        (0.004, "<1%"),
        (0.31, "31%"),
        (0.996, ">99%"),
        (1.0, "100%"),
    ],
)
def test_a_share_never_claims_more_than_is_known(share, text):
    assert words.percent(share) == text


def test_an_interval_is_shown_when_both_ends_are_known():
    assert words.percent_range(0.22, 0.414) == "22–41%"
    assert words.percent_range(None, 0.4) == ""


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, "–"),
        (1, "1 day"),
        (13, "13 days"),
        (14, "2 weeks"),
        (62, "9 weeks"),
        (63, "2 months"),
        (729, "24 months"),
        (731, "2 years"),
    ],
)
def test_days_are_told_as_people_tell_them(count, text):
    assert words.days(count) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (None, "–"),
        (TODAY, "today"),
        (date(2026, 3, 8), "yesterday"),
        (date(2026, 3, 10), "tomorrow"),
        (date(2026, 2, 1), "5 weeks ago"),
        (date(2026, 3, 14), "in 5 days"),
        (datetime(2026, 3, 8, 23, tzinfo=UTC), "yesterday"),
    ],
)
def test_a_day_is_told_from_today(day, text):
    assert words.ago(day, TODAY) == text
