"""Two at the same moment, in real transactions on either database."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from fondly.base.errors import Refusal
from fondly.team.actions import business, invitations, people
from fondly.team.models import User
from fondly.testing import NOON, a_user, olive

pytestmark = pytest.mark.django_db(transaction=True)
STRONG = "violet-harbour-92"


def at_once(*acts):
    """Run each act in a thread of its own, and return how each ended."""
    start, ends = Barrier(len(acts)), [None] * len(acts)

    def run(n, act):
        start.wait()
        try:
            act()
            ends[n] = "done"
        except Refusal:
            ends[n] = "refused"
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(map(str, ends))


def test_of_two_who_accept_an_invitation_one_comes_in():
    _, secret = invitations.invite("new@example.org", role="member", by=olive(), now=NOON)

    def accept():
        invitations.accept(secret, name="Nell", password=STRONG, now=NOON)

    assert at_once(accept, accept, accept) == ["done", "refused", "refused"]
    assert User.objects.known_as("new@example.org").count() == 1


def test_of_two_founders_one_becomes_owner():
    def found(n):
        business.found(
            email=f"owner{n}@example.org",
            name="Owner",
            password=STRONG,
            business={"name": f"Firm {n}", "workdays": [0]},
            now=NOON,
        )

    ends = at_once(*(lambda n=n: found(n) for n in range(3)))
    assert ends == ["done", "refused", "refused"]
    assert User.objects.owners().count() == 1


def test_two_owners_who_demote_each_other_leave_one():
    one, two = olive(), a_user(role="owner")
    ends = at_once(
        lambda: people.give_role(one, role="member", by=None, now=NOON),
        lambda: people.give_role(two, role="member", by=None, now=NOON),
    )
    assert ends == ["done", "refused"]
    assert User.objects.owners().count() == 1
