"""Settings that clients give: fields of one's own, rates, names in bulk."""

import pytest
from tests.needs import only_on

from fondly.clients.models import Client, FieldDefinition, Rate
from fondly.clients.tests.browsing import browser
from fondly.team.models import RowRule
from fondly.testing import a_business, a_client, a_user, olive

pytestmark = pytest.mark.django_db


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
    mine.post("/clients/names/", {"lines": "12346, Ada Bell\n12347\tBoris\nnonsense\n"})
    assert sorted(Client.objects.values_list("name", flat=True)) == ["12347", "Ada Bell"]


def test_clients_without_a_name_are_found_without_walking_all_clients():
    only_on("sqlite")
    plan = Client.objects.without_name().order_by("sort_name")[:51].explain()
    assert "USING INDEX client_without_name" in plan
