"""Settings that clients give: own fields, rates, names in bulk, tags and interests."""

import pytest
from tests.needs import only_on

from fondly.base.errors import Refusal
from fondly.base.tasks.worker import Worker
from fondly.clients.actions import clients, labels
from fondly.clients.models import Client, FieldDefinition, Label, Rate
from fondly.clients.models import label as label_model
from fondly.clients.tests.browsing import browser
from fondly.team.models import AuditEntry, RowRule
from fondly.testing import NOON, a_business, a_client, a_user, olive

pytestmark = pytest.mark.django_db
LABELS = "/settings/labels/"


@pytest.fixture(autouse=True)
def business():
    return a_business()


def test_fields_of_ones_own_are_typed_and_shown():
    boss = browser(olive(password=None))
    for label, kind in (("Ovens", "number"), ("Organic", "yes_no"), ("Visited", "date")):
        boss.post("/settings/fields/", {"label": label, "kind": kind})
    ada = a_client()
    edit = f"/clients/{ada.pk}/edit/"
    typed = {"name": "Ada", "kind": "person", "own_ovens": "three"}
    reply = boss.post(edit, typed)
    assert "does not fit the field “Ovens”" in reply.text
    boss.post(
        edit, typed | {"own_ovens": "3", "own_organic": "yes", "own_visited": "2026-01-02"}
    )
    ada.refresh_from_db()
    assert ada.extra == {"ovens": 3, "organic": True, "visited": "2026-01-02"}
    about = boss.get(f"/clients/{ada.pk}/about/").text
    assert "<dt>Ovens</dt><dd>3</dd>" in about
    assert "<dt>Organic</dt><dd>yes</dd>" in about
    assert "<dt>Visited</dt><dd>2 Jan 2026</dd>" in about
    assert 'value="3"' in boss.get(edit).text


def test_a_field_is_renamed_but_keeps_its_kind_and_may_go():
    boss, field = (
        browser(olive(password=None)),
        FieldDefinition.objects.create(slug="size", label="Size", kind="number"),
    )
    boss.post(f"/settings/fields/{field.pk}/", {"label": "Seats", "kind": "text"})
    field.refresh_from_db()
    assert (field.label, field.kind) == ("Seats", "number")
    boss.post(f"/settings/fields/{field.pk}/remove/")
    assert not FieldDefinition.objects.exists()


def test_rates_are_kept_by_day_and_never_for_ones_own_currency():
    boss = browser(olive(password=None))
    assert (
        boss.post(
            "/settings/rates/", {"currency": "EUR", "from_day": "2026-01-01", "rate": 1}
        ).status_code
        == 422
    )
    for rate in ("0.9", "0.91"):
        boss.post(
            "/settings/rates/", {"currency": "usd", "from_day": "2026-01-01", "rate": rate}
        )
    kept = Rate.objects.get()
    assert (kept.currency, str(kept.rate.normalize())) == ("USD", "0.91")
    assert "0.91" in boss.get("/settings/rates/").text
    boss.post(f"/settings/rates/{kept.pk}/remove/")
    assert not Rate.objects.exists()


def test_clients_known_by_number_are_named_on_one_page(business):
    user = a_user(password=None)
    a_client(name="12346", number="12346", owner=user)
    a_client(name="12347", number="12347")
    business.members_see = RowRule.OWN
    business.save()
    mine = browser(user)
    page = mine.get("/clients/names/").text
    assert "12346" in page
    assert "12347" not in page
    mine.post("/clients/names/", {"lines": "12346, Ada Bell\n12347\tBoris\n\n12348, \n"})
    assert sorted(Client.objects.values_list("name", flat=True)) == ["12347", "Ada Bell"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("12346, Ada Bell\n12347 Boris", "Line 2, “12347 Boris”, is not understood"),
        ("12346, Ada Bell\n\n, Boris", "Line 3, “, Boris”, is not understood"),
        ("12346, Ada Bell\n12346; Ada Hall", "Line 2 names 12346 again"),
    ],
)
def test_a_line_that_is_not_clear_is_said_and_nothing_typed_is_lost(boss, lines, said):
    a_client(name="12346", number="12346")
    reply = boss.post("/clients/names/", {"lines": lines})
    assert reply.status_code == 422
    assert said in reply.text
    assert lines in reply.text
    assert Client.objects.get().name == "12346"


def test_a_number_given_twice_alike_or_once_without_a_name_is_no_fault(boss):
    a_client(name="12346", number="12346")
    boss.post("/clients/names/", {"lines": "12346, \n12346, Ada, Bell\n12346\tAda, Bell"})
    assert Client.objects.get().name == "Ada, Bell"


def test_clients_without_a_name_are_found_without_walking_all_clients():
    only_on("sqlite")
    plan = Client.objects.without_name().order_by("sort_name")[:51].explain()
    assert "USING INDEX client_without_name" in plan


@pytest.fixture
def boss():
    return browser(olive(password=None))


def tagged(name, *tags):
    client = a_client(name=name)
    clients.label(client, tags=tags, by=None, now=NOON)
    return client


def tag(name):
    return Label.objects.get(kind="tag", name=name)


def tags_of(client):
    return sorted(client.labels.values_list("name", flat=True))


def test_labels_are_listed_with_how_many_have_each(boss, monkeypatch):
    monkeypatch.setattr(label_model, "COUNTED", 1)
    monkeypatch.setattr("fondly.clients.views.labels.COUNTED", 1)
    tagged("Ada", "VIP", "Fair")
    tagged("Boris", "VIP")
    tagged("Chen", "VIP")
    page = boss.get(LABELS).text
    assert '<td class="num">1</td>' in page
    assert '<td class="num">1+</td>' in page
    assert "No interests yet" in boss.get(f"{LABELS}?kind=interest").text


def test_the_list_takes_the_same_queries_however_many_labels_there_are(
    boss, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("fondly.clients.views.labels.PAGE", 4)
    tagged("Ada", *(f"Tag {n}" for n in range(9)))
    with django_assert_max_num_queries(5):
        first = boss.get(LABELS).text
    second = boss.get(f"{LABELS}?kind=tag&after=tag+3").text
    assert [n for n in range(9) if f">Tag {n}<" in first] == [0, 1, 2, 3]
    assert [n for n in range(9) if f">Tag {n}<" in second] == [4, 5, 6, 7]
    assert "after=tag+3" in first


def test_a_label_is_renamed_for_everybody(boss):
    ada = tagged("Ada", "Vip")
    boss.post(f"{LABELS}{tag('Vip').pk}/", {"name": "Very important"})
    assert tags_of(ada) == ["Very important"]
    assert Label.objects.get().folded == "very important"
    assert AuditEntry.objects.filter(what="label.renamed").exists()


def test_a_name_that_is_taken_is_refused_and_merging_offered(boss):
    tagged("Ada", "VIP", "Fair")
    reply = boss.post(f"{LABELS}{tag('Fair').pk}/", {"name": "vip"})
    assert reply.status_code == 422
    assert "Merge the two instead" in reply.text


def test_merging_gives_the_other_label_once_and_counts_as_a_change(boss):
    ada, boris, chen = tagged("Ada", "VIP"), tagged("Boris", "VIP", "Best"), a_client()
    versions = dict(Client.objects.values_list("pk", "version"))
    boss.post(f"{LABELS}{tag('VIP').pk}/merge/", {"into_name": "best"})
    assert [tags_of(client) for client in (ada, boris, chen)] == [["Best"], ["Best"], []]
    assert not Label.objects.filter(name="VIP").exists()
    after = dict(Client.objects.values_list("pk", "version"))
    assert {pk for pk in after if after[pk] > versions[pk]} == {ada.pk, boris.pk}
    assert AuditEntry.objects.filter(what="label.merged", details__clients=2).exists()


def test_a_label_is_not_merged_into_itself_or_another_kind(boss):
    ada = tagged("Ada", "Rye")
    clients.label(ada, interests=["Wheat"], by=None, now=NOON)
    for name in ("rye", "Wheat", "Nothing"):
        reply = boss.post(f"{LABELS}{tag('Rye').pk}/merge/", {"into_name": name})
        assert reply.status_code == 422
    with pytest.raises(Refusal):
        labels.remove(tag("Rye"), into=tag("Rye"), by=None, now=NOON)
    assert tags_of(ada) == ["Rye", "Wheat"]


def test_what_very_many_have_goes_in_the_background_some_at_a_time(boss, monkeypatch):
    monkeypatch.setattr(labels, "BATCH", 2)
    everybody = [tagged(f"Client {n}", "Old", *["New"] * (n == 0)) for n in range(5)]
    reply = boss.post(f"{LABELS}{tag('Old').pk}/merge/", {"into_name": "New"}, follow=True)
    assert "little by little" in reply.text
    assert tags_of(everybody[4]) == ["Old"]
    Worker().drain()
    assert {tuple(tags_of(client)) for client in everybody} == {("New",)}
    assert not Label.objects.filter(name="Old").exists()


def test_removing_begun_twice_ends_as_once(boss, monkeypatch):
    monkeypatch.setattr(labels, "BATCH", 1)
    for n in range(3):
        tagged(f"Client {n}", "Old")
    path = f"{LABELS}{tag('Old').pk}/remove/"
    boss.post(path)
    boss.post(path)
    Worker().drain()
    assert not Label.objects.exists()
    assert Client.objects.count() == 3


def test_members_do_not_change_labels():
    assert browser(a_user(password=None)).get(LABELS).status_code == 403
