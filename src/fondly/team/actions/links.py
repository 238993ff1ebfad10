"""Links to set a new password, and the way back for who lost their second factor."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.team.actions import people
from fondly.team.audit import note
from fondly.team.models import User

ADDRESS = "address"


def reset_key(person: User, *, by: User | None, now: datetime) -> tuple[str, str]:
    """Return the two parts of a link by which this person sets a new password.

    The key is a keyed hash over their present password and last sign-in: nothing is
    stored, and it ends with its first use, with a sign-in, or after a day.
    """
    if not person.is_active:
        raise Refusal(_("This colleague was deactivated. Reactivate them first."))
    note("person.reset_link", by=by, at=now, about=people.about(person))
    return user_pk_to_url_str(person), default_token_generator.make_token(person)


def keep_address(url: str) -> None:
    """Remember where the running Fondly answers, for links that the terminal prints."""
    (settings.FONDLY_HOME / ADDRESS).write_text(url + "\n", encoding="utf-8")


def address() -> str:
    """Return where Fondly answers: as the environment says, else where it last ran."""
    file = settings.FONDLY_HOME / ADDRESS
    if settings.ADDRESS_IS_SET or not file.is_file():
        return str(settings.FONDLY_URL)
    return file.read_text(encoding="utf-8").strip().rstrip("/") or settings.FONDLY_URL


@transaction.atomic
def forget_second_factor(person: User, *, by: User | None, now: datetime) -> int:
    """Remove a person's authenticators and return how many; for who lost their phone."""
    count: int = Authenticator.objects.filter(user=person).delete()[0]
    if count:
        note("second_factor.removed", by=by, at=now, about=people.about(person))
    return count
