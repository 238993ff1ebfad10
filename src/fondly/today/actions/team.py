"""Holidays, handing clients over, and which reasons are asked."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.models import ReasonSetting
from fondly.clients.actions import clients
from fondly.clients.models import Client
from fondly.team import audit
from fondly.team.models import Business, User
from fondly.today.actions.assignment import assign
from fondly.today.models import Absence
from fondly.today.rules import batches

BATCH = 500


def be_away(
    *,
    user: User,
    from_day: date,
    until_day: date,
    stand_in: User | None,
    by: User,
    today: date,
    now: datetime,
) -> Absence:
    """Note that a person is away; their cards go to the stand-in, or to the managers."""
    if until_day < from_day:
        raise Refusal(_("The last day cannot be before the first."))
    if stand_in == user:
        raise Refusal(_("Nobody stands in for themselves."))
    if stand_in and not stand_in.sees_all(Business.current()):
        raise Refusal(
            _("%(name)s sees only their own clients; choose a manager.")
            % {"name": stand_in}
        )
    absence = Absence.objects.create(
        user=user, from_day=from_day, until_day=until_day, stand_in=stand_in
    )
    audit.note("absence.added", by=by, at=now, about=f"user {user.pk}")
    assign(today)
    return absence


def be_back(absence: Absence, *, by: User, today: date, now: datetime) -> None:
    """Strike out an absence; the cards come back."""
    audit.note("absence.removed", by=by, at=now, about=f"user {absence.user_id}")
    absence.delete()
    assign(today)


def hand_over(source: User | None, *, to: User, by: User, now: datetime) -> int:
    """Give all clients of one person (or of nobody) to another; return how many.

    In batches: the cards follow each by the news of it. Stopped half-way, the rest can be
    handed over again.
    """
    if source == to:
        raise Refusal(_("They look after these clients already."))
    ids = Client.objects.filter(owner=source).ids()
    return sum(
        clients.hand_over(batch, to=to, by=by, now=now) for batch in batches(ids, BATCH)
    )


@transaction.atomic
def set_reasons(
    wanted: Mapping[str, tuple[bool, float]], *, by: User, now: datetime
) -> None:
    """Switch reasons on or off and set the share each holds out."""
    for slug, (is_on, share) in wanted.items():
        ReasonSetting.objects.update_or_create(
            reason=slug, defaults={"is_on": is_on, "holdout_share": share}
        )
    audit.note("reasons.set", by=by, at=now, reasons=len(wanted))
