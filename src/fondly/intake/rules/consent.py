"""What an import makes of consent: a first grant is taken, an opt-out always holds."""

from dataclasses import dataclass
from datetime import datetime

from fondly.intake.rules.person import Person


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a client here said of e-mail and news: last of all, and last for the client as
    a whole rather than for one of its people."""

    is_granted: bool
    at: datetime
    is_granted_by_all: bool | None = None

    @property
    def is_closed(self) -> bool:
        """Tell whether an opt-out holds, so that it need not be repeated."""
        return not (self.is_granted or self.is_granted_by_all)


def leave_opt_out(person: Person) -> None:
    """Take no consent of whom an opt-out is recorded."""
    if person.consent:
        person.consent = None
        person.remarks.append("Opted out here: an import never lifts that.")


def settle(person: Person, said: Said | None, *, now: datetime) -> None:
    """Leave what was said before as it is; have an opt-out of the file hold."""
    if person.consent is None:
        return
    if said and (person.consent or said.is_closed):
        person.consent = None
        person.remarks.append("Consent is recorded here already: left as it is.")
    elif not person.consent:
        _make_it_hold(person, since=said.at if said else None, now=now)


def _make_it_hold(person: Person, *, since: datetime | None, now: datetime) -> None:
    """Date an opt-out after what was said last, since the newest word holds; when it was
    said, as the file has it, stands beside its wording."""
    stated = person.consent_at
    if stated and stated <= now and (since is None or stated > since):
        return
    person.consent_at = max(now, since) if since else now
    if stated:
        said = f"(of {stated:%Y-%m-%d} in the file)"
        person.consent_wording = f"{person.consent_wording} {said}".strip()
