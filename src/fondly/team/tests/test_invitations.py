from datetime import timedelta

import pytest
from django.utils import timezone

from fondly.base.errors import Refusal
from fondly.team.actions import invitations
from fondly.team.models import Invitation, User
from fondly.team.tests.fresh import enter
from fondly.testing import NOON, a_user, olive

pytestmark = pytest.mark.django_db
STRONG = "violet-harbour-92"


def invited(*, by=None, role="member", email="New@Example.org", now=NOON):
    return invitations.invite(email, role=role, by=by or olive(), now=now)


def test_an_invitation_lets_one_person_in_with_its_role():
    _, secret = invited(role="manager")
    person = invitations.accept(secret, name="Nell", password=STRONG, now=NOON)

    assert (person.email, person.role, person.name) == (
        "new@example.org",
        "manager",
        "Nell",
    )
    assert person.check_password(STRONG)
    with pytest.raises(Refusal, match="used or has ended"):
        invitations.accept(secret, name="Eve", password=STRONG, now=NOON)


def test_only_the_hash_of_the_secret_is_kept():
    invitation, secret = invited()
    assert len(secret) >= 43  # 256 bits
    assert secret not in str(vars(invitation))


def test_it_ends_after_seven_days():
    _, secret = invited()
    late = NOON + timedelta(days=7)
    assert invitations.open_with(secret, now=late - timedelta(seconds=1))
    assert invitations.open_with(secret, now=late) is None


def test_a_weak_password_uses_nothing_up():
    _, secret = invited()
    with pytest.raises(Refusal):
        invitations.accept(secret, name="Nell", password="short", now=NOON)
    assert invitations.open_with(secret, now=NOON)


def test_inviting_again_ends_the_earlier_link():
    boss = olive()
    _, first = invited(by=boss)
    _, second = invited(by=boss, email="new@example.org")
    assert invitations.open_with(first, now=NOON) is None
    assert invitations.open_with(second, now=NOON)


def test_a_withdrawn_invitation_lets_nobody_in():
    boss = olive()
    invitation, secret = invited(by=boss)
    invitations.withdraw(invitation, by=boss, now=NOON)
    assert invitations.open_with(secret, now=NOON) is None


def test_a_manager_invites_no_owner_and_withdraws_none():
    boss, mona = olive(), a_user(role="manager")
    with pytest.raises(Refusal, match="above your own"):
        invited(by=mona, role="owner")
    invitation, _ = invited(by=boss, role="owner")
    with pytest.raises(Refusal, match="Only an owner"):
        invitations.withdraw(invitation, by=mona, now=NOON)
    assert Invitation.objects.count() == 1


def test_who_belongs_already_is_not_invited():
    boss = olive()
    a_user(email="here@example.org")
    a_user(email="gone@example.org", is_active=False)
    with pytest.raises(Refusal, match="in the team already"):
        invited(by=boss, email="HERE@example.org")
    with pytest.raises(Refusal, match="Reactivate"):
        invited(by=boss, email="gone@example.org")


def test_the_link_on_the_page_lets_a_colleague_in(client):
    enter(client, olive())
    page = client.post(
        "/settings/team/invite/", {"email": "nell@example.org", "role": "viewer"}
    )
    link = page.context["url"]
    assert link in page.text
    assert "no-store" in page["Cache-Control"]
    assert "nothing was mailed" in page.text

    stranger = type(client)()
    path = link.removeprefix("http://testserver")
    assert stranger.get(path).url == "/invitation/"  # the secret has left the address
    assert "nell@example.org" in stranger.get("/invitation/").text
    answer = stranger.post("/invitation/", {"name": "Nell", "password": STRONG})
    assert answer.url == "/"
    assert stranger.get("/profile/").context["user"].email == "nell@example.org"
    assert type(client)().get(path).status_code == 404


def test_the_secret_reaches_no_log(client, caplog):
    _, secret = invited(now=timezone.now())
    client.get(f"/invitation/{secret}/")
    assert client.post("/invitation/", {"name": "N", "password": "x"}).status_code == 422
    assert secret not in caplog.text


def test_what_was_typed_stays_after_a_refusal(client):
    _, secret = invited(now=timezone.now())
    client.get(f"/invitation/{secret}/")
    page = client.post("/invitation/", {"name": "Nell", "password": "password12"})
    assert page.status_code == 422
    assert 'value="Nell"' in page.text
    assert "password12" not in page.text
    assert not User.objects.known_as("new@example.org").exists()


def test_with_a_mail_server_the_link_is_mailed_too(client, settings, mailoutbox):
    settings.MAIL_IS_SET = True
    enter(client, olive(name="Olive\nBcc: eve@example.org"))
    page = client.post(
        "/settings/team/invite/", {"email": "nell@example.org", "role": "viewer"}
    )
    [letter] = mailoutbox
    assert letter.to == ["nell@example.org"]
    assert page.context["url"] in letter.body
    assert "\n" not in letter.subject
    assert "also mailed" in page.text
