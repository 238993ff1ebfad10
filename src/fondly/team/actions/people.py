"""People: added, given a role, changed, deactivated and brought back."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.team import rules
from fondly.team.audit import note
from fondly.team.models import ApiToken, Invitation, Role, User


def add(
    email: str,
    *,
    name: str,
    role: str,
    now: datetime,
    by: User | None = None,
    password: str | None = None,
) -> User:
    """Return a new person; without a password they need a link to set one."""
    known = _("Somebody with this e-mail address is in the team already.")
    if User.objects.known_as(email).exists():
        raise Refusal(known)
    if password is not None:
        check(password, email=email, name=name)
    row = {"name": " ".join(name.split()), "role": role, "date_joined": now}
    try:
        with transaction.atomic():
            person = User.objects.create_user(email.strip(), password, **row)
            note("person.added", by=by or person, at=now, about=about(person), role=role)
    except IntegrityError as error:  # two came at the same moment
        raise Refusal(known) from error
    return person


def check(password: str, *, email: str, name: str) -> None:
    """Refuse a password that is too short, common, or like its owner's name."""
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error


@transaction.atomic
def change(
    person: User, *, by: User, now: datetime, name: str, capacity_minutes: int
) -> None:
    """Change a person's name and how many minutes a day they have for clients."""
    if by != person:
        _refuse_above(person, by)
    wanted = {"name": name, "capacity_minutes": capacity_minutes}
    fields = [f for f, value in wanted.items() if getattr(person, f) != value]
    for field in fields:
        setattr(person, field, wanted[field])
    if fields:
        person.save(update_fields=fields)
        note("person.changed", by=by, at=now, about=about(person), fields=fields)


@transaction.atomic
def give_role(person: User, *, role: str, by: User | None, now: datetime) -> None:
    """Make a person an owner, manager, member or viewer; one owner always remains."""
    _lock_owners()
    person.refresh_from_db()
    if by:
        _refuse_above(person, by)
        if not rules.may_give(role, giver=by.role):
            raise Refusal(_("You may not give a role above your own."))
    if role == person.role:
        return
    if person.role == Role.OWNER:
        _refuse_last_owner(person)
    before, person.role = person.role, role
    person.save(update_fields=["role"])
    _end_invitations(person)
    note("person.role", by=by, at=now, about=about(person), before=before, after=role)


@transaction.atomic
def deactivate(person: User, *, by: User | None, now: datetime) -> None:
    """End a person's sign-ins and tokens at once; what they did and own stays."""
    _lock_owners()
    person.refresh_from_db()
    if by:
        _refuse_above(person, by)
    if not person.is_active:
        return
    if person.role == Role.OWNER:
        _refuse_last_owner(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    User.objects.filter(pk=person.pk).end_sessions()
    ended = ApiToken.objects.filter(user=person, revoked_at=None).update(revoked_at=now)
    links = _end_invitations(person)
    ends = {"tokens_ended": ended, "invitations_ended": links}
    note("person.deactivated", by=by, at=now, about=about(person), **ends)


@transaction.atomic
def reactivate(person: User, *, by: User | None, now: datetime) -> None:
    """Let a person sign in again, with the role they had; their old tokens stay ended."""
    person.refresh_from_db()
    if by:
        _refuse_above(person, by)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        note("person.reactivated", by=by, at=now, about=about(person))


@transaction.atomic
def end_sessions(person: User, *, by: User, now: datetime) -> None:
    """End every session of a person, on all devices; they may sign in again at once."""
    if by != person:
        _refuse_above(person, by)
    User.objects.filter(pk=person.pk).end_sessions()
    note("person.sessions_ended", by=by, at=now, about=about(person))


def about(person: User) -> str:
    """Return how the audit log names a person."""
    return f"person {person.pk}"


def _refuse_above(person: User, by: User) -> None:
    if not rules.may_change(theirs=person.role, mine=by.role):
        raise Refusal(_("Only an owner may change an owner."))


def _end_invitations(person: User) -> int:
    """End the open links that this person made and might no longer give.

    They have seen the links: whoever has left could come back by one.
    """
    links = Invitation.objects.filter(invited_by=person, accepted_at=None)
    if person.is_active:
        kept = [role for role in rules.ROLES if rules.may_give(role, giver=person.role)]
        links = links.exclude(role__in=kept)
    return links.delete()[0]


def _lock_owners() -> None:
    """Hold the owners' rows, so that two demotions at once cannot leave none."""
    list(User.objects.select_for_update().filter(role=Role.OWNER).order_by("pk"))


def _refuse_last_owner(person: User) -> None:
    if not User.objects.owners().exclude(pk=person.pk).exists():
        raise Refusal(
            _("%(name)s is the only owner. Make somebody else an owner first.")
            % {"name": person}
        )
