from datetime import timedelta

import pytest

from fondly.base import news
from fondly.team.actions import business
from fondly.team.audit import note
from fondly.team.models import ApiToken, AuditEntry, Business, User
from fondly.team.tests.fresh import enter
from fondly.testing import NOON, PASSWORD, a_business, a_client, a_user, olive, vera

pytestmark = pytest.mark.django_db


def titles(client, user):
    client.force_login(user)
    page = client.get("/settings/")
    return [
        line
        for line in ("You", "Business", "Team", "API tokens", "Audit log")
        if (f">{line}</a>" in page.text)
    ]


def test_the_settings_show_what_a_role_may_open(client):
    a_business()
    assert titles(client, vera()) == ["You", "API tokens"]
    assert titles(client, a_user(role="manager")) == ["You", "Team", "API tokens"]
    assert len(titles(client, olive())) == 5


def test_the_owner_changes_the_business_and_only_changes_are_noted(client):
    a_business()
    client.force_login(olive())
    form = {
        "name": "Bell & Daughters",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "workdays": ["0", "1", "2", "3", "4"],
        "members_see": "own",
    }
    assert client.post("/settings/business/", form).status_code == 302

    assert Business.current().members_see == "own"
    entry = AuditEntry.objects.filter(what="business.changed").get()
    assert sorted(entry.details["fields"]) == ["members_see", "name"]


def test_a_mistake_does_not_change_the_business(client):
    a_business()
    client.force_login(olive())
    page = client.post("/settings/business/", {"name": "", "currency": "EUR"})
    assert page.status_code == 422
    assert Business.current().name == "Bell & Co"


def test_people_change_their_own_name_and_minutes_but_not_their_role(client):
    max_ = a_user()
    client.force_login(max_)
    client.post("/profile/", {"name": "Maxim", "capacity_minutes": "90", "role": "owner"})
    max_.refresh_from_db()
    assert (max_.name, max_.capacity_minutes, max_.role) == ("Maxim", 90, "member")


def test_a_day_has_no_more_minutes_than_a_day_has(client):
    client.force_login(a_user())
    page = client.post("/profile/", {"name": "Max", "capacity_minutes": "1441"})
    assert page.status_code == 422


def test_the_team_page_changes_a_role(client):
    max_ = a_user()
    client.force_login(olive())
    form = {"name": "Max", "role": "viewer", "capacity_minutes": "60"}
    assert client.post(f"/settings/team/{max_.pk}/", form).status_code == 302
    assert User.objects.get(pk=max_.pk).role == "viewer"


def test_a_refused_change_of_role_shows_why_and_changes_nothing_else(client):
    boss = olive()
    client.force_login(boss)
    form = {"name": "Renamed", "role": "viewer", "capacity_minutes": "60"}
    page = client.post(f"/settings/team/{boss.pk}/", form)
    assert page.status_code == 422
    assert "only owner" in page.text
    assert User.objects.get(pk=boss.pk).name == "Olive"


def test_leaving_hints_at_the_clients_to_hand_over(client):
    max_ = a_user()
    a_client(owner=max_)
    client.force_login(olive())
    assert "look after 1 client." in client.get(f"/settings/team/{max_.pk}/").text


def test_a_token_is_shown_once(client):
    enter(client, a_user())
    page = client.post(
        "/settings/tokens/", {"name": "till", "scopes": ["read"], "lasts": "30"}
    )
    page = client.get("/settings/tokens/") if page.status_code == 302 else page
    secret = page.context["secret"]
    assert secret in page.text
    assert secret not in client.get("/settings/tokens/").text
    token = ApiToken.objects.get()
    assert token.expires_at - token.created_at == timedelta(days=30)


def test_a_viewer_is_not_offered_a_token_that_writes(client):
    enter(client, vera())
    page = client.post(
        "/settings/tokens/", {"name": "x", "scopes": ["write"], "lasts": "30"}
    )
    assert not ApiToken.objects.exists()
    assert "write" not in dict(page.context["form"].fields["scopes"].choices)


def test_the_audit_log_pages_through_everything_once(client):
    boss = olive()
    for n in range(120):  # many in the same instant, where a bare time would lose some
        note("tested", by=boss, at=NOON + timedelta(seconds=n // 60), about=f"row {n}")
    client.force_login(boss)
    seen, url = [], "/settings/audit/"
    while url:
        page = client.get(url)
        seen += [e.about for e in page.context["entries"] if e.what == "tested"]
        url = page.context["page"]["next_url"]
    assert seen == [f"row {n}" for n in reversed(range(120))]


@pytest.mark.parametrize("after", ["x", "1-", "-1", "9" * 40 + "-1", "1-²", "0-0"])
def test_a_nonsense_page_of_the_audit_log_is_harmless(client, after):
    client.force_login(olive())
    assert client.get("/settings/audit/", {"after": after}).status_code == 200


def test_a_session_left_open_makes_no_token_without_the_password(client):
    client.force_login(a_user())
    form = {"name": "till", "scopes": ["read"], "lasts": "30"}
    asked = client.post("/settings/tokens/", form)
    assert asked.url == "/accounts/reauthenticate/?next=%2Fsettings%2Ftokens%2F"
    client.post(asked.url, {"password": "wrong-one-here"})
    assert not ApiToken.objects.exists()

    page = client.post(asked.url, {"password": PASSWORD})  # and the POST goes on
    assert page.context["secret"] in page.text
    assert ApiToken.objects.get().name == "till"


def test_the_menu_marks_the_page_or_the_one_it_belongs_to(client):
    a_business()
    boss = olive()
    client.force_login(boss)
    pages = {f"/settings/team/{boss.pk}/": "Team", "/accounts/2fa/": "You"}
    for address, title in pages.items():
        assert f'aria-current="page">{title}</a>' in client.get(address).text, address


def test_another_currency_has_every_figure_reckoned_anew(
    client, django_capture_on_commit_callbacks, monkeypatch
):
    heard = []
    monkeypatch.setattr(news, "_listeners", [heard.append])
    row, boss = a_business(), olive()
    with django_capture_on_commit_callbacks(execute=True):
        business.change(row, by=boss, now=NOON, name="Bell")
    assert heard == []
    with django_capture_on_commit_callbacks(execute=True):
        business.change(row, by=boss, now=NOON, currency="USD")
    assert [(told.kind, list(told.client_ids)) for told in heard] == [("client", [])]


def test_the_settings_list_their_pages_for_whoever_has_no_room_for_tabs(client):
    a_business()
    client.force_login(olive())
    page = client.get("/settings/").text
    assert '<li><a href="/settings/audit/">Audit log</a></li>' in page
