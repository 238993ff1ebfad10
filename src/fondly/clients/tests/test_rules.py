"""Rules of clients, without a database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from fondly.base.errors import Refusal
from fondly.clients import rules

AT = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)


def test_an_order_is_the_same_by_its_number():
    assert rules.order_key("536365") == "n:536365"


def test_an_order_without_a_number_is_the_same_by_who_when_how_much_and_which_time():
    about = {"client_id": 4, "placed_at": AT, "amount": 1250, "currency": "USD"}
    key = rules.order_key(**about)
    assert key == "t:4:2026-03-09T23:30:00:1250USD:1"
    elsewhere = AT.astimezone(timezone(timedelta(hours=5)))
    assert rules.order_key(**about | {"placed_at": elsewhere}) == key
    for other in (
        {"occurrence": 2},
        {"client_id": 5},
        {"amount": 1251},
        {"currency": "EUR"},
    ):
        assert rules.order_key(**about | other) != key


def test_the_day_of_an_order_is_the_businesss_day():
    assert rules.day_in(AT, "Europe/Berlin").day == 10
    assert rules.day_in(AT, "America/New_York").day == 9


@pytest.mark.parametrize(
    ("zone", "region"), [("Europe/Berlin", "DE"), ("Asia/Tokyo", "JP"), ("UTC", "")]
)
def test_the_country_is_guessed_from_the_time_zone(zone, region):
    assert rules.region_of(zone) == region


def test_a_phone_number_has_one_spelling_where_it_is_valid():
    assert rules.phone_number("030 / 90 18 20", "DE") == "+4930901820"
    assert rules.phone_number("0049 30 901820", "DE") == "+4930901820"
    assert rules.phone_number("ext. 12", "DE") == "12"
    with pytest.raises(Refusal, match="not a phone"):
        rules.phone_number("call me")


@pytest.mark.parametrize(
    ("normalised", "national"),
    [
        ("+4930901820", "30901820"),
        ("+12025550123", "2025550123"),
        ("+35312345678", "12345678"),
        ("+390612345678", "0612345678"),
        ("030901820", ""),
        ("+", ""),
    ],
)
def test_a_number_without_its_country_code(normalised, national):
    assert rules.national_digits(normalised) == national


def test_an_email_address_is_checked():
    assert rules.email_address(" Ada@Example.ORG ") == "Ada@example.org"
    for wrong in ("ada", "ada@", "a da@example.org", "ada@example..org"):
        with pytest.raises(Refusal, match="not an e-mail"):
            rules.email_address(wrong)


@given(
    local=st.text("aZ09_.+-'é @", min_size=0, max_size=70),
    domain=st.sampled_from(
        [
            "Example.ORG",
            "bücher.example.de",
            "a..b",
            "",
            "x",
            "mail.test",
            "b_c.de",
            "[1.2.3.4]",
        ]
    ),
)
def test_the_short_way_to_check_an_address_says_what_the_long_way_says(local, domain):
    value = f"{local}@{domain}".strip()
    try:
        right = validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError:
        right = None
    try:
        found = rules.email_address(value)
    except Refusal:
        found = None
    assert found == right


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Groß élise", ["elise", "gross"]),
        ("ada@bell.org", ["ada@bell.org"]),
        ("030 / 90 18 20", ["030901820"]),
        ("+49 30 90 18", ["49309018"]),
        ("0049 30 901820", ["4930901820"]),
        ("17", ["17"]),
        ("  ", []),
    ],
)
def test_what_is_typed_becomes_beginnings_of_words(typed, terms):
    assert rules.search_terms(typed) == terms


def test_whatever_is_typed_of_a_client_finds_the_client():
    words = rules.search_words(
        "Bäckerei Groß", "K-0017", ["Mia Vogel"], ["mia@bell.example.org"], ["+4930901820"]
    )
    for typed in (
        "back",
        "GROSS",
        "vog",
        "mia@be",
        "bell",
        "03090",
        "3090182",
        "k-0017",
        "17",
    ):
        found = all(any(w.startswith(t) for w in words) for t in rules.search_terms(typed))
        assert found == (typed != "17"), typed


def test_no_word_is_longer_than_its_column():
    assert max(map(len, rules.search_words("x" * 300, "9" * 80, [], ["a" * 200]))) == 80


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", " a ", "a"),
        ("number", "12", 12),
        ("number", "1.5", 1.5),
        ("date", "2026-02-28", "2026-02-28"),
        ("yes_no", "on", True),
        ("yes_no", "No", False),
        ("choice", "red", "red"),
        ("number", "", None),
    ],
)
def test_a_value_is_kept_as_its_kind(kind, raw, value):
    kept = rules.field_value(raw, kind=kind, choices=["red"])
    assert (kept, type(kept)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("number", "much"),
        ("number", "NaN"),
        ("number", "1e999999999"),
        ("date", "2026-02-29"),
        ("yes_no", "maybe"),
        ("choice", "blue"),
    ],
)
def test_a_value_of_another_kind_is_refused(kind, raw):
    with pytest.raises(Refusal):
        rules.field_value(raw, kind=kind, label="Colour", choices=["red"])


def test_29_february_is_a_birthday_but_30_february_is_none():
    rules.check_day(2, 29, None)
    rules.check_day(2, 29, 2024)
    for day in ((2, 29, 2025), (2, 30, None), (13, 1, None), (1, 0, None)):
        with pytest.raises(Refusal, match="no such day"):
            rules.check_day(*day)


def test_a_slug_is_free():
    assert rules.field_slug("Größe in m²") == "grosse_in_m2"
    assert rules.field_slug("size", ["size", "size_2"]) == "size_3"
    assert rules.field_slug("？") == "field"


def test_a_text_that_no_column_holds_is_refused():
    rules.check_texts({"name": "x" * 5, "age": 7}, {"name": 5, "age": 1})
    for name, limits in (("x" * 6, {"name": 5}), ("a\x00b", {})):
        with pytest.raises(Refusal):
            rules.check_texts({"name": name}, limits)


@pytest.mark.parametrize("year", [1, 1849])
def test_a_moment_long_before_anybody_in_business_is_refused(year):
    with pytest.raises(Refusal, match="too long ago"):
        rules.check_moment(AT.replace(year=year), AT)


def test_a_moment_may_be_a_little_ahead_of_our_clock():
    rules.check_moment(AT + timedelta(minutes=4), AT)
    with pytest.raises(Refusal, match="not come yet"):
        rules.check_moment(AT + timedelta(minutes=6), AT)


def test_a_phone_of_a_hundred_digits_is_none():
    with pytest.raises(Refusal, match="not a phone"):
        rules.phone_number("1" * 100)
