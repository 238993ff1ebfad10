"""The client page, its panels and the forms about the client as such."""

from datetime import date

import pytest

from fondly.base.registry import panels
from fondly.clients.models import Client, ContactPoint, FieldDefinition
from fondly.clients.tests.browsing import HTMX, browser
from fondly.team.models import RowRule
from fondly.testing import (
    a_business,
    a_client,
    a_contact,
    a_contract,
    a_user,
    an_order,
    vera,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business():
    return a_business()


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


def test_a_stage_is_not_set_until_a_day_that_has_passed():
    ada, mine = a_client(), browser()
    typed = {"stage": "active", "until": "2020-01-01"}
    assert "still to come" in mine.post(f"/clients/{ada.pk}/stage/", typed).text
    ada.refresh_from_db()
    assert ada.stage_by_hand == ""
