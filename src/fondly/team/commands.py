"""`fondly user …`: people, from the terminal of the server."""

import json
from typing import Any

import click
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from fondly.base.clock import now
from fondly.base.errors import Refusal
from fondly.team import rules
from fondly.team.actions import business, links, people
from fondly.team.models import Role, User

as_json = click.option("--json", "is_json", is_flag=True, help="Answer in JSON.")
a_role = click.Choice(list(rules.ROLES))


@click.group("user")
def user() -> None:
    """Add people, give roles, make links for a new password, deactivate."""


@user.command("list")
@as_json
def list_people(*, is_json: bool) -> None:
    """List everybody."""
    rows = [row_of(person) for person in User.objects.listed()]
    lines = [
        f"{r['email']:<32} {r['role']:<8} {'' if r['is_active'] else 'deactivated '}"
        f"{r['name']}"
        for r in rows
    ]
    say(rows, words="\n".join(lines) or "Nobody yet.", is_json=is_json)


@user.command("add")
@click.argument("email")
@click.option("--name", default="", help="What to call them.")
@click.option("--role", type=a_role, help="The first is owner, others members.")
@as_json
def add(email: str, *, name: str, role: str | None, is_json: bool) -> None:
    """Add a person and print the link by which they set their password."""
    at = now()
    is_first = not User.objects.exists()
    business.stand_in(now=at)
    given = role or (Role.OWNER if is_first else Role.MEMBER)
    person = people.add(email, name=name, role=given, now=at)
    link = reset_link_for(person)
    words = f"Added {person.email} as {given}. To set a password, open:\n{link}"
    say(row_of(person) | {"link": link}, words=words, is_json=is_json)


@user.command("role")
@click.argument("email")
@click.argument("role", type=a_role)
@as_json
def give_role(email: str, role: str, *, is_json: bool) -> None:
    """Make the person with EMAIL an owner, manager, member or viewer."""
    person = known(email)
    people.give_role(person, role=role, by=None, now=now())
    say(row_of(person), words=f"{person.email} is now {role}.", is_json=is_json)


@user.command("reset-link")
@click.argument("email")
@click.option(
    "--forget-second-factor",
    is_flag=True,
    help="Also remove their app, passkeys and recovery codes: for a lost phone.",
)
@as_json
def reset_link(email: str, *, forget_second_factor: bool, is_json: bool) -> None:
    """Print a link by which the person with EMAIL sets a new password."""
    person = known(email)
    if forget_second_factor:
        links.forget_second_factor(person, by=None, now=now())
    link = reset_link_for(person)
    words = f"Open this within a day, once:\n{link}"
    say({"email": person.email, "link": link}, words=words, is_json=is_json)


@user.command("deactivate")
@click.argument("email")
@as_json
def deactivate(email: str, *, is_json: bool) -> None:
    """End the sign-ins and tokens of the person with EMAIL."""
    person = known(email)
    people.deactivate(person, by=None, now=now())
    words = f"{person.email} can no longer sign in."
    say(row_of(person), words=words, is_json=is_json)


@user.command("reactivate")
@click.argument("email")
@as_json
def reactivate(email: str, *, is_json: bool) -> None:
    """Let the person with EMAIL sign in again."""
    person = known(email)
    people.reactivate(person, by=None, now=now())
    say(row_of(person), words=f"{person.email} may sign in again.", is_json=is_json)


def known(email: str) -> User:
    """Return the person with this address, or refuse."""
    person: User | None = User.objects.known_as(email).first()
    if person is None:
        raise Refusal(_("Nobody here has the address %(email)s.") % {"email": email})
    return person


def row_of(person: User) -> dict[str, Any]:
    """Return a person as programs read them."""
    return {
        "id": person.pk,
        "email": person.email,
        "name": person.name,
        "role": person.role,
        "capacity_minutes": person.capacity_minutes,
        "is_active": person.is_active,
    }


def reset_link_for(person: User) -> str:
    """Return the whole address at which this person sets a new password."""
    parts = links.reset_key(person, by=None, now=now())
    return links.address() + reverse("account_reset_password_from_key", args=parts)


def say(answer: Any, *, words: str, is_json: bool) -> None:
    """Print words for people, or JSON for machines."""
    click.echo(json.dumps(answer) if is_json else words)


def first_run_words(url: str) -> str:
    """Return what the terminal says while nobody has an account; nothing afterwards."""
    if User.objects.exists():
        return ""
    code = rules.setup_code(settings.SECRET_KEY)
    return (
        f"Nobody has an account yet. Open {url}/welcome/ on this machine, or from another"
        f" one {url}/welcome/?code={code}"
    )
