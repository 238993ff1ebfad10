"""The client list: what is asked is what is answered, to whom it may be."""

from base64 import urlsafe_b64encode
from datetime import date, timedelta

import pytest
from django.http import QueryDict

from fondly.base.errors import Refusal
from fondly.clients.models import Address, Client, FieldDefinition, Label, SearchWord
from fondly.insight.listing.answer import answer
from fondly.insight.listing.question import question
from fondly.insight.listing.scope import Scope
from fondly.insight.listing.sorting import SORTS
from fondly.testing import (
    NOON,
    TODAY,
    a_business,
    a_client,
    a_contact,
    a_run,
    a_user,
    olive,
    signals,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    a_business()
    return olive(password=None)


def names(query, user, size=50):
    scope = Scope(user)
    page = answer(question(QueryDict(query), scope), scope, size=size)
    return [row.client.name for row in page.rows]


def asked(field, op, value="", upto=""):
    query = QueryDict(mutable=True)
    query.update({"field": field, "op": op, "value": value, "upto": upto})
    return query.urlencode()


def walked(query, user, size):
    """Return the names on all pages, one after the other."""
    scope, found, after = Scope(user), [], ""
    while True:
        page = answer(
            question(QueryDict(f"{query}&after={after}"), scope), scope, size=size
        )
        found += [row.client.name for row in page.rows]
        after = page.next_place
        if not after:
            return found


def with_words(client, *words):
    SearchWord.objects.bulk_create([SearchWord(client=client, word=word) for word in words])
    return client


def test_every_typed_word_must_begin_one_of_the_clients(owner):
    with_words(a_client(name="Élise Moreau"), "elise", "moreau", "33142685300")
    with_words(a_client(name="Elias Berg"), "elias", "berg")

    assert names("q=ÉLI", owner) == ["Elias Berg", "Élise Moreau"]
    assert names("q=eli mor", owner) == ["Élise Moreau"]
    assert names("q=mor berg", owner) == []
    assert names("q=%2B33 1 42 68", owner) == ["Élise Moreau"]
    assert names("q=...", owner) == []


def test_many_matches_are_found_as_few_are(owner, monkeypatch):
    for name in ("Anna Berg", "Anna Vogel", "Bert Berg"):
        with_words(a_client(name=name), *name.lower().split())
    few = names("q=an be", owner), names("q=be&sort=-name", owner)
    monkeypatch.setattr("fondly.insight.listing.search.FEW", 0)

    assert (names("q=an be", owner), names("q=be&sort=-name", owner)) == few
    assert few == (["Anna Berg"], ["Bert Berg", "Anna Berg"])


@pytest.fixture
def twelve(owner):
    """Clients with equal values and with none, so that pages end amid ties."""
    run, max_ = a_run(), a_user(name="Max", password=None)
    for n in range(12):
        client = a_client(
            name=f"{n:02} {'Ab'[n % 2]}",
            tier=["A", "B", "", "Old"][n % 4],
            stage=["active", "quiet", "closed"][n % 3],
            owner=[owner, max_, None][n % 3],
        )
        if n % 5:
            last = TODAY - timedelta(days=n % 3)
            signals(
                client, run=run, worth_24m=n % 3, p_active=n % 2 / 3, last_order_on=last
            )
    return owner


@pytest.mark.parametrize("turn", ["", "-"])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_any_order_show_every_client_once(twelve, sort, turn):
    everybody = sorted(Client.objects.values_list("name", flat=True))
    whole = names(f"sort={turn}{sort}", twelve)

    assert sorted(whole) == everybody
    for size in (1, 2, 5):
        assert walked(f"sort={turn}{sort}", twelve, size) == whole


def test_orders_mean_what_they_say(twelve):
    def column(sort, path):
        by_name = dict(Client.objects.values_list("name", path))
        return [by_name[name] for name in names(f"sort={sort}", twelve)]

    worth = column("worth", "signals__worth_24m")
    assert worth == sorted((w for w in worth if w is not None), reverse=True) + [None] * 3
    least = [w for w in column("-worth", "signals__worth_24m") if w is not None]
    assert least == sorted(least)
    assert column("tier", "tier")[:6] == ["A", "A", "A", "B", "B", "B"]
    assert column("days_since", "signals__last_order_on")[0] == TODAY - timedelta(days=2)
    assert column("-days_since", "signals__last_order_on")[0] == TODAY
    assert column("stage", "stage")[0] == "active"
    assert column("owner", "owner__name")[-1] is None


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "{}",
        "[0, 1]",
        '[99, "a", 1]',
        '[-1, "a", 1]',
        "[0, [1], 1]",
        '[0, "a", 99999999999999999999]',
        "[0, 99999999999999999999, 1]",
        r'[0, "\ud800", 1]',
        r'[0, "\u0000", 1]',
    ],
)
def test_a_place_that_is_none_begins_the_list_anew(twelve, text):
    after = urlsafe_b64encode(text.encode()).decode()
    assert names(f"after={after}", twelve) == names("", twelve)
    assert names(f"sort=worth&after={after}", twelve) == names("sort=worth", twelve)


CONDITIONS = [
    (("name", "contains", "ÉLI"), "Élise"),
    (("name", "is", "elise"), "Élise"),
    (("name", "is_not", "elise"), "Boris"),
    (("number", "is", "k7"), "Élise"),
    (("number", "empty"), "Boris"),
    (("number", "filled"), "Élise"),
    (("stage", "is", "Quiet"), "Boris"),
    (("stage", "is_not", "quiet"), "Élise"),
    (("tier", "is", "a"), "Élise"),
    (("tier", "empty"), "Boris"),
    (("owner", "is", "me"), "Élise"),
    (("owner", "is_not", "me"), "Boris"),
    (("owner", "empty"), "Boris"),
    (("influence", "at_least", "4"), "Élise"),
    (("influence", "between", "5", "4"), "Élise"),
    (("influence", "empty"), "Boris"),
    (("client_since", "before", "2020-01-02"), "Élise"),
    (("client_since", "is", "2020-01-01"), "Élise"),
    (("created_at", "is", "2026-03-09"), "Boris Élise"),
    (("created_at", "after", "2026-03-09"), ""),
    (("created_at", "between", "2026-03-08", "2026-03-10"), "Boris Élise"),
    (("worth", "at_least", "1,000"), "Élise"),
    (("worth", "at_most", "999.99"), ""),
    (("worth", "empty"), "Boris"),
    (("worth", "filled"), "Élise"),
    (("active", "between", "30%", "40"), "Élise"),
    (("last_order", "after", "2026-03-01"), "Élise"),
    (("reach_email", "is", "yes"), "Élise"),
    (("tag", "is", "Regular"), "Élise"),
    (("tag", "is_not", "regular"), "Boris"),
    (("tag", "empty"), "Boris"),
    (("interest", "filled"), ""),
    (("email", "contains", "ELISE@"), "Élise"),
    (("email", "empty"), "Boris"),
    (("phone", "empty"), "Boris Élise"),
    (("city", "is", "bremen"), "Élise"),
    (("own_size", "at_least", "10"), "Élise"),
    (("own_size", "between", "9", "12"), "Élise"),
    (("own_size", "empty"), "Boris"),
    (("own_size", "filled"), "Élise"),
    (("own_contains", "contains", "OV"), "Élise"),
    (("own_contains", "is", "oven"), "Élise"),
    (("own_contains", "is_not", "oven"), "Boris"),
    (("own_opened", "before", "2024-02-01"), "Élise"),
    (("own_fair", "is", "yes"), "Élise"),
]


@pytest.fixture
def two(owner):
    """Élise, of whom everything is known, and Boris, of whom nothing is."""
    for slug, kind in [("size", "number"), ("opened", "date"), ("fair", "yes_no")]:
        FieldDefinition.objects.create(slug=slug, label=slug, kind=kind)
    # A slug that is also a lookup's name must stay a name.
    FieldDefinition.objects.create(slug="contains", label="contains", kind="text")
    own = {"size": 12, "opened": "2024-01-31", "fair": True, "contains": "Oven"}
    about = {"number": "K7", "tier": "A", "owner": owner, "influence": 4, "extra": own}
    elise = a_client(name="Élise", client_since=date(2020, 1, 1), stage="active", **about)
    a_client(name="Boris", stage="quiet", created_at=NOON)
    a_contact(elise, email="elise@example.org")
    elise.labels.add(Label.objects.create(kind="tag", name="Regular", folded="regular"))
    Address.objects.create(client=elise, city="Bremen")
    day = date(2026, 3, 2)
    signals(elise, worth_24m=100_000, p_active=0.31, last_order_on=day, reach_email=True)
    return owner


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS, ids=str)
def test_a_condition_keeps_whom_it_describes(two, condition, expected):
    assert names(asked(*condition), two) == expected.split()


def test_conditions_are_combined_with_and_whatever_the_order(two):
    both = f"{asked('worth', 'at_least', '1')}&{asked('active', 'at_most', '40')}"
    none = f"{asked('worth', 'at_least', '1')}&{asked('active', 'at_most', '30')}"

    assert names(f"sort=worth&{both}", two) == ["Élise"]
    assert names(f"sort=active&{none}", two) == []


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (("password", "is", "x"), "no field"),
        (("owner__password", "is", "x"), "no field"),
        (("worth", "contains", "1"), "cannot be asked"),
        (("orders", "at_least", "1,5"), "does not fit"),
        (("worth", "at_least", "much"), "does not fit"),
        (("worth", "at_least", "1e99"), "does not fit"),
        (("worth", "at_least", "NaN"), "does not fit"),
        (("client_since", "before", "31.01.2020"), "does not fit"),
        (("stage", "is", "happy"), "does not fit"),
        (("tier", "is"), "compared with"),
        (("owner", "is", "99999"), "does not fit"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_in_words(two, condition, words):
    with pytest.raises(Refusal, match=words):
        names(asked(*condition), two)


def test_the_count_stops_at_a_thousand(owner, monkeypatch):
    monkeypatch.setattr("fondly.insight.listing.answer.COUNTED", 3)
    for n in range(5):
        a_client(name=f"Client {n}")
    scope = Scope(owner)
    page = answer(question(QueryDict(""), scope), scope, size=2)

    assert (page.count, page.is_more_than_counted) == (4, True)
    assert len(page.rows) == 2


def test_a_question_survives_its_own_address(two):
    query = f"q=el&sort=-worth&c=city&c=own_size&{asked('worth', 'between', '1', '5,000')}"
    scope = Scope(two)
    once = question(QueryDict(query), scope)

    assert question(QueryDict(once.query()), scope) == once
    assert [a.words for a in once.conditions] == [
        "Worth to come, 24 months is between 1 and 5,000"
    ]
