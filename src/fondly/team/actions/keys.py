"""API tokens: made, shown once, used, revoked."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.team import rules
from fondly.team.audit import note
from fondly.team.models import ApiToken, User


@transaction.atomic
def make(
    user: User,
    *,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Return a new token and its secret, which is not kept and never shown again."""
    wanted = [scope for scope in rules.SCOPES if scope in set(scopes)]
    if not wanted:
        raise Refusal(_("Choose at least one thing the token may do."))
    if not set(wanted) <= set(rules.scopes_for(user.role)):
        raise Refusal(_("A token may not do more than you may."))
    secret = rules.new_token()
    token = ApiToken.objects.create(
        name=name,
        user=user,
        prefix=rules.prefix_of(secret),
        token_hash=rules.hash_of(secret),
        scopes=wanted,
        created_at=now,
        expires_at=expires_at,
    )
    note("token.made", by=user, at=now, about=f"token {token.pk}", scopes=wanted)
    return token, secret


@transaction.atomic
def revoke(token: ApiToken, *, by: User, now: datetime) -> None:
    """End a token for good; ending it twice changes nothing."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        note("token.revoked", by=by, at=now, about=f"token {token.pk}")


def use(secret: str, *, now: datetime) -> ApiToken | None:
    """Return the token this secret opens, if any, and note its use once a minute."""
    if not secret.startswith(rules.TOKEN_START):
        return None
    token = ApiToken.objects.usable(now).filter(token_hash=rules.hash_of(secret)).first()
    if token and rules.notes_use(token.last_used_at, now=now):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.last_used_at = now
    return token
