"""Contracts: agreed, changed, ended."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.base.news import News, announce
from fondly.clients.models import Client, Contract
from fondly.clients.rules import check_texts, check_years, is_currency
from fondly.team import audit
from fondly.team.models import User

LARGEST = 2**62
FIELDS = frozenset(
    {
        "currency",
        "ends_on",
        "months",
        "name",
        "next_price",
        "next_price_from",
        "notice_days",
        "number",
        "price",
        "promo_ends_on",
        "promo_price",
        "renewal_months",
        "renews_on",
        "started_on",
    }
)


@transaction.atomic
def add(client: Client, *, by: User | None, now: datetime, **fields: Any) -> Contract:
    """Return a new contract of the client."""
    contract = Contract(client=client)
    _put(contract, fields)
    _save(contract, None)
    _wrote(contract, "contract.added", by=by, now=now)
    return contract


@transaction.atomic
def change(contract: Contract, *, by: User | None, now: datetime, **fields: Any) -> None:
    """Set the given fields of a contract."""
    _put(contract, fields)
    _save(contract, sorted(fields))
    _wrote(contract, "contract.changed", by=by, now=now)


@transaction.atomic
def end(contract: Contract, *, on: date, by: User | None, now: datetime) -> None:
    """End a contract; its last day is `on`."""
    change(contract, ends_on=on, renews_on=None, by=by, now=now)


def _put(contract: Contract, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"No such field of a contract: {sorted(unknown)}")
    check_texts(fields, Contract.limits())
    check_years(*(value for value in fields.values() if isinstance(value, date)))
    for key, value in fields.items():
        setattr(contract, key, value.strip() if isinstance(value, str) else value)
    for is_wrong, words in _faults(contract):
        if is_wrong:
            raise Refusal(words)


def _faults(contract: Contract) -> list[tuple[bool, str]]:
    """Return what may be wrong with a contract, and whether it is."""
    ends, starts = contract.ends_on, contract.started_on
    prices = (contract.price, contract.promo_price, contract.next_price)
    return [
        (not contract.name, _("Say what the contract is about.")),
        (starts is None, _("Say when the contract starts.")),
        (contract.price is None, _("Say what a period costs.")),
        (
            not is_currency(contract.currency),
            _("A currency is three capital letters, as in EUR."),
        ),
        (any(p is not None and p < 0 for p in prices), _("A price is not below zero.")),
        (any(p and p > LARGEST for p in prices), _("That price is too large.")),
        (not 1 <= contract.months <= 120, _("A period has at least one month.")),
        (
            not 1 <= contract.renewal_months <= 120
            or not 0 <= contract.notice_days <= 1000,
            _("A contract renews for 1 to 120 months, with at most 1000 days of notice."),
        ),
        (
            (contract.promo_price is None) != (contract.promo_ends_on is None),
            _("A promo price has a last day; give both or neither."),
        ),
        (
            (contract.next_price is None) != (contract.next_price_from is None),
            _("A next price has a first day; give both or neither."),
        ),
        (
            bool(ends and starts and ends < starts),
            _("A contract cannot end before it starts."),
        ),
        (
            bool(contract.renews_on and starts and contract.renews_on <= starts),
            _("A contract renews after it has started."),
        ),
    ]


def _save(contract: Contract, fields: list[str] | None) -> None:
    try:
        with transaction.atomic():
            contract.changed(fields) if fields else contract.save()
    except IntegrityError as error:
        raise Refusal(_("This client has a contract with that number already.")) from error


def _wrote(contract: Contract, what: str, *, by: User | None, now: datetime) -> None:
    client_id = contract.client_id
    about = f"client {client_id}"
    audit.note(what, by=by, at=now, about=about, contract=contract.pk)
    announce(News(kind="contract", client_ids=[client_id], at=now))
