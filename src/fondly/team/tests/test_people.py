import pytest

from fondly.base.errors import Refusal
from fondly.team import rules
from fondly.team.actions import invitations, keys, links, people
from fondly.team.models import AuditEntry, User
from fondly.testing import NOON, a_business, a_client, a_user, olive, vera

pytestmark = pytest.mark.django_db


def last_entry():
    return AuditEntry.objects.first()


def test_nobody_gives_more_than_they_have():
    given = {
        (giver, role)
        for giver in rules.ROLES
        for role in rules.ROLES
        if rules.may_give(role, giver=giver)
    }
    assert given == {
        *(("owner", role) for role in rules.ROLES),
        ("manager", "manager"),
        ("manager", "member"),
        ("manager", "viewer"),
    }


def test_a_role_is_given_and_noted():
    boss, max_ = olive(), a_user()
    people.give_role(max_, role="manager", by=boss, now=NOON)

    assert User.objects.get(pk=max_.pk).role == "manager"
    assert last_entry().details == {"before": "member", "after": "manager"}
    assert (last_entry().what, last_entry().user) == ("person.role", boss)


@pytest.mark.parametrize("role", ["manager", "viewer"])
def test_a_manager_does_not_change_an_owner(role):
    boss, mona = olive(), a_user(role="manager")
    for act in (
        lambda: people.give_role(boss, role=role, by=mona, now=NOON),
        lambda: people.deactivate(boss, by=mona, now=NOON),
        lambda: people.change(boss, by=mona, now=NOON, name="X", capacity_minutes=1),
    ):
        with pytest.raises(Refusal, match="Only an owner"):
            act()
    boss.refresh_from_db()
    assert (boss.role, boss.is_active, boss.name) == ("owner", True, "Olive")


def test_a_manager_makes_no_owner():
    mona, max_ = a_user(role="manager"), a_user()
    with pytest.raises(Refusal, match="above your own"):
        people.give_role(max_, role="owner", by=mona, now=NOON)


def test_the_last_owner_stays():
    boss = olive()
    gone = a_user(role="owner", is_active=False)
    for by in (boss, None):
        with pytest.raises(Refusal, match="only owner"):
            people.give_role(boss, role="member", by=by, now=NOON)
        with pytest.raises(Refusal, match="only owner"):
            people.deactivate(boss, by=by, now=NOON)
    people.deactivate(gone, by=boss, now=NOON)  # was not active, so nothing is lost
    assert User.objects.owners().get() == boss


def test_one_of_two_owners_may_go():
    boss, other = olive(), a_user(role="owner")
    people.deactivate(other, by=boss, now=NOON)
    assert list(User.objects.owners()) == [boss]


def test_deactivating_ends_sessions_and_tokens_and_keeps_clients(client):
    boss, max_ = olive(), a_user()
    ada = a_client(owner=max_)
    _, secret = keys.make(max_, name="till", scopes=["read"], now=NOON)
    client.force_login(max_)
    assert client.get("/profile/").status_code == 200

    people.deactivate(max_, by=boss, now=NOON)

    assert client.get("/profile/").url == "/accounts/login/?next=/profile/"
    assert keys.use(secret, now=NOON) is None
    ada.refresh_from_db()
    assert ada.owner == max_

    people.reactivate(max_, by=boss, now=NOON)
    assert client.get("/profile/").status_code == 302  # nor do old sessions come back
    assert keys.use(secret, now=NOON) is None  # a token ended stays ended


def test_everybody_may_end_all_their_sessions(client):
    max_ = a_user()
    elsewhere = type(client)()
    for browser in (client, elsewhere):
        browser.force_login(max_)
    assert client.post("/profile/end-sessions/").url == "/"
    assert [b.get("/profile/").status_code for b in (client, elsewhere)] == [302, 302]
    client.force_login(User.objects.get(pk=max_.pk))
    assert client.get("/profile/").status_code == 200


def test_a_manager_ends_a_members_sessions_but_no_owners(client):
    mona, max_, boss = a_user(role="manager"), a_user(), olive()
    client.force_login(max_)
    people.end_sessions(max_, by=mona, now=NOON)
    assert client.get("/profile/").status_code == 302
    with pytest.raises(Refusal, match="Only an owner"):
        people.end_sessions(boss, by=mona, now=NOON)


def test_an_address_belongs_to_one_person_however_it_is_written():
    a_user(email="ada@example.org")
    with pytest.raises(Refusal, match="in the team already"):
        people.add("ADA@Example.org ", name="Ada", role="member", now=NOON)


@pytest.mark.parametrize(
    "password", ["short", "password123", "1234567890123", "ada-lovelace1"]
)
def test_a_weak_password_is_refused(password):
    with pytest.raises(Refusal):
        people.check(password, email="ada@example.org", name="Ada-Lovelace")


def test_the_row_rule_is_about_members_only():
    firm = a_business(members_see="own")
    seeing = {u.role: u.sees_all(firm) for u in (olive(), a_user(), vera())}
    assert seeing == {"owner": True, "member": False, "viewer": True}
    assert a_user().sees_all(a_business(members_see="all"))


def test_a_reset_link_works_once_and_ends_every_session(client):
    max_ = a_user()
    client.force_login(max_)
    uid, key = links.reset_key(max_, by=None, now=NOON)
    stranger = type(client)()
    page = stranger.get(f"/accounts/password/reset/key/{uid}-{key}/", follow=True)
    where = page.redirect_chain[-1][0]
    assert key not in where  # the key has moved into the session, out of the history

    form = {"password1": "a-quite-new-one", "password2": "a-quite-new-one"}
    assert stranger.post(where, form).status_code == 302

    max_.refresh_from_db()
    assert max_.check_password("a-quite-new-one")
    assert client.get("/profile/").status_code == 302
    again = type(client)().get(f"/accounts/password/reset/key/{uid}-{key}/", follow=True)
    assert "This link has ended" in again.text


def test_nobody_who_left_gets_a_reset_link():
    with pytest.raises(Refusal, match="Reactivate"):
        links.reset_key(a_user(is_active=False), by=None, now=NOON)


def test_the_audit_log_keeps_no_names_and_addresses():
    boss, max_ = olive(), a_user(email="secret-address@example.org")
    people.change(max_, by=boss, now=NOON, name="Secret Name", capacity_minutes=5)
    kept = [f"{e.what} {e.about} {e.details}" for e in AuditEntry.objects.all()]
    assert kept
    assert not any("ecret" in line for line in kept)


def test_the_links_somebody_made_end_when_they_leave_or_may_no_longer_give_them():
    boss, other, mona = olive(), a_user(role="owner"), a_user(role="manager")
    _, to_owner = invitations.invite("a@example.org", role="owner", by=other, now=NOON)
    _, to_member = invitations.invite("b@example.org", role="member", by=other, now=NOON)
    _, hers = invitations.invite("c@example.org", role="member", by=mona, now=NOON)

    people.give_role(other, role="manager", by=boss, now=NOON)
    assert invitations.open_with(to_owner, now=NOON) is None
    assert invitations.open_with(to_member, now=NOON)

    people.deactivate(other, by=boss, now=NOON)
    assert invitations.open_with(to_member, now=NOON) is None
    assert invitations.open_with(hers, now=NOON)


def test_a_name_of_spaces_is_no_name():
    someone = people.add("kim@example.org", name="  ", role="member", now=NOON)
    assert (someone.name, someone.first_name) == ("", "kim")
