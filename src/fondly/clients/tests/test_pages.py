"""The client page and its panels, forms and settings."""

import json
from datetime import date

import pytest
from django.test import Client as Browser

from fondly.base.registry import panels
from fondly.clients.actions import clients, consent
from fondly.clients.models import (
    Client,
    ConsentEntry,
    Contact,
    ContactPoint,
    Contract,
    FieldDefinition,
    ImportantDate,
    Order,
    Rate,
    SearchWord,
)
from fondly.team.models import AuditEntry, RowRule
from fondly.testing import (
    NOON,
    a_business,
    a_client,
    a_contact,
    a_contract,
    a_touch,
    a_user,
    an_order,
    olive,
    vera,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def business():
    return a_business()


def browser(user=None):
    found = Browser()
    found.force_login(user or a_user(password=None))
    return found


def test_the_page_says_who_it_is_and_offers_to_call_and_to_write():
    ada = a_client(
        name="Hartmann Bakery", tier="A", stage="quiet", client_since="2020-05-01"
    )
    contact = a_contact(ada, name="Jonas Hartmann", email="jonas+x@example.org")
    ContactPoint.objects.create(
        contact=contact, kind="phone", value="030 1", normalised="+49301"
    )
    page = browser().get(f"/clients/{ada.pk}/").text
    for words in ("Hartmann Bakery", "HB", "Client since May 2020", "Tier A", "Quiet"):
        assert words in page
    assert 'href="tel:+49301"' in page
    assert "Call Jonas" in page
    assert 'href="mailto:jonas%2Bx@example.org"' in page


def test_a_dead_number_is_not_offered():
    contact = a_contact(ada := a_client(), phone="+49301")
    contact.points.update(is_dead=True)
    assert "tel:" not in browser().get(f"/clients/{ada.pk}/").text


def test_every_panel_is_named_by_its_address_and_opens_alone_and_as_a_part():
    ada = a_client(notes="Likes rye")
    a_contact(ada, name="Mia", email="mia@example.org")
    a_contract(ada, promo_price=100, promo_ends_on=date(2999, 1, 1))
    page = browser().get(f"/clients/{ada.pk}/").text
    mine = browser()
    for path in ("people", "labels", "contracts", "consent", "about", "notes", "timeline"):
        address = f"/clients/{ada.pk}/{path}/"
        assert f'hx-get="{address}"' in page
        alone, part = mine.get(address), mine.get(address, headers=HTMX)
        assert "<title>" in alone.text
        assert "<title>" not in part.text
        assert part.status_code == 200
    assert "promo until" in mine.get(f"/clients/{ada.pk}/contracts/").text


def test_a_client_outside_the_row_rule_is_not_there(business):
    business.members_see = RowRule.OWN
    business.save()
    ada = a_client(name="Hidden")
    mia = browser()
    for path in ("", "edit/", "people/", "timeline/", "log/", "orders/add/"):
        assert mia.get(f"/clients/{ada.pk}/{path}").status_code == 404
    assert mia.post(f"/clients/{ada.pk}/notes/put/", {"notes": "x"}).status_code == 404


def test_the_page_asks_the_same_number_of_questions_however_much_there_is(
    django_assert_max_num_queries,
):
    small, large = a_client(), a_client()
    for number in range(8):
        a_contact(large, email=f"a{number}@example.org")
        an_order(large)
    mine = browser()
    counts = []
    for client in (small, large):
        with django_assert_max_num_queries(8) as asked:
            mine.get(f"/clients/{client.pk}/")
        counts.append(len(asked))
    assert counts[1] - counts[0] <= 1  # the points, once there is a contact


def test_a_new_client_is_looked_after_by_who_made_it():
    user = a_user(password=None)
    reply = browser(user).post(
        "/clients/new/", {"name": "Vogel Ovens", "kind": "organisation", "owner": user.pk}
    )
    client = Client.objects.get()
    assert reply.url == f"/clients/{client.pk}/"
    assert (client.name, client.owner) == ("Vogel Ovens", user)


def test_what_is_refused_keeps_what_was_typed():
    a_client(number="7")
    reply = browser().post(
        "/clients/new/", {"name": "Vogel", "kind": "person", "number": "7"}
    )
    assert reply.status_code == 422
    assert "number “7” already" in reply.text
    assert 'value="Vogel"' in reply.text


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


def test_saving_a_form_loses_nothing_that_was_right_once():
    gone = a_user(password=None, name="Gone", is_active=False)
    FieldDefinition.objects.create(
        slug="colour", label="Colour", kind="choice", choices=["red"]
    )
    ada = a_client(owner=gone, extra={"colour": "blue", "removed": 1})
    mine, edit = browser(), f"/clients/{ada.pk}/edit/"
    assert '<option value="blue" selected>' in mine.get(edit).text
    typed = {"name": "Ada", "kind": "person", "owner": gone.pk, "own_colour": "blue"}
    assert mine.post(edit, typed).status_code == 302
    ada.refresh_from_db()
    assert (ada.owner, ada.extra) == (gone, {"colour": "blue", "removed": 1})


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


def test_an_order_is_typed_in_the_businesss_time_and_the_main_unit():
    ada, mine = a_client(), browser()
    row = {"placed_at": "2026-01-10T00:30", "amount": "12.34", "currency": "eur"}
    mine.post(f"/clients/{ada.pk}/orders/add/", row | {"number": "A1"})
    order = Order.objects.get()
    assert (order.amount, order.currency, order.key) == (1234, "EUR", "n:A1")
    assert order.placed_at.isoformat() == "2026-01-09T23:30:00+00:00"
    assert order.placed_on == date(2026, 1, 10)
    refund = row | {"amount": "-2", "refund_of": order.pk}
    mine.post(f"/clients/{ada.pk}/orders/add/", refund)
    assert "Refunded: −€ 2.00" in mine.get(f"/clients/{ada.pk}/orders/{order.pk}/").text
    assert (
        "already"
        in mine.post(f"/clients/{ada.pk}/orders/add/", row | {"number": "A1"}).text
    )
    assert (
        "not come yet"
        in mine.post(
            f"/clients/{ada.pk}/orders/add/", row | {"placed_at": "2999-01-01T00:00"}
        ).text
    )


def test_a_contract_is_typed_and_changed():
    ada, mine = a_client(), browser()
    row = {
        "name": "Care plan",
        "started_on": "2026-01-01",
        "price": "50",
        "currency": "EUR",
        "months": 1,
        "renewal_months": 12,
        "notice_days": 30,
    }
    reply = mine.post(f"/clients/{ada.pk}/contracts/add/", row | {"promo_price": "10"})
    assert "give both or neither" in reply.text
    mine.post(f"/clients/{ada.pk}/contracts/add/", row)
    contract = Contract.objects.get()
    assert contract.price == 5000
    address = f"/clients/{ada.pk}/contracts/{contract.pk}/"
    assert 'value="50.00"' in mine.get(address).text
    mine.post(address, row | {"ends_on": "2026-06-30"})
    contract.refresh_from_db()
    assert contract.ends_on == date(2026, 6, 30)


def test_consent_needs_evidence_and_the_newest_word_holds():
    ada, mine = a_client(), browser()
    row = {
        "channel": "email",
        "purpose": "news",
        "at": "2026-01-01T10:00",
        "source": "fair",
    }
    add = f"/clients/{ada.pk}/consent/add/"
    assert "the words they agreed to" in mine.post(add, row | {"is_granted": "yes"}).text
    mine.post(add, row | {"is_granted": "yes", "wording": "News once a month"})
    assert ">may</span>" in mine.get(f"/clients/{ada.pk}/consent/").text
    mine.post(add, row | {"is_granted": "no", "at": "2026-02-01T10:00"})
    panel = mine.get(f"/clients/{ada.pk}/consent/").text
    assert ">may not</span>" in panel
    assert ">may</span>" not in panel
    assert ConsentEntry.objects.count() == 2


def test_labels_and_notes_are_saved_in_place_or_by_going_back():
    ada, mine = a_client(), browser()
    put = f"/clients/{ada.pk}/labels/put/"
    part = mine.post(put, {"tags": "VIP, fair 2026", "interests": "rye"}, headers=HTMX)
    assert "fair 2026" in part.text
    assert "Saved." in part["HX-Trigger"]
    reply = mine.post(f"/clients/{ada.pk}/notes/put/", {"notes": "Closed on Mondays"})
    assert reply.url == f"/clients/{ada.pk}/"
    ada.refresh_from_db()
    assert ada.notes == "Closed on Mondays"


def test_a_client_is_closed_with_a_reason_and_taken_up_again():
    ada, mine = a_client(), browser()
    assert mine.post(f"/clients/{ada.pk}/close/", {"on": "2026-01-01"}).status_code == 422
    mine.post(f"/clients/{ada.pk}/close/", {"on": "2026-01-01", "reason": "price"})
    assert "Closed on 1 January 2026: Price" in mine.get(f"/clients/{ada.pk}/").text
    mine.post(f"/clients/{ada.pk}/reopen/")
    ada.refresh_from_db()
    assert ada.closed_on is None


def test_a_stage_is_set_by_hand():
    ada, mine = a_client(), browser()
    mine.post(f"/clients/{ada.pk}/stage/", {"stage": "active", "until": "2999-01-01"})
    ada.refresh_from_db()
    assert (ada.stage, ada.stage_by_hand) == ("active", "active")


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
    mine.post("/clients/names/", {"lines": "12346, Ada Bell\n12347\tBoris\nnonsense\n"})
    assert sorted(Client.objects.values_list("name", flat=True)) == ["12347", "Ada Bell"]


def test_a_manager_hands_out_all_that_is_held_and_it_is_noted():
    ada = a_client(name="Ada", notes="Likes rye")
    a_contact(ada, email="ada@example.org")
    an_order(ada)
    a_touch(ada, what="Called about ovens")
    boss = a_user(role="manager", password=None)
    reply = browser(boss).post(f"/clients/{ada.pk}/export/")
    held = json.loads(reply.text)
    text = json.dumps(held)
    for words in ("Likes rye", "ada@example.org", "Called about ovens", "10000"):
        assert words in text
    assert AuditEntry.objects.get(what="client.exported").user == boss
    assert browser().post(f"/clients/{ada.pk}/export/").status_code == 403


def test_erasing_leaves_ledgers_but_no_word_of_the_person():
    ada = clients.create(
        name="Zebulonia Quist",
        number="Z1",
        kind="person",
        notes="zq-note",
        by=None,
        now=NOON,
    )
    clients.label(ada, tags=["zq-tag"], by=None, now=NOON)
    contact = a_contact(ada, name="Zebulonia Quist", email="zebulonia@example.org")
    an_order(ada, note="for zebulonia")
    a_touch(ada, what="Zebulonia called", contact=contact, key="mail:zebulonia@example.org")
    consent.withdraw(
        ada,
        channel="email",
        purpose="news",
        source="zebulonia@example.org wrote",
        at=NOON,
        contact=contact,
        by=None,
        now=NOON,
    )
    owner = browser(olive(password=None))
    erase = f"/clients/{ada.pk}/erase/"
    assert owner.post(erase, {"name": "Zebulonia"}).status_code == 422
    assert Client.objects.get().name == "Zebulonia Quist"
    owner.post(erase, {"name": "Zebulonia Quist"})

    held = json.dumps(json.loads(owner.post(f"/clients/{ada.pk}/export/").text)).lower()
    for word in ("zebulonia", "quist", "zq-", '"z1"'):
        assert word not in held
    assert (Order.objects.count(), ConsentEntry.objects.count()) == (1, 1)
    assert not SearchWord.objects.exists()
    assert Client.objects.get().closed_on is not None
    # The same address has the same hash: silence asked for once can be kept.
    assert ContactPoint.objects.get(kind="email").normalised != ""
    assert AuditEntry.objects.filter(what="client.erased").count() == 1
    assert browser(a_user(role="manager", password=None)).get(erase).status_code == 403


def test_a_viewer_reads_and_changes_nothing():
    ada, eyes = a_client(), browser(vera(password=None))
    assert eyes.get(f"/clients/{ada.pk}/").status_code == 200
    for path in ("edit", "close", "orders/add", "consent/add", "contacts/add"):
        assert eyes.get(f"/clients/{ada.pk}/{path}/").status_code == 403
    assert "<form" not in eyes.get(f"/clients/{ada.pk}/notes/", headers=HTMX).text
    assert "<form" not in eyes.get(f"/clients/{ada.pk}/log/", headers=HTMX).text


def test_every_registered_panel_of_ours_has_an_address():
    ours = {p.slug for p in panels if p.url_name.startswith(("clients:", "touches:"))}
    assert ours == {
        "people",
        "labels",
        "contracts",
        "consent",
        "own_fields",
        "notes",
        "log",
        "timeline",
    }
