"""Clients are made, changed, handed over, closed, and found by their words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from fondly.base.errors import Refusal
from fondly.clients.actions import clients, contacts
from fondly.clients.models import Client, Label, SearchWord
from fondly.team.models import AuditEntry
from fondly.testing import NOON, a_business, a_client, a_user, an_order, olive, vera

pytestmark = pytest.mark.django_db


def create(name="Élise Groß", **about):
    return clients.create(**{"name": name, "by": None, "now": NOON} | about)


def words(client):
    return set(SearchWord.objects.filter(client=client).values_list("word", flat=True))


def test_a_new_client_is_found_without_case_and_diacritics():
    client = create(number="A-17")
    assert {"elise", "gross", "a-17", "a17"} <= words(client)
    assert client.sort_name == "elise gross"


def test_a_person_is_their_own_contact_and_keeps_the_name():
    client = create(kind="person")
    clients.change(client, name="Elise Gold", by=None, now=NOON)
    assert [contact.name for contact in client.contacts.all()] == ["Elise Gold"]
    assert words(client) == {"elise", "gold"}


def test_a_number_belongs_to_one_client():
    create(number="7")
    with pytest.raises(Refusal, match="number “7” already"):
        create(number="7")
    other = create(number="8")
    with pytest.raises(Refusal, match="number “7” already"):
        clients.change(other, number="7", by=None, now=NOON)
    assert Client.objects.get(pk=other.pk).number == "8"


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"name": "  "}, "needs a name"),
        ({"influence": 6}, "from 1 to 5"),
        ({"growth_potential": 0}, "from 1 to 5"),
        ({"time_zone": "Europe/Nowhere"}, "no time zone"),
        ({"kind": "robot"}, "person or an organisation"),
        ({"ideal_days": 30, "maximum_days": 20}, "cannot be shorter"),
        ({"extra": {"unknown": 1}}, "no field"),
        ({"ideal_days": 40_000}, "from 1 to 3660"),
        ({"name": "x" * 201}, "longer than 200"),
        ({"notes": "a\x00b"}, "NUL"),
        ({"client_since": date(1, 1, 1)}, "between 1850"),
    ],
)
def test_what_no_client_may_have_is_refused(about, words):
    with pytest.raises(Refusal, match=words):
        create(**about)
    assert not Client.everything.exists()


def test_a_change_counts_so_that_an_undo_notices_it_and_names_its_fields_in_the_audit():
    client, by = create(), olive()
    clients.change(client, name="Elise", industry="Bakery", by=by, now=NOON)
    assert client.version == 2
    entry = AuditEntry.objects.get(what="client.changed")
    assert (entry.user, entry.details) == (by, {"fields": ["industry", "name"]})


def test_changing_nothing_writes_nothing():
    client = create()
    clients.change(client, name=client.name, by=None, now=NOON)
    assert Client.objects.get().version == 1


def test_a_closed_client_keeps_why_and_may_come_back():
    client = create()
    an_order(client)
    with pytest.raises(Refusal, match="Say why"):
        clients.close(client, on=NOON.date(), reason="", note="", by=None, now=NOON)
    with pytest.raises(Refusal, match="day that has come"):
        clients.close(client, on=date(2027, 1, 1), reason="price", by=None, now=NOON)
    clients.close(client, on=NOON.date(), reason="price", note="+9%", by=None, now=NOON)
    assert (client.stage, client.leaving_reason) == ("closed", "price")
    assert not Client.objects.open().exists()
    with pytest.raises(Refusal, match="closed already"):
        clients.close(client, on=NOON.date(), reason="price", note="", by=None, now=NOON)
    clients.reopen(client, by=None, now=NOON)
    assert (client.stage, client.closed_on, client.leaving_reason) == ("active", None, "")


def test_a_stage_set_by_hand_lasts_until_its_day():
    client = create()
    clients.set_stage(client, "quiet", until=date(2026, 4, 1), by=None, now=NOON)
    assert client.stage_set_by_hand(date(2026, 4, 1)) == "quiet"
    assert client.stage_set_by_hand(date(2026, 4, 2)) == ""
    with pytest.raises(Refusal):
        clients.set_stage(client, "closed", until=None, by=None, now=NOON)
    clients.close(client, on=NOON.date(), reason="price", by=None, now=NOON)
    with pytest.raises(Refusal, match="Take it up again"):
        clients.set_stage(client, "active", until=None, by=None, now=NOON)


def test_clients_are_handed_over_and_counted():
    max_, mine, other = a_user(), a_client(), a_client()
    Client.objects.filter(pk=mine.pk).update(owner=max_)
    assert clients.hand_over([mine, other.pk], to=max_, by=None, now=NOON) == 1
    assert Client.objects.filter(owner=max_).count() == 2
    assert Client.objects.get(pk=mine.pk).version == 1
    assert clients.hand_over([mine, other], to=None, by=None, now=NOON) == 2


def test_a_viewer_looks_after_nobody():
    with pytest.raises(Refusal):
        clients.hand_over([a_client()], to=vera(), by=None, now=NOON)


def test_tags_and_interests_are_made_once_whatever_their_spelling():
    one, two = create(), create()
    clients.label(one, tags=["VIP", "vip "], interests=["Café"], by=None, now=NOON)
    clients.label(two, tags=["Vip"], interests=["cafe"], by=None, now=NOON)
    assert sorted(Label.objects.values_list("name", flat=True)) == ["Café", "VIP"]
    clients.label(one, tags=[], by=None, now=NOON)
    assert [label.name for label in one.labels.all()] == ["Café"]


def test_clients_known_by_number_are_named_in_bulk():
    by_number = create("12346", number="12346", kind="person")
    count, unknown = clients.name_in_bulk(
        {"12346": " Ada  Bell", "99": "Nobody", "": "x"}, by=None, now=NOON
    )
    assert (count, unknown) == (1, ["99"])
    by_number.refresh_from_db()
    assert (by_number.name, by_number.sort_name, by_number.version) == (
        "Ada Bell",
        "ada bell",
        2,
    )
    assert by_number.contacts.get().name == "Ada Bell"
    assert {"ada", "bell", "12346"} == words(by_number)


def test_search_words_follow_the_people_and_their_numbers():
    a_business()
    client = create("Bell")
    contact = contacts.add(
        client,
        name="Mia",
        emails=["Mia@Example.org"],
        phones=["030 901820"],
        by=None,
        now=NOON,
    )
    assert {"mia", "mia@example.org", "4930901820", "030901820", "30901820"} <= words(
        client
    )
    contacts.remove(contact, by=None, now=NOON)
    assert words(client) == {"bell"}


@pytest.mark.django_db(transaction=True)
def test_a_client_renamed_while_a_person_is_added_is_found_by_both():
    for turn in range(8):
        client, start = a_client(name="Before"), Barrier(2)

        def rename(client=client, start=start, turn=turn):
            start.wait()
            fresh = Client.objects.get(pk=client.pk)
            clients.change(fresh, name=f"After {turn}", by=None, now=NOON)

        def add(client=client, start=start):
            start.wait()
            contacts.add(client, name="Mia", by=None, now=NOON)

        def closing(work):
            try:
                work()
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(closing, [rename, add]))
        assert words(client) == {"after", str(turn), "mia"}


def test_indexing_asks_as_many_questions_for_fifty_clients_as_for_two(
    django_assert_num_queries,
):
    few, many = [a_client().pk for _ in range(2)], [a_client().pk for _ in range(50)]
    for ids in (few, many):
        with django_assert_num_queries(7):  # with begin and commit
            clients.index(ids)
    assert SearchWord.objects.count() == 52


def test_a_client_is_given_only_to_who_may_look_after_it():
    max_, ada = a_user(), a_client()
    for other in (a_user(role="viewer"), a_user(is_active=False)):
        with pytest.raises(Refusal, match="may change clients"):
            clients.change(ada, owner=other, by=max_, now=NOON)
        with pytest.raises(Refusal, match="may change clients"):
            clients.create(name="New", owner=other, by=max_, now=NOON)


def test_who_sees_only_their_own_keeps_what_they_make_and_gives_nothing_away():
    a_business(members_see="own")
    max_, other = a_user(), a_user()
    mine = clients.create(name="Mine", by=max_, now=NOON)
    assert mine.owner == max_
    for owner in (other, None):
        with pytest.raises(Refusal, match="stay with you"):
            clients.change(mine, owner=owner, by=max_, now=NOON)
    clients.change(mine, owner=max_, name="Still mine", by=max_, now=NOON)
    assert mine.name == "Still mine"


def test_not_endlessly_many_are_named_at_once():
    names = {str(n): "X" for n in range(2_001)}
    with pytest.raises(Refusal, match="at most 2000"):
        clients.name_in_bulk(names, by=None, now=NOON)
