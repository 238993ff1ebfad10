"""Two people at the same form: who saves second is told, and nobody loses anything."""

import re
from threading import Barrier, Thread

import pytest
from django.db import connection

from fondly.clients.actions import clients
from fondly.clients.models import Client, FieldDefinition
from fondly.clients.tests.browsing import HTMX, browser
from fondly.testing import NOON, a_business, a_client, a_contact, a_contract

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business():
    return a_business()


def mark_in(page):
    """Return the mark that a form carries of what it shows."""
    return re.search(r'name="seen" value="([0-9a-f]{32})"', page.text)[1]


def test_who_saves_second_is_told_and_may_then_insist():
    ada, mine, theirs = a_client(), browser(), browser()
    edit = f"/clients/{ada.pk}/edit/"
    form = {"name": "Ada", "kind": "organisation", "seen": mark_in(mine.get(edit))}
    theirs.post(edit, form | {"industry": "Bakery"})

    late = mine.post(edit, form | {"language": "de"})
    assert late.status_code == 422
    assert "differs from theirs in: Industry, Language." in late.text
    ada.refresh_from_db()
    assert (ada.industry, ada.language) == ("Bakery", "")

    again = form | {"language": "de", "seen": mark_in(late)}
    assert mine.post(edit, again).status_code == 302
    ada.refresh_from_db()
    assert (ada.industry, ada.language) == ("", "de")


def test_what_somebody_else_changes_beside_the_form_is_no_conflict():
    ada, mine = a_client(), browser()
    notes, put = f"/clients/{ada.pk}/notes/", f"/clients/{ada.pk}/notes/put/"
    mark = mark_in(mine.get(notes, headers=HTMX))
    clients.change(ada, industry="Bakery", by=None, now=NOON)
    mine.post(put, {"notes": "Likes rye", "seen": mark}, headers=HTMX)
    ada.refresh_from_db()
    assert ada.notes == "Likes rye"


@pytest.mark.parametrize("panel", ["notes", "labels"])
def test_a_panel_keeps_what_was_typed_beside_what_somebody_else_saved(panel):
    ada, mine, theirs = a_client(), browser(), browser()
    put = f"/clients/{ada.pk}/{panel}/put/"
    field = {"notes": "notes", "labels": "tags"}[panel]
    mark = mark_in(mine.get(f"/clients/{ada.pk}/{panel}/", headers=HTMX))
    theirs.post(put, {field: "theirs", "seen": mark})
    reply = mine.post(put, {field: "mine", "seen": mark}, headers=HTMX)
    assert "while you were typing" in reply.text
    assert "mine" in reply.text
    ada.refresh_from_db()
    kept = [ada.notes, *ada.labels.values_list("name", flat=True)]
    assert "theirs" in kept
    assert "mine" not in kept


def test_contacts_addresses_dates_and_contracts_are_guarded_alike():
    ada, mine = a_client(), browser()
    rows = {
        "contacts": a_contact(ada),
        "addresses": ada.addresses.create(city="Bremen"),
        "dates": ada.dates.create(kind="birthday", month=2, day=29),
        "contracts": a_contract(ada),
    }
    for path, row in rows.items():
        page = f"/clients/{ada.pk}/{path}/{row.pk}/"
        assert mark_in(mine.get(page))
        reply = mine.post(page, {"seen": "0" * 32})
        assert "while you were typing" in reply.text, path


@pytest.mark.django_db(transaction=True)
def test_two_programs_that_fill_different_own_fields_both_succeed():
    for slug in ("ovens", "shops"):
        FieldDefinition.objects.create(slug=slug, label=slug, kind="number")
    ada, ready = a_client(), Barrier(2)

    def fill(slug):
        mine = Client.objects.get(pk=ada.pk)
        ready.wait()
        try:
            clients.change(mine, extra={slug: 3}, by=None, now=NOON)
        finally:
            connection.close()

    threads = [Thread(target=fill, args=(slug,)) for slug in ("ovens", "shops")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    ada.refresh_from_db()
    assert ada.extra == {"ovens": 3, "shops": 3}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_part_with_a_client_at_once_the_first_gives_the_reason():
    ada, ready, answers = a_client(), Barrier(2), {}
    browsers = {"price": browser(), "service": browser()}

    def part(reason):
        ready.wait()
        try:
            typed = {"on": "2026-01-01", "reason": reason}
            answers[reason] = browsers[reason].post(f"/clients/{ada.pk}/close/", typed)
        finally:
            connection.close()

    threads = [Thread(target=part, args=(reason,)) for reason in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    told = {reason: answer.status_code for reason, answer in answers.items()}
    assert sorted(told.values()) == [302, 422]
    ada.refresh_from_db()
    assert told[ada.leaving_reason] == 302
