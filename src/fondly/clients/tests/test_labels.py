"""Tags and interests in the settings: listed, renamed, merged, removed."""

import pytest

from fondly.base.errors import Refusal
from fondly.base.tasks.worker import Worker
from fondly.clients.actions import clients, labels
from fondly.clients.models import Client, Label
from fondly.clients.models import label as label_model
from fondly.clients.tests.browsing import browser
from fondly.team.models import AuditEntry
from fondly.testing import NOON, a_business, a_client, a_user, olive

pytestmark = pytest.mark.django_db
SETTINGS = "/settings/labels/"


@pytest.fixture(autouse=True)
def business():
    return a_business()


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
    page = boss.get(SETTINGS).text
    assert '<td class="num">1</td>' in page
    assert '<td class="num">1+</td>' in page
    assert "No interests yet" in boss.get(f"{SETTINGS}?kind=interest").text


def test_the_list_takes_the_same_queries_however_many_labels_there_are(
    boss, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("fondly.clients.views.labels.PAGE", 4)
    tagged("Ada", *(f"Tag {n}" for n in range(9)))
    with django_assert_max_num_queries(5):
        first = boss.get(SETTINGS).text
    second = boss.get(f"{SETTINGS}?kind=tag&after=tag+3").text
    assert [n for n in range(9) if f">Tag {n}<" in first] == [0, 1, 2, 3]
    assert [n for n in range(9) if f">Tag {n}<" in second] == [4, 5, 6, 7]
    assert "after=tag+3" in first


def test_a_label_is_renamed_for_everybody(boss):
    ada = tagged("Ada", "Vip")
    boss.post(f"{SETTINGS}{tag('Vip').pk}/", {"name": "Very important"})
    assert tags_of(ada) == ["Very important"]
    assert Label.objects.get().folded == "very important"
    assert AuditEntry.objects.filter(what="label.renamed").exists()


def test_a_name_that_is_taken_is_refused_and_merging_offered(boss):
    tagged("Ada", "VIP", "Fair")
    reply = boss.post(f"{SETTINGS}{tag('Fair').pk}/", {"name": "vip"})
    assert reply.status_code == 422
    assert "Merge the two instead" in reply.text


def test_merging_gives_the_other_label_once_and_counts_as_a_change(boss):
    ada, boris, chen = tagged("Ada", "VIP"), tagged("Boris", "VIP", "Best"), a_client()
    versions = dict(Client.objects.values_list("pk", "version"))
    boss.post(f"{SETTINGS}{tag('VIP').pk}/merge/", {"into_name": "best"})
    assert [tags_of(client) for client in (ada, boris, chen)] == [["Best"], ["Best"], []]
    assert not Label.objects.filter(name="VIP").exists()
    after = dict(Client.objects.values_list("pk", "version"))
    assert {pk for pk in after if after[pk] > versions[pk]} == {ada.pk, boris.pk}
    assert AuditEntry.objects.filter(what="label.merged", details__clients=2).exists()


def test_a_label_is_not_merged_into_itself_or_another_kind(boss):
    ada = tagged("Ada", "Rye")
    clients.label(ada, interests=["Wheat"], by=None, now=NOON)
    for name in ("rye", "Wheat", "Nothing"):
        reply = boss.post(f"{SETTINGS}{tag('Rye').pk}/merge/", {"into_name": name})
        assert reply.status_code == 422
    with pytest.raises(Refusal):
        labels.remove(tag("Rye"), into=tag("Rye"), by=None, now=NOON)
    assert tags_of(ada) == ["Rye", "Wheat"]


def test_what_very_many_have_goes_in_the_background_some_at_a_time(boss, monkeypatch):
    monkeypatch.setattr(labels, "BATCH", 2)
    everybody = [tagged(f"Client {n}", "Old", *["New"] * (n == 0)) for n in range(5)]
    reply = boss.post(
        f"{SETTINGS}{tag('Old').pk}/merge/", {"into_name": "New"}, follow=True
    )
    assert "little by little" in reply.text
    assert tags_of(everybody[4]) == ["Old"]
    Worker().drain()
    assert {tuple(tags_of(client)) for client in everybody} == {("New",)}
    assert not Label.objects.filter(name="Old").exists()


def test_removing_begun_twice_ends_as_once(boss, monkeypatch):
    monkeypatch.setattr(labels, "BATCH", 1)
    for n in range(3):
        tagged(f"Client {n}", "Old")
    path = f"{SETTINGS}{tag('Old').pk}/remove/"
    boss.post(path)
    boss.post(path)
    Worker().drain()
    assert not Label.objects.exists()
    assert Client.objects.count() == 3


def test_members_do_not_come_here():
    assert browser(a_user(password=None)).get(SETTINGS).status_code == 403
