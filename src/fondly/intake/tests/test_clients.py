import pytest

from fondly.clients.models import (
    Address,
    Client,
    Contact,
    ContactPoint,
    FieldDefinition,
    ImportantDate,
    SearchWord,
)
from fondly.intake.actions.check import check
from fondly.intake.actions.undo import undo
from fondly.intake.staging.folder import Folder
from fondly.intake.staging.report import page
from fondly.intake.tests.files import checksums, imported, runner, taken
from fondly.team.models import User
from fondly.testing import a_business, a_client, a_contact, a_user, olive

pytestmark = pytest.mark.django_db
HEAD = "Number,Name,E-mail,Phone,Street,City,Tags,Birthday,Influence\n"
ADA = "K1,Ada Ltd,Ada@Example.org,+49 30 901820,1 Mill Lane,Bath,vip; press,24.12.1980,4\n"
BORIS = "K2,Boris,boris@example.org,,,,,,\n"
SINCE = {"columns": {"name": "name", "client_since": "client since"}}


@pytest.fixture(autouse=True)
def business():
    return a_business(time_zone="Europe/Berlin")


def told(tmp_path, text):
    return imported(tmp_path, text, about="clients")


def test_a_new_client_comes_with_everything_the_row_says(tmp_path):
    told(tmp_path, HEAD + ADA)
    ada = Client.objects.get(number="K1")
    assert (ada.name, ada.influence, ada.sort_name) == ("Ada Ltd", 4, "ada ltd")
    assert set(ada.labels.values_list("name", flat=True)) == {"vip", "press"}
    [contact] = ada.contacts.all()
    points = dict(contact.points.values_list("kind", "normalised"))
    assert points == {"email": "ada@example.org", "phone": "+4930901820"}
    assert ada.addresses.get().city == "Bath"
    assert str(ImportantDate.objects.get()) == "Birthday 24.12."
    assert SearchWord.objects.filter(client=ada, word="ada").exists()


def test_german_headings_find_the_number_that_ties_a_client_to_their_orders(tmp_path):
    ada = a_client(name="Ada Ltd", number="K1")
    told(tmp_path, "Nr;Name;Ansprechpartner;E-Mail\nK1;Ada Ltd;Ada B;ada@example.org\n")
    assert Client.objects.get() == ada
    assert ada.contacts.get().name == "Ada B"


def test_only_what_differs_is_changed_and_a_blank_cell_takes_nothing_away(tmp_path):
    told(tmp_path, HEAD + ADA)
    text = HEAD + "K1,Ada & Co,ada@example.org,,,Bristol,vip; loyal,,\n"
    source = told(tmp_path, text)
    ada = Client.objects.get(number="K1")
    assert (ada.name, ada.influence) == ("Ada & Co", 4)
    assert set(ada.labels.values_list("name", flat=True)) == {"vip", "press", "loyal"}
    assert (ada.addresses.get().city, ada.addresses.get().street) == (
        "Bristol",
        "1 Mill Lane",
    )
    assert ContactPoint.objects.filter(kind="phone").count() == 1
    [row] = page(Folder.of(source.pk), what="changed", after=0, most=10)
    assert "name: Ada Ltd → Ada & Co" in row["diff"]
    assert "city: Bath → Bristol" in row["diff"]


def test_the_same_file_twice_changes_nothing(tmp_path):
    told(tmp_path, HEAD + ADA + BORIS)
    before = checksums()
    again = told(tmp_path, HEAD + ADA + BORIS)
    assert again.counts["skipped"] == 2
    assert checksums() == before


def test_a_client_is_matched_by_address_where_the_number_is_new(tmp_path):
    ada = a_client(name="Ada")
    a_contact(ada, email="ada@example.org")
    told(tmp_path, HEAD + ADA)
    ada.refresh_from_db()
    assert (ada.number, ada.name) == ("K1", "Ada Ltd")
    assert Client.objects.count() == 1


def test_an_address_of_another_numbered_client_is_rejected(tmp_path):
    a_contact(a_client(number="K9"), email="ada@example.org")
    source = told(tmp_path, HEAD + ADA)
    assert list(source.counts["reasons"]) == [
        "“Ada@example.org” belongs to the client numbered K9."
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("K3,Chen,not an address,,,,,,", "is not an e-mail address"),
        ("K3,Chen,,,,,,31.02.1980,", "is no date we can read"),
        ("K3,Chen,,,,,,,9", "Influence is from 1 to 5"),
        (",,,,,,,,3", "no name, number or e-mail"),
        ("K2,Boris again,,,,,,,", "Line 3 names the same client"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(tmp_path, row, why):
    source = told(tmp_path, HEAD + ADA + BORIS + row + "\n")
    [reason] = source.counts["reasons"]
    assert why in reason
    assert Client.objects.count() == 2


def test_birthdays_may_lack_their_year(tmp_path):
    told(tmp_path, "name,birthday\nAda,24.12.\nBoris,--02-29\n")
    days = ImportantDate.objects.order_by("pk").values_list("month", "day", "year")
    assert list(days) == [(12, 24, None), (2, 29, None)]


def test_own_fields_are_typed(tmp_path):
    FieldDefinition.objects.create(slug="seats", label="Seats", kind="number")
    imported(tmp_path, "name,Seats\nAda,12\n", about="clients", extra={"seats": "Seats"})
    assert Client.objects.get().extra == {"seats": 12}


@pytest.mark.parametrize(
    ("decimal", "text", "kept"),
    [
        (",", "1,5", 1.5),
        (",", "1.234", 1234),
        (".", "1,234.5", 1234.5),
        (",", "-1 000", -1000),
    ],
)
def test_own_numbers_are_read_by_the_mark_of_the_file(tmp_path, decimal, text, kept):
    FieldDefinition.objects.create(slug="seats", label="Seats", kind="number")
    about = {"about": "clients", "extra": {"seats": "Seats"}, "decimal": decimal}
    imported(tmp_path, f"name;Seats\nAda;{text}\n", **about)
    assert Client.objects.get().extra == {"seats": kept}


def test_own_numbers_by_another_mark_are_rejected_and_not_a_thousand_times_too_much(
    tmp_path,
):
    FieldDefinition.objects.create(slug="seats", label="Seats", kind="number")
    about = {"about": "clients", "extra": {"seats": "Seats"}, "decimal": ","}
    source = imported(tmp_path, "name;Seats\nAda;1.5\n", **about)
    [reason] = source.counts["reasons"]
    assert "a number as 12.5 does" in reason


def test_own_days_are_read_by_the_style_of_the_file(tmp_path):
    FieldDefinition.objects.create(slug="until", label="Until", kind="date")
    text = "name;client since;Until\nAda;31.01.2025;01.02.2025\n"
    imported(tmp_path, text, about="clients", extra={"until": "Until"}, **SINCE)
    assert Client.objects.get().extra == {"until": "2025-02-01"}


@pytest.mark.parametrize("cell", ["Zoe@Example.org", "zoe  groß", "Zoë Gross"])
def test_an_owner_is_a_colleague_by_address_or_by_name(tmp_path, cell):
    owner = a_user(name="Zoë Groß", email="zoe@example.org")
    olive()
    told(tmp_path, f"name,owner\nAda,{cell}\n")
    assert Client.objects.get().owner == owner


def test_a_name_that_two_colleagues_have_is_neither_but_an_address_tells(tmp_path):
    a_user(name="Zoë Groß", email="zoe@example.org")
    second = a_user(name="Zoe Gross", email="gross@example.org")
    text = "name,owner\nAda,Zoe Gross\nBoris,gross@example.org\nChen,Jonas F\n"
    source = told(tmp_path, text)
    assert source.counts["reasons"] == {
        "More than one colleague is called “Zoe Gross”: give the e-mail address.": 1,
        "“Jonas F” is no colleague here.": 1,
    }
    assert [(each.name, each.owner) for each in Client.objects.all()] == [("Boris", second)]


def test_an_export_of_the_client_list_changes_nothing_when_it_is_imported(tmp_path, client):
    client.force_login(a_user(name="Zoë Groß", email="zoe@example.org", role="owner"))
    told(tmp_path, HEAD + ADA + BORIS)
    Client.objects.update(owner=User.objects.get())
    ada = Client.objects.get(number="K1")
    a_contact(ada, name="Élise Groß", is_primary=False)
    Address.objects.create(client=ada, city="Bristol", country="GB")
    before = checksums()
    asked = "c=owner&c=influence&c=city&c=country"
    sent = client.post("/clients/export/", {"query": asked})
    source = told(tmp_path, b"".join(sent.streaming_content))
    columns = source.mapping["columns"]
    assert columns["owner"] == "Looked after by"
    assert columns["influence"] == "Influence (1 to 5)"
    assert source.counts["skipped"] == 2
    assert checksums() == before


def test_undo_restores_every_table(tmp_path):
    told(tmp_path, HEAD + ADA)
    before = checksums()
    text = HEAD + "K1,Ada & Co,new@example.org,+49 30 1234567,,Bristol,loyal,,5\n" + BORIS
    source = told(tmp_path, text)
    assert (source.counts["created"], source.counts["changed"]) == (1, 1)
    undo(runner(source))
    assert checksums() == before


def test_undo_keeps_what_somebody_edited_since(tmp_path):
    told(tmp_path, HEAD + ADA)
    source = told(tmp_path, HEAD + "K1,Ada & Co,new@example.org,,,Bristol,,,\n")
    ada = Client.objects.get()
    ada.notes = "prefers tea"
    ada.changed(["notes"])
    point = ContactPoint.objects.get(value="new@example.org")
    point.is_dead = True
    point.changed(["is_dead"])
    undo(runner(source))
    ada.refresh_from_db()
    assert (ada.name, ada.notes) == ("Ada & Co", "prefers tea")
    assert ada.addresses.get().city == "Bath"
    assert ContactPoint.objects.filter(value="new@example.org").exists()
    tables = sorted(kept["table"] for kept in source.counts["kept"])
    assert tables == ["client", "contactpoint"]
    assert Contact.objects.count() == 1


def test_a_new_client_with_the_name_of_one_here_is_pointed_out(tmp_path):
    a_client(name="Élan Bakery", number="K1")
    text = "number,name\n,elan bakery\nK1,Elan Bakery\nK3,Other\n"
    source = taken(tmp_path, text, about="clients")
    check(runner(source))
    assert source.counts["namesakes"] == 1
    rows = page(Folder.of(source.pk), what="created", after=0, most=10)
    assert [(row["subject"], "name is here already" in row["why"]) for row in rows] == [
        ("elan bakery", True),
        ("Other", False),
    ]
