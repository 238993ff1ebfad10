"""What the practices propose, gathered by client."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fondly.base.models import ReasonSetting
from fondly.base.practice import Asked, Reason, reasons
from fondly.today.rules import Why

Gathered = dict[int, list[Why]]


@dataclass(frozen=True, kw_only=True)
class InUse:
    """The reasons that are switched on, and the share of clients each holds out."""

    reasons: Mapping[str, Reason]
    shares: Mapping[str, float]


def in_use() -> InUse:
    """Return the reasons that are switched on; a reason without a setting is on."""
    settings = {row.reason: row for row in ReasonSetting.objects.all()}
    on = {
        slug: reason
        for slug, reason in reasons().items()
        if slug not in settings or settings[slug].is_on
    }
    return InUse(
        reasons=on,
        shares={slug: s.holdout_share for slug, s in settings.items() if slug in on},
    )


def gather(
    asked: Asked, on: Mapping[str, Reason], *, tell: Callable[[str], None] | None = None
) -> Gathered:
    """Ask every reason once and return what they propose, by client.

    A reason asks the database a fixed number of questions however many clients there
    are, so this does too.
    """
    found: Gathered = {}
    for slug, reason in on.items():
        if tell:
            tell(reason.title)
        for proposal in reason.rows(asked):
            why = Why(
                reason=slug,
                subject=proposal.subject[:80],
                because=proposal.because[:300],
                suggestion=proposal.suggestion[:300],
                stake=proposal.stake,
                due=proposal.due,
                minutes=proposal.minutes,
                by=proposal.by,
                contact_id=proposal.contact_id,
                pressing=proposal.pressing,
                is_obligation=reason.is_obligation,
            )
            found.setdefault(proposal.client_id, []).append(why)
    return found
