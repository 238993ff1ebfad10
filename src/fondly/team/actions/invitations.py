"""Invitations: a link that lets one colleague in, once, for seven days."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.team import rules
from fondly.team.actions import people
from fondly.team.audit import note
from fondly.team.models import Invitation, User


@transaction.atomic
def invite(email: str, *, role: str, by: User, now: datetime) -> tuple[Invitation, str]:
    """Return an invitation and the secret of its link, which is shown only now.

    An earlier open invitation to the same address ends: the newest link is the one.
    """
    if not rules.may_give(role, giver=by.role):
        raise Refusal(_("You may not give a role above your own."))
    known = User.objects.known_as(email).first()
    if known and not known.is_active:
        raise Refusal(_("This colleague was deactivated. Reactivate them instead."))
    if known:
        raise Refusal(_("Somebody with this e-mail address is in the team already."))
    Invitation.objects.open(now).filter(email__iexact=email.strip()).delete()
    secret = rules.new_link_secret()
    invitation = Invitation.objects.create(
        email=email.strip().lower(),
        role=role,
        token_hash=rules.hash_of(secret),
        invited_by=by,
        created_at=now,
        expires_at=now + rules.INVITATION_LASTS,
    )
    note("person.invited", by=by, at=now, about=f"invitation {invitation.pk}", role=role)
    return invitation, secret


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User, now: datetime) -> None:
    """End an invitation that nobody has accepted yet."""
    if not rules.may_give(invitation.role, giver=by.role):
        raise Refusal(_("Only an owner may withdraw this invitation."))
    gone, _rows = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()
    if gone:
        note("invitation.withdrawn", by=by, at=now, about=f"invitation {invitation.pk}")


def open_with(secret: str, *, now: datetime) -> Invitation | None:
    """Return the invitation this secret opens, if it still does."""
    return Invitation.objects.open(now).filter(token_hash=rules.hash_of(secret)).first()


def accept(secret: str, *, name: str, password: str, now: datetime) -> User:
    """Return the new person; of two who accept at once only one comes in."""
    invitation = open_with(secret, now=now)
    if invitation is None:
        raise Refusal(_("This invitation was used or has ended. Ask for a new one."))
    people.check(password, email=invitation.email, name=name)
    with transaction.atomic():
        # The row is taken by one UPDATE that says what it must still be.
        mine = Invitation.objects.open(now).filter(pk=invitation.pk)
        if not mine.update(accepted_at=now):
            raise Refusal(_("This invitation was used or has ended. Ask for a new one."))
        return people.add(
            invitation.email, name=name, role=invitation.role, now=now, password=password
        )
