"""The people of the matrix, the client they are asked about, and what stands in URLs."""

from dataclasses import dataclass

from django.utils import timezone

from fondly.clients.models import Client
from fondly.insight.models import Backtest, ScoreRun
from fondly.team import rules
from fondly.team.actions import keys
from fondly.team.models import RowRule, User
from fondly.testing import (
    NOON,
    TODAY,
    a_business,
    a_client,
    a_contact,
    a_run,
    a_user,
    an_order,
    olive,
    signals,
    vera,
)

# Nobody who may not see Ada may read this anywhere.
SECRET = "Zebulonia Hidden"


@dataclass(kw_only=True)
class Cast:
    """Everybody, and the client Ada whom Max looks after and Mia does not see."""

    owner: User
    manager: User
    member: User
    viewer: User
    mia: User
    ada: Client
    secrets: dict[str, str]

    def people(self) -> list[tuple[str, User | None]]:
        """Return (label, user) of all who try; `None` is the stranger."""
        named = ["owner", "manager", "member", "viewer", "mia"]
        return [("anonymous", None), *((n, getattr(self, n)) for n in named)]


def assemble() -> Cast:
    """Return the cast, saved, under the row rule “own”."""
    a_business(members_see=RowRule.OWN)
    people = {
        "owner": olive(),
        "manager": a_user(name="Mona", role="manager"),
        "member": a_user(name="Max"),
        "viewer": vera(),
        "mia": a_user(name="Mia"),
    }
    ada = a_client(name=SECRET, owner=people["member"], client_since="2020-01-01")
    a_contact(ada, email="zebulonia@example.org", phone="+4930123456")
    an_order(ada)
    signals(ada, run=ScoreRun.current() or a_run())
    Backtest.objects.create(as_of=TODAY, made_at=NOON)
    return Cast(**people, ada=ada, secrets={n: secret(p) for n, p in people.items()})


def secret(user: User) -> str:
    """Return an API token of this person with every scope they may have."""
    at = timezone.now()
    scopes = rules.scopes_for(user.role)
    token, value = keys.make(user, name="matrix", scopes=scopes, now=at)
    token.last_used_at = at  # its use has just been noted, so that a GET notes nothing
    token.save()
    return value


THINGS = {"client_id": lambda cast: cast.ada.pk}
