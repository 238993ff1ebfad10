"""What is true of clients, contacts and orders, decided without a database."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib.resources import files
from itertools import count
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.text import digits_of, fold, words_of

LONGEST_WORD = 80
LONGEST_PHONE = 40
OLDEST_YEAR, NEWEST_YEAR = 1850, 2200
# A clock that is a little fast tells nothing of the future.
TOLERANCE = timedelta(minutes=5)
SHORTEST_PHONE = 4
LONGEST_LOCAL = 9
MOST_DIGITS = 15
CALLING_CODES = frozenset(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
# A leap year: a birthday without a year may fall on 29 February.
ANY_YEAR = 2000
# Most addresses: up to 64 such characters before the @, and short enough in all.
PLAIN_LOCAL = re.compile(r"(?=.{1,64}$)[\w+-]+(\.[\w+-]+)*", re.ASCII)
SHORT_EMAIL = 200
NAME_MARK = re.compile(r"[,;\t]")
PHONE = re.compile(r"[+\d\s()/.-]+")


def order_key(
    number: str = "",
    *,
    client_id: int = 0,
    placed_at: datetime | None = None,
    amount: int = 0,
    currency: str = "",
    occurrence: int = 1,
) -> str:
    """Return what makes an order the same order: its number, or when, who and how much.

    Without a number the same client may buy for the same amount at the same time more
    than once; `occurrence` counts those from 1.
    """
    if number:
        return f"n:{number}"
    if placed_at is None:
        raise ValueError("An order without a number is known by its time.")
    when = placed_at.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"t:{client_id}:{when}:{amount}{currency}:{occurrence}"


def names_typed(text: str) -> dict[str, str]:
    """Return the names by number as typed, a client a line; a line may wait for its name.

    A line that says nothing clear is refused, so that nobody believes it was taken.
    """
    found: dict[str, str] = {}
    for place, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        number, *rest = (part.strip() for part in NAME_MARK.split(line, maxsplit=1))
        if not number or not rest:
            words = _(
                "Line %(place)s, “%(line)s”, is not understood: it takes a number, a comma "
                "and a name."
            )
            raise Refusal(words, place=place, line=line.strip()[:80])
        name = rest[0]
        if name and found.setdefault(number, name) != name:
            words = _("Line %(place)s names %(number)s again, and differently: “%(name)s”.")
            raise Refusal(words, place=place, number=number, name=name[:80])
    return found


def day_in(moment: datetime, time_zone: str) -> date:
    """Return the calendar day of `moment` in `time_zone`."""
    return moment.astimezone(ZoneInfo(time_zone or "UTC")).date()


def is_currency(code: str) -> bool:
    """Tell whether `code` is spelled as a currency is: three capital letters."""
    return re.fullmatch(r"[A-Z]{3}", code) is not None


def is_time_zone(name: str) -> bool:
    """Tell whether `name` is a time zone we know."""
    return name in _time_zones()


@lru_cache(maxsize=1)
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows if len(row) > 2}


def region_of(time_zone: str) -> str:
    """Return the country code of a time zone (“DE”), or nothing where it has none."""
    return _regions().get(time_zone, "")


def email_address(value: str) -> str:
    """Return an e-mail address in its one spelling; refuse what is none."""
    value = value.strip()
    local, _at, domain = value.rpartition("@")
    try:
        if PLAIN_LOCAL.fullmatch(local) and len(value) < SHORT_EMAIL:
            return f"{local}@{_domain(domain)}"
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Refusal(_("“%(value)s” is not an e-mail address."), value=value) from error


@lru_cache(maxsize=10_000)
def _domain(name: str) -> str:
    """Return what follows the @, checked once for all the addresses there."""
    return str(validate_email(f"a@{name}", check_deliverability=False).domain)


def phone_number(value: str, region: str = "") -> str:
    """Return a phone number in E.164 where it is valid, else its digits."""
    try:
        parsed = phonenumbers.parse(value, region or None)
        if phonenumbers.is_valid_number(parsed):
            return str(
                phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            )
    except phonenumbers.NumberParseException:
        pass
    digits = digits_of(value)
    if not 0 < len(digits) <= LONGEST_PHONE:
        raise Refusal(_("“%(value)s” is not a phone number."), value=value[:LONGEST_PHONE])
    return digits


def national_digits(normalised: str) -> str:
    """Return the digits of an E.164 number without its country code, else nothing."""
    if not normalised.startswith("+"):
        return ""
    digits = normalised[1:]
    # No country code begins another, so the first that fits is the one.
    lengths = (n for n in (1, 2, 3) if int(digits[:n] or 0) in CALLING_CODES)
    return digits[next(lengths, len(digits)) :]


def search_words(
    name: str,
    number: str = "",
    names: Iterable[str] = (),
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
) -> set[str]:
    """Return the folded words by which a client is found as one types.

    `emails` and `phones` are normalised; a phone is found with its country code, without
    it, and with the leading nought people dial at home.
    """
    words = words_of(name).union(*(words_of(other) for other in names))
    for whole in (number, *emails):
        folded = fold(whole)
        words |= words_of(whole) | {folded, "".join(c for c in folded if c.isalnum())}
    for phone in phones:
        words.add(digits_of(phone))
        if national := national_digits(phone):
            words |= {national, f"0{national}"}
    return {word[:LONGEST_WORD] for word in words if word}


def search_terms(typed: str) -> list[str]:
    """Return the words to look for, each as the beginning of a search word."""
    typed = fold(typed.strip())
    digits = digits_of(typed)
    if PHONE.fullmatch(typed) and len(digits) > SHORTEST_PHONE:
        dialled_abroad = digits.startswith("00") and len(digits) > LONGEST_LOCAL
        return [digits[2 * dialled_abroad :][:LONGEST_WORD]]
    addresses = {word for word in typed.split() if "@" in word}
    rest = " ".join(word for word in typed.split() if word not in addresses)
    return sorted(term[:LONGEST_WORD] for term in addresses | words_of(rest))


def check_texts(values: Mapping[str, object], limits: Mapping[str, int | None]) -> None:
    """Refuse texts that no column can hold: too long, or with a NUL character."""
    for name, value in values.items():
        if not isinstance(value, str):
            continue
        if "\x00" in value:
            raise Refusal(_("A text cannot hold a NUL character."))
        longest = limits.get(name)
        if longest and len(value) > longest:
            raise Refusal(
                _("“%(start)s …” is longer than %(longest)d letters."),
                start=value[:30],
                longest=longest,
            )


def check_moment(at: datetime, now: datetime) -> None:
    """Refuse what has not come yet, and what was before anybody now in business."""
    if at.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    if at.year < OLDEST_YEAR:
        raise Refusal(_("That is too long ago."))
    if at > now + TOLERANCE:
        raise Refusal(_("That time has not come yet."))


def check_years(*days: date | None) -> None:
    """Refuse days with which nobody can reckon."""
    if any(day and not OLDEST_YEAR <= day.year <= NEWEST_YEAR for day in days):
        raise Refusal(
            _("A day lies between %(first)s and %(last)s."),
            first=OLDEST_YEAR,
            last=NEWEST_YEAR,
        )


def check_day(month: int, day: int, year: int | None) -> None:
    """Refuse a day that is in no calendar; a day without a year may be 29 February."""
    try:
        date(year or ANY_YEAR, month, day)
    except (ValueError, OverflowError) as error:
        raise Refusal(_("There is no such day in the calendar.")) from error


def field_slug(label: str, taken: Iterable[str] = ()) -> str:
    """Return a free slug for a field of one's own."""
    stem = "_".join(re.findall(r"[a-z0-9]+", fold(label)))[:32] or "field"
    spellings = (stem if n == 1 else f"{stem}_{n}" for n in count(1))
    used = set(taken)
    return next(slug for slug in spellings if slug not in used)


MISFITS = {
    "number": _("“%(raw)s” does not fit the field “%(label)s”: a number as 12.5 does."),
    "date": _("“%(raw)s” does not fit the field “%(label)s”: a day as 2026-12-31 does."),
    "yes_no": _("“%(raw)s” does not fit the field “%(label)s”: yes or no does."),
}


def field_value(
    raw: object, *, kind: str, label: str = "", choices: Sequence[str] = ()
) -> str | int | float | bool | None:
    """Return a value of one's own field as it is kept (JSON), typed; None when empty."""
    if raw is None or raw == "":
        return None
    read = {"number": _number, "date": _date, "yes_no": _yes_no}.get(kind)
    try:
        if read:
            return read(raw)
    except (ValueError, InvalidOperation, OverflowError) as error:
        raise Refusal(MISFITS[kind], raw=raw, label=label) from error
    text = str(raw).strip()[:500]
    check_texts({label: text}, {})
    if kind == "choice" and text not in choices:
        raise Refusal(
            _("“%(text)s” is none of the choices of “%(label)s”."), text=text, label=label
        )
    return text


def _number(raw: object) -> int | float:
    value = Decimal(str(raw).strip())
    # Checked first: a number of a million digits would take minutes to write out.
    if not value.is_finite() or value.adjusted() > MOST_DIGITS:
        raise ValueError
    return int(value) if value == value.to_integral_value() else float(value)


def _date(raw: object) -> str:
    return date.fromisoformat(str(raw)).isoformat()


def _yes_no(raw: object) -> bool:
    word = str(raw).strip().lower()
    if word not in YES | NO:
        raise ValueError
    return word in YES


YES = frozenset({"true", "yes", "1", "on"})
NO = frozenset({"false", "no", "0", "off"})
