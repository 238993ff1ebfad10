"""Secrets, scopes and who may change whom: decisions without a database."""

import hashlib
import hmac
import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime, timedelta

TOKEN_START = "fondly_"
PREFIX_LENGTH = 12
SCOPES = ("read", "write", "import")
# A token notes its use, but not on every call: a busy program would write all day.
NOTED_EVERY = timedelta(minutes=1)
INVITATION_LASTS = timedelta(days=7)
ROLES = ("owner", "manager", "member", "viewer")
BY_COUNTRY = {
    "US": "USD",
    "GB": "GBP",
    "CH": "CHF",
    "LI": "CHF",
    "CA": "CAD",
    "AU": "AUD",
    "NZ": "NZD",
    "SE": "SEK",
    "NO": "NOK",
    "DK": "DKK",
    "PL": "PLN",
    "CZ": "CZK",
    "HU": "HUF",
    "IN": "INR",
    "BR": "BRL",
    "JP": "JPY",
}
# ISO 4217: what money is counted in, without funds, metals and test codes.
_ISO_4217 = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP
BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD
FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD
JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF
XCD XOF XPF YER ZAR ZMW
"""
CURRENCIES = tuple(_ISO_4217.split())


def new_token() -> str:
    """Return a new API token: 256 bits of chance behind a start that scanners know."""
    return TOKEN_START + secrets.token_urlsafe(32)


def new_link_secret() -> str:
    """Return a new secret for a link: 256 bits of chance."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is kept of a secret. It is random, so a plain hash cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def prefix_of(token: str) -> str:
    """Return the start of a token, by which its owner knows it again."""
    return token[:PREFIX_LENGTH]


def notes_use(last_used_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether a use at `now` is worth noting."""
    return last_used_at is None or now - last_used_at >= NOTED_EVERY


def scopes_for(role: str) -> Sequence[str]:
    """Return the scopes that a token of a person with this role may have."""
    return SCOPES[:1] if role == "viewer" else SCOPES


def may_give(role: str, *, giver: str) -> bool:
    """Tell whether `giver` may make somebody a `role`: nobody gives more than they have."""
    if giver not in ("owner", "manager"):
        return False
    return ROLES.index(giver) <= ROLES.index(role)


def may_change(*, theirs: str, mine: str) -> bool:
    """Tell whether somebody may change a colleague: managers do not change owners."""
    return may_give(theirs, giver=mine)


def guess_currency(accept_language: str) -> str:
    """Return the likely currency for a browser's languages; the euro if unsure."""
    first = accept_language.split(",")[0].split(";")[0].strip()
    return BY_COUNTRY.get(first.partition("-")[2].upper(), "EUR")


def setup_code(secret_key: str) -> str:
    """Return the code that proves one can read the server's terminal, in groups of four.

    Derived, not stored: every process of an installation knows it, and it opens nothing
    once somebody exists. 130 bits.
    """
    digest = hmac.new(secret_key.encode(), b"fondly.setup", hashlib.sha256).digest()
    letters = b32encode(digest).decode()[:26].lower()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def is_setup_code(given: str, secret_key: str) -> bool:
    """Tell whether `given` is the setup code, in constant time; dashes do not matter."""
    bare = "".join(given.lower().replace("-", "").split()).encode()
    return hmac.compare_digest(bare, setup_code(secret_key).replace("-", "").encode())
