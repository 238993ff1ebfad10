"""One row of a file of clients, read and checked; pure, so that every rule can be shown."""

import re
from collections.abc import Mapping as Cells
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.text import fold
from fondly.clients.rules import email_address, is_time_zone, phone_number
from fondly.intake.rules.dates import FIRST_YEAR, LAST_YEAR, formats
from fondly.intake.rules.reading import Mapping

LONGEST = {
    "number": 80,
    "name": 200,
    "contact_name": 200,
    "industry": 80,
    "language": 10,
    "street": 200,
    "postcode": 20,
    "city": 120,
    "region": 120,
    "country": 80,
    "consent_source": 120,
}
PEOPLE = {"person", "private", "individual", "consumer", "privat", "p"}
FIRMS = {"organisation", "organization", "company", "business", "firm", "firma", "o"}
YES = {"yes", "y", "true", "1", "ja", "x", "on", "subscribed", "granted"}
NO = {"no", "n", "false", "0", "nein", "off", "unsubscribed", "withdrawn"}
_YEARLESS = re.compile(r"^(?:--)?(\d{1,2})[-/. ]+(\d{1,2})\.?$")
_LIST = re.compile(r"\s*[;,|]\s*")


@dataclass(kw_only=True)
class Person:
    """What a row says. Blank cells say nothing and never take anything away."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)  # fields of the client
    contact_name: str = ""
    emails: list[str] = field(default_factory=list)
    phones: list[tuple[str, str]] = field(default_factory=list)  # as written, normalised
    address: dict[str, str] = field(default_factory=dict)
    birthday: tuple[int, int, int | None] | None = None
    labels: list[tuple[str, str]] = field(default_factory=list)  # (kind, name)
    owner: str = ""
    consent: bool | None = None
    consent_at: datetime | None = None
    consent_source: str = ""
    consent_wording: str = ""
    remarks: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Return our own key for it, if the row has one."""
        return str(self.values.get("number", ""))

    def names_only(self, folded: set[str]) -> bool:
        """Tell whether the contacts named are all among these, as when our own export
        puts all of a client's people into one cell."""
        return {fold(name) for name in _LIST.split(self.contact_name)} <= folded


def read(
    line: int, cells: Cells[str, str], mapping: Mapping, *, region: str, now: datetime
) -> Person:
    """Return what a row says; refuse what is no client."""
    for slug, most in LONGEST.items():
        if len(cells.get(slug, "")) > most:
            raise Refusal(_("%(field)s is too long."), field=_name(slug))
    person = Person(line=line, owner=cells.get("owner", ""))
    person.emails = [email_address(part) for part in _parts(cells, "email")]
    person.phones = [(p[:254], phone_number(p, region)) for p in _phones(cells)]
    _read_names(person, cells)
    _read_values(person, cells, mapping)
    person.address = {
        slug: cells[slug]
        for slug in ("street", "postcode", "city", "region", "country")
        if cells.get(slug)
    }
    if cells.get("birthday"):
        person.birthday = birthday(cells["birthday"], mapping.date)
    person.labels = [
        (kind, part[:60])
        for slug, kind in (("tags", "tag"), ("interests", "interest"))
        for part in _parts(cells, slug)
    ]
    _read_consent(person, cells, mapping, now=now)
    return person


def _parts(cells: Cells[str, str], slug: str) -> list[str]:
    parts = [part for part in _LIST.split(cells.get(slug, "")) if part]
    return list(dict.fromkeys(parts))


def _phones(cells: Cells[str, str]) -> list[str]:
    # A comma or a bar may stand between two numbers, never inside one.
    return _parts(cells, "phone")


def _read_names(person: Person, cells: Cells[str, str]) -> None:
    given = " ".join(cells[k] for k in ("first_name", "last_name") if cells.get(k))
    name = cells.get("name", "")
    whole = name or given or cells.get("contact_name", "")
    fallback = cells.get("number", "") or (person.emails[0] if person.emails else "")
    if not (whole or fallback):
        raise Refusal(_("The row has no name, number or e-mail."))
    person.contact_name = cells.get("contact_name", "") or given
    if whole:
        person.values["name"] = whole[:200]
    kind = cells.get("kind", "").casefold()
    if kind in PEOPLE or (not kind and given and not name):
        person.values["kind"] = "person"
    elif kind in FIRMS:
        person.values["kind"] = "organisation"
    elif kind:
        raise Refusal(_("“%(kind)s” is neither a person nor an organisation."), kind=kind)


def _read_values(person: Person, cells: Cells[str, str], mapping: Mapping) -> None:
    for slug in ("number", "industry", "language", "notes"):
        if cells.get(slug):
            person.values[slug] = cells[slug]
    for slug in ("influence", "growth_potential"):
        if cells.get(slug):
            person.values[slug] = _one_to_five(slug, cells[slug])
    if zone := cells.get("time_zone"):
        if not is_time_zone(zone):
            raise Refusal(_("“%(zone)s” is no time zone."), zone=zone)
        person.values["time_zone"] = zone
    if since := cells.get("client_since"):
        person.values["client_since"] = moment(since, mapping.date).date().isoformat()


def _one_to_five(slug: str, text: str) -> int:
    bare = text.removesuffix(".0")
    if bare not in {"1", "2", "3", "4", "5"}:
        raise Refusal(_("%(field)s is from 1 to 5."), field=_name(slug))
    return int(bare)


@lru_cache(maxsize=64)
def _styles(style: str) -> tuple[str, ...]:
    tried = dict.fromkeys([style, "%Y-%m-%d"] if style else ["%Y-%m-%d"])
    return tuple(form for each in tried for form in formats(each))


def moment(text: str, style: str) -> datetime:
    """Return a date, perhaps with a time, as written; refuse what cannot be one."""
    plain = re.sub(r"(\d)T(\d)", r"\1 \2", text.strip()).removesuffix("Z")
    for form in _styles(style):
        try:
            found = datetime.strptime(plain, form)  # noqa: DTZ007 - made aware by its reader
        except ValueError:
            continue
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            break
        return found
    raise Refusal(_("“%(text)s” is no date we can read."), text=text)


def birthday(text: str, style: str) -> tuple[int, int, int | None]:
    """Return month, day and year; the year may be missing: “24.12.”, “--12-24”."""
    match = _YEARLESS.match(text.strip())
    if not match:
        found = moment(text, style)
        return found.month, found.day, found.year
    first, second = int(match.group(1)), int(match.group(2))
    is_day_first = "." in text or ("%d" in style and style.find("%d") < style.find("%m"))
    if text.strip().startswith("--"):
        is_day_first = False
    month, day = (second, first) if is_day_first else (first, second)
    try:
        date(2000, month, day)
    except ValueError as error:
        raise Refusal(_("“%(text)s” is no birthday."), text=text) from error
    return month, day, None


def _read_consent(
    person: Person, cells: Cells[str, str], mapping: Mapping, *, now: datetime
) -> None:
    said = cells.get("consent", "").casefold()
    evidence = [cells.get(f"consent_{k}", "") for k in ("source", "date", "wording")]
    if said and said not in YES | NO:
        raise Refusal(_("“%(said)s” is neither yes nor no."), said=said)
    if not said and not all(evidence):
        return
    if said not in NO and not all(evidence):
        person.remarks.append("Consent not taken: source, date and wording are needed.")
        return
    person.consent = said not in NO
    person.consent_source, at, person.consent_wording = evidence
    person.consent_at = _in_utc(at, mapping) if at else None
    # The newest word holds: after one of the future no opt-out of today ever could.
    if person.consent and person.consent_at and person.consent_at > now:
        raise Refusal(_("The date of consent, %(text)s, has not come yet."), text=at)


def _in_utc(text: str, mapping: Mapping) -> datetime:
    """Return a moment of the file's time zone; one that ends in Z is UTC already."""
    zone = "UTC" if text.endswith("Z") else mapping.time_zone or "UTC"
    return moment(text, mapping.date).replace(tzinfo=ZoneInfo(zone))


def _name(slug: str) -> str:
    return slug.replace("_", " ").capitalize()
