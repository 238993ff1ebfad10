"""The pages of the client list: who sees what, at how many queries, by which index."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fondly.base.text.cells import restore
from fondly.clients.actions import clients, labels
from fondly.clients.models import Client, Label, SearchWord
from fondly.insight.listing.scope import Scope
from fondly.insight.listing.search import nearest
from fondly.insight.models import SavedView, ScoreRun, Signal
from fondly.team.models import AuditEntry, RowRule
from fondly.testing import (
    NOON,
    a_business,
    a_client,
    a_contact,
    a_run,
    a_user,
    olive,
    signals,
    vera,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def owner(client):
    a_business()
    person = olive(password=None)
    client.force_login(person)
    return person


def many(count, user):
    """Save `count` clients with words and signals, quickly."""
    run = a_run()
    about = {"created_at": NOON, "updated_at": NOON, "owner": user, "tier": "A"}
    names = [f"Marna {n:05}" for n in range(count)]
    rows = [Client(name=name, sort_name=name.lower(), **about) for name in names]
    rows = Client.objects.bulk_create(rows)
    SearchWord.objects.bulk_create(
        SearchWord(client=row, word=word) for row in rows for word in row.sort_name.split()
    )
    Signal.objects.bulk_create(
        Signal(run=run, client=row, worth_24m=row.pk, p_active=0.5) for row in rows
    )


ADDRESSES = [
    "/clients/",
    "/clients/?q=mar",
    "/clients/?sort=worth&c=tag&c=email&c=city&c=owner",
    "/clients/?sort=tier&field=active&op=at_most&value=60&upto=",
    "/clients/find/?q=mar",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_more_clients_need_no_more_queries(owner, client, address):
    counts = []
    for size in (10, 1000):
        Signal.objects.all().delete()
        Client.everything.all().delete()
        ScoreRun.objects.all().delete()
        many(size, owner)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_no_statement_skips_rows_or_counts_without_end(owner, client):
    many(120, owner)
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/clients/?sort=worth").text
        following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
        client.get(following.replace("&amp;", "&"))
    statements = " ".join(query["sql"].upper() for query in asked)
    assert "OFFSET" not in statements
    assert "COUNT(" not in statements


def plan_of(queryset):
    """Return how the database would go about it, once it knows its tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return queryset.explain()


def test_search_enters_the_index_of_words(owner):
    many(2000, owner)
    for terms in (["0001"], ["00012", "mar"]):
        words = SearchWord.objects.clients_with(terms).values_list("client_id")
        plan = plan_of(words)
        assert "search_word_once" in plan
        if connection.vendor == "postgresql":
            assert "~>=~" in plan
        else:
            assert "word>? AND word<?" in plan


def test_search_keeps_to_the_beginning_by_bytes(owner):
    ada = a_client(name="Ada")
    words = ["straße", "strasse", "str%", "str_a", "zürich", "o'neil"]
    SearchWord.objects.bulk_create([SearchWord(client=ada, word=word) for word in words])

    def beginning(term):
        found = SearchWord.objects.beginning(term).values_list("word", flat=True)
        return sorted(found)

    assert beginning("str%") == ["str%"]
    assert beginning("str_") == ["str_a"]
    assert beginning("z") == ["zürich"]
    assert beginning("o'") == ["o'neil"]
    assert beginning("stra") == ["strasse", "straße"]


@pytest.fixture
def apart(client):
    """Max, who sees his own clients only, and Ada, who is not his."""
    a_business(members_see=RowRule.OWN)
    max_ = a_user(name="Max", password=None)
    mine = a_client(name="Boris", owner=max_)
    hers = a_client(name="Ada", owner=olive(password=None))
    for row in (mine, hers):
        SearchWord.objects.create(client=row, word="shared")
        signals(row, worth_24m=1)
    client.force_login(max_)
    return max_


@pytest.mark.parametrize(
    "address",
    ["/clients/", "/clients/?q=shared", "/clients/?sort=worth", "/clients/find/?q=sha"],
)
def test_a_hidden_client_leaks_into_no_list_count_or_search(apart, client, address):
    page = client.get(address).text

    assert "Boris" in page
    assert "Ada" not in page
    assert "2 clients" not in page


def test_a_hidden_client_leaks_into_no_export(apart, client):
    assert [row["Name"] for row in exported(client)] == ["Boris"]


def exported(client, query=""):
    reply = client.post("/clients/export/", {"query": query})
    text = b"".join(reply.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_an_export_runs_no_formula_and_brings_every_text_back(owner, client):
    names = ["=cmd()", "'=quoted", "'plain", "-5", "@home", "Ada, “Inc.”"]
    for name in names:
        a_contact(a_client(name=name), email="ada@example.org", phone="+49 30 1")

    rows = exported(client)

    assert sorted(restore(row["Name"]) for row in rows) == sorted(names)
    active = [row["Name"] for row in rows if row["Name"][0] in "=+@\t\r"]
    assert active == []
    assert {row["Phone"] for row in rows} == {"'+49 30 1"}


def test_an_export_holds_every_page_and_what_was_asked(owner, client, monkeypatch):
    monkeypatch.setattr("fondly.insight.views.export.BATCH", 7)
    many(30, owner)
    rows = exported(client, "sort=worth&c=worth&field=name&op=contains&value=000&upto=")

    assert [row["Name"] for row in rows][:2] == ["Marna 00029", "Marna 00028"]
    assert len(rows) == 30
    assert list(rows[0])[-1] == "Worth to come, 24 months (EUR)"


def test_a_probability_leaves_with_four_decimals(owner, client):
    many(1, owner)
    Signal.objects.update(p_active=2.9796181445331717e-12)
    assert exported(client, "c=active")[0]["Likely still active"] == "0.0"
    Signal.objects.update(p_active=0.4902061820274344)
    assert exported(client, "c=active")[0]["Likely still active"] == "0.4902"


def test_an_export_is_noted_without_what_was_typed(owner, client):
    exported(client, "q=secretname")
    [entry] = AuditEntry.objects.filter(what="clients.exported")

    assert entry.user == owner
    assert "secretname" not in str(entry.details)


def test_a_viewer_may_not_export(client):
    a_business()
    client.force_login(vera(password=None))
    assert client.post("/clients/export/", {"query": ""}).status_code == 403
    assert "Export" not in client.get("/clients/").text


def test_a_view_is_kept_opened_and_deleted(owner, client):
    query = "sort=-worth&field=tier&op=is&value=A&upto=&evil=1"
    reply = client.post("/clients/views/", {"name": " Best  ones ", "query": query})
    [view] = SavedView.objects.all()

    assert (view.name, view.is_shared) == ("Best ones", False)
    assert "evil" not in view.query
    assert reply.url == f"/clients/?{view.query}"
    assert 'aria-current="page">Best ones' in client.get(reply.url).text

    client.post(f"/clients/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_view_of_the_same_name_is_replaced(owner, client):
    for query in ("sort=worth", "sort=tier"):
        client.post("/clients/views/", {"name": "Mine", "query": query})
    assert [view.query for view in SavedView.objects.all()] == ["sort=tier"]


@pytest.mark.parametrize("how", ["renamed", "merged"])
def test_a_kept_view_follows_a_tag_to_its_new_name(owner, client, how):
    wanted = clients.create(name="Ada", by=owner, now=NOON)
    clients.label(wanted, tags=["Café & co"], interests=["Café & co"], by=owner, now=NOON)
    kept = "field=stage&op=is&value=prospect&upto=&field=tag&op=is&value=CAFE+%26+co&upto="
    other = kept.replace("field=tag", "field=interest")
    client.post("/clients/views/", {"name": "Cafés", "query": kept})
    client.post("/clients/views/", {"name": "Others", "query": other})
    before = {view.name: view.query for view in SavedView.objects.all()}
    label = Label.objects.get(kind="tag")
    if how == "renamed":
        labels.rename(label, "Coffee 100%", by=owner, now=NOON)
    else:
        [into] = labels.labels_named("tag", ["Coffee 100%"])
        labels.remove(label, into=into, by=owner, now=NOON)

    views = {view.name: view.query for view in SavedView.objects.all()}
    page = client.get("/clients/?" + views["Cafés"])
    assert f'href="/clients/{wanted.pk}/"' in page.text
    assert "Tag is Coffee 100%" in page.text
    assert "CAFE" not in views["Cafés"]
    assert views["Others"] == before["Others"]


def test_only_shared_views_of_others_are_offered(owner, client):
    max_ = a_user(name="Max", password=None)
    for name, is_shared in (("Secret", False), ("Common", True)):
        SavedView.objects.create(user=max_, name=name, query="", is_shared=is_shared)
    page = client.get("/clients/").text

    assert "Common" in page
    assert "Secret" not in page


def test_a_viewer_keeps_views_but_shares_none(client):
    a_business()
    client.force_login(vera(password=None))
    client.post("/clients/views/", {"name": "Mine", "query": "sort=worth"})
    asked = {"name": "Ours", "query": "sort=worth", "is_shared": "on"}
    reply = client.post("/clients/views/", asked)

    assert reply.status_code == 422
    assert [view.name for view in SavedView.objects.all()] == ["Mine"]


def test_what_is_typed_comes_back_as_the_part_that_changes(owner, client):
    many(3, owner)
    part = client.get("/clients/?q=marna", headers=HTMX).text

    assert part.strip().startswith("<section")
    assert "3 clients" in part
    assert "<html" not in part


def test_names_are_escaped_everywhere(owner, client):
    nasty = "<script>alert(1)</script>"
    row = a_client(name=nasty)
    SearchWord.objects.create(client=row, word="nasty")
    for address in ("/clients/?q=nasty", "/clients/find/?q=nasty", f"/clients/?q={nasty}"):
        assert nasty not in client.get(address).text


def test_a_filter_that_does_not_fit_is_refused_in_words(owner, client):
    reply = client.get("/clients/?field=worth&op=at_least&value=much&upto=", headers=HTMX)

    assert reply.status_code == 422
    assert "does not fit" in reply.text


def test_the_value_of_a_filter_is_asked_for_as_its_kind_needs(owner, client):
    assert 'type="date"' in client.get("/clients/rule/?field=last_order").text
    assert '<option value="quiet">' in client.get("/clients/rule/?field=stage").text
    assert 'value="contains"' not in client.get("/clients/rule/?field=worth").text
    assert client.get("/clients/rule/?field=nonsense").status_code == 200


def test_searching_costs_two_statements_of_its_own(owner):
    many(5, owner)
    # What signing in and the session ask on every request is not the search's.
    with CaptureQueriesContext(connection) as asked:
        found = nearest("mar", Scope(owner))

    assert len(found) == 5
    assert len(asked) == 2
