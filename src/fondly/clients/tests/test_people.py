"""People, addresses and dates on their pages."""

import re

import pytest

from fondly.clients.models import Contact, ImportantDate
from fondly.clients.tests.browsing import browser
from fondly.clients.views.found import AT_ONCE
from fondly.testing import a_business, a_client, a_contact, a_contract

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business():
    return a_business()


def test_a_person_is_added_and_rewritten_with_their_points():
    ada, mine = a_client(), browser()
    add = f"/clients/{ada.pk}/contacts/add/"
    reply = mine.post(add, {"name": "Mia", "emails": "mia@example"})
    assert "not an e-mail address" in reply.text
    assert not Contact.objects.exists()
    mine.post(
        add,
        {"name": "Mia", "emails": "mia@example.org\nm@example.org", "phones": "030 901820"},
    )
    mia = Contact.objects.get()
    assert sorted(mia.points.values_list("normalised", flat=True)) == [
        "+4930901820",
        "m@example.org",
        "mia@example.org",
    ]
    kept = mia.points.get(normalised="m@example.org")
    mine.post(f"/clients/{ada.pk}/points/{kept.pk}/dead/")
    mine.post(
        f"/clients/{ada.pk}/contacts/{mia.pk}/",
        {"name": "Mia V", "emails": "m@example.org"},
    )
    assert [p.pk for p in mia.points.filter(is_dead=True)] == [kept.pk]
    assert mia.points.count() == 1
    mine.post(f"/clients/{ada.pk}/contacts/{mia.pk}/remove/")
    assert not Contact.objects.exists()


def test_a_person_of_another_client_cannot_be_reached_through_this_one():
    ada, boris = a_client(), a_client()
    theirs = a_contact(boris, email="b@example.org")
    mine = browser()
    for path in (f"contacts/{theirs.pk}/remove/", f"points/{theirs.points.get().pk}/dead/"):
        assert mine.post(f"/clients/{ada.pk}/{path}").status_code == 404


@pytest.mark.parametrize("panel", ["people", "contracts"])
def test_a_panel_shows_some_at_once_and_leads_to_all_the_others(panel):
    ada, mine = a_client(), browser()
    for n in range(AT_ONCE + 3):
        a_contact(ada, name=f"Person {n:02}")
        a_contract(ada, name=f"Person {n:02}")
    path, seen = f"/clients/{ada.pk}/{panel}/", []
    while path:
        text = mine.get(path).text
        seen.append(re.findall(r"Person \d\d", text))
        onward = re.search(r'href="([^"]+)">More ', text)
        path = onward and onward[1]
    assert [len(part) for part in seen] == [AT_ONCE, 3]
    assert len({name for part in seen for name in part}) == AT_ONCE + 3
    assert mine.get(f"/clients/{ada.pk}/{panel}/?from=-1&from=x").status_code == 200
    assert mine.get(f"/clients/{ada.pk}/{panel}/?from={'9' * 99}").status_code == 200


def test_a_birthday_on_29_february_of_an_unknown_year():
    ada, mine = a_client(), browser()
    row = {"kind": "birthday", "day": 29, "month": 2}
    mine.post(f"/clients/{ada.pk}/dates/add/", row)
    found = ImportantDate.objects.get()
    assert (found.words, found.year) == ("29 February", None)
    assert "29 February" in mine.get(f"/clients/{ada.pk}/people/").text
    reply = mine.post(f"/clients/{ada.pk}/dates/{found.pk}/", row | {"year": 2025})
    assert "no such day" in reply.text
    mine.post(f"/clients/{ada.pk}/dates/{found.pk}/remove/")
    assert not ImportantDate.objects.exists()


def test_an_address_is_written_rewritten_and_forgotten():
    ada, mine = a_client(), browser()
    assert mine.post(f"/clients/{ada.pk}/addresses/add/", {}).status_code == 422
    mine.post(
        f"/clients/{ada.pk}/addresses/add/", {"street": "Am Markt 1", "city": "Bremen"}
    )
    address = ada.addresses.get()
    assert str(address) == "Am Markt 1, Bremen"
    mine.post(f"/clients/{ada.pk}/addresses/{address.pk}/", {"city": "Köln"})
    address.refresh_from_db()
    assert str(address) == "Köln"
    mine.post(f"/clients/{ada.pk}/addresses/{address.pk}/remove/")
    assert not ada.addresses.exists()


def test_the_usual_address_stands_first_as_it_is_typed_now():
    ada, mine = a_client(), browser()
    mia = a_contact(ada, name="Mia", email="old@example.org")
    page = f"/clients/{ada.pk}/contacts/{mia.pk}/"
    typed = {"name": "Mia", "phones": "030 90 18 20"}
    mine.post(page, typed | {"emails": "New@example.org\nold@example.org"})
    assert 'href="mailto:New@example.org"' in mine.get(f"/clients/{ada.pk}/").text
    mine.post(page, typed | {"emails": "old@example.org\nnew@example.org"})
    assert 'href="mailto:old@example.org"' in mine.get(f"/clients/{ada.pk}/").text
    mine.post(page, typed | {"emails": "new@example.org", "phones": "+49 30 901820"})
    assert [point.value for point in mia.points.all()] == [
        "new@example.org",
        "+49 30 901820",
    ]


def test_removing_says_what_goes_and_takes_a_second_look():
    mia = a_contact(ada := a_client(), name="Mia")
    page = browser().get(f"/clients/{ada.pk}/contacts/{mia.pk}/").text
    asked = page.split("<details>")[-1]
    assert "Remove “Mia”" in asked
    assert "go with them. This cannot be taken back." in asked
