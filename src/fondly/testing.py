"""Builders for tests: each gives one valid object; say only what the test is about.

The cast: Ada is loyal, Boris is going quiet, Chen must never be contacted; Olive owns the
business, Max is a member, Vera only views.
"""

from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from fondly.base.text import fold
from fondly.clients.models import Client, Contact, ContactPoint, Contract, Order
from fondly.insight.models import ScoreRun, Signal
from fondly.team.models import Business, User
from fondly.touches.models import Touch

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)  # a Monday
TODAY = NOON.date()
PASSWORD = "correct-horse-battery"
_numbers = count(1)


def a_business(**about: Any) -> Business:
    """Return the business, saved."""
    row: dict[str, Any] = {
        "name": "Bell & Co",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
    }
    row |= {"workdays": [0, 1, 2, 3, 4]} | about
    return Business.objects.update_or_create(pk=1, defaults=row)[0]


@cache
def hash_of_password() -> str:
    """Return the hash of the cast's password, made once: it is slow on purpose."""
    return make_password(PASSWORD)


def a_user(**about: Any) -> User:
    """Return a saved member named Max unless told otherwise."""
    row: dict[str, Any] = {
        "email": f"max{next(_numbers)}@example.org",
        "name": "Max",
        "role": "member",
    } | about
    password = row.pop("password", None)
    user = User(**row)
    if password is None:
        user.password = hash_of_password()
    else:
        user.set_password(password)
    user.save()
    return user


def olive(**about: Any) -> User:
    """Return the owner."""
    return a_user(
        **{"email": "olive@example.org", "name": "Olive", "role": "owner"} | about
    )


def vera(**about: Any) -> User:
    """Return the one who only views."""
    return a_user(**{"email": "vera@example.org", "name": "Vera", "role": "viewer"} | about)


def a_client(**about: Any) -> Client:
    """Return a saved client named Ada unless told otherwise."""
    row: dict[str, Any] = {"name": "Ada", "created_at": NOON, "updated_at": NOON} | about
    return Client.objects.create(**{"sort_name": fold(row["name"])} | row)


def a_contact(client: Client, *, email: str = "", phone: str = "", **about: Any) -> Contact:
    """Return a saved contact of `client`, with an e-mail address and a phone when given."""
    contact = Contact.objects.create(**{"client": client, "name": client.name} | about)
    for kind, value in (("email", email), ("phone", phone)):
        if value:
            ContactPoint.objects.create(
                contact=contact, kind=kind, value=value, normalised=value.lower()
            )
    return contact


def an_order(
    client: Client, *, on: date = TODAY, amount: int = 10_000, **about: Any
) -> Order:
    """Return a saved order of 100.00 euros unless told otherwise."""
    row: dict[str, Any] = {
        "client": client,
        "key": f"test:{next(_numbers)}",
        "placed_at": datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
        "placed_on": on,
        "amount": amount,
        "currency": "EUR",
    }
    return Order.objects.create(**row | about)


def a_contract(client: Client, **about: Any) -> Contract:
    """Return a saved monthly contract of 50.00 euros."""
    row: dict[str, Any] = {
        "client": client,
        "name": "Care plan",
        "started_on": date(2025, 1, 1),
    }
    return Contract.objects.create(**row | {"price": 5_000, "currency": "EUR"} | about)


def a_touch(client: Client, **about: Any) -> Touch:
    """Return a saved touch: we called to give something, unless told otherwise."""
    row: dict[str, Any] = {
        "client": client,
        "at": NOON,
        "direction": "out",
        "medium": "call",
    }
    return Touch.objects.create(**row | {"purpose": "give"} | about)


def a_run(**about: Any) -> ScoreRun:
    """Return the current scoring run as of today."""
    row: dict[str, Any] = {
        "as_of": TODAY,
        "started_at": NOON,
        "finished_at": NOON,
        "is_current": True,
    }
    return ScoreRun.objects.create(**row | about)


def signals(client: Client, *, run: ScoreRun | None = None, **about: Any) -> Signal:
    """Return saved signals of `client` in the current run."""
    run = run or ScoreRun.current() or a_run()
    return Signal.objects.create(run=run, client=client, **about)
