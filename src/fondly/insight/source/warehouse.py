"""Orders that live in a warehouse: which columns they need, and what is wrong with them.

What a warehouse calls a client is our number for it; `client_id` is our own key. Money is a
decimal amount, or a whole number of minor units. The same expressions read them for every
engine; `docs/guide/warehouse.md` tells users what stands here.
"""

from collections.abc import Callable
from typing import Any

import ibis

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.money import EXPONENTS
from fondly.insight.source.given import Given

TEXT, WHOLE, MONEY = "string", "int64", "decimal(28, 6)"
DAY, CLOCK, INSTANT = "date", "timestamp", "timestamp('UTC')"
# Of each line one column must be there, the first that is; and what it may hold.
NEEDED: list[dict[str, tuple[str, ...]]] = [
    {"client": (TEXT, WHOLE), "client_id": (WHOLE,)},
    {"placed_on": (DAY,), "placed_at": (INSTANT, CLOCK)},
    {"amount": (MONEY,), "amount_minor": (WHOLE,)},
    {"currency": (TEXT,)},
]
OPTIONAL: dict[str, tuple[str, ...]] = {
    "number": (TEXT, WHOLE),
    "refund_of": (TEXT, WHOLE),
}
WORDS = {
    TEXT: _("text"),
    WHOLE: _("a whole number"),
    MONEY: _("a decimal number"),
    DAY: _("a date"),
    CLOCK: _("a time"),
    INSTANT: _("a time"),
}
NUMBERS = {"client_id": "int64", "number": "string"}
Row = tuple[Any, ...]
NAMED = 5  # unknown clients that are named


def key_of(columns: dict[str, str]) -> str:
    """Return which column of a client the warehouse knows them by."""
    return "number" if "client" in columns else "id"


def chosen(found: dict[str, str]) -> dict[str, str]:
    """Return the columns to read and their types, of those found and theirs.

    Names are in lower case. Refuses a column that is missing or holds something else.
    """
    columns = {}
    for ways in NEEDED:
        name = next((name for name in ways if name in found), None)
        if name is None:
            raise Refusal(
                _("The orders have no column %(names)s. They have: %(found)s."),
                names=" or ".join(ways),
                found=", ".join(sorted(found)),
            )
        columns[name] = _typed(name, found[name], ways[name])
    for name, kinds in OPTIONAL.items():
        if name in found:
            columns[name] = _typed(name, found[name], kinds)
    return columns


def read(columns: dict[str, str], given: Given) -> Any:
    """Return the orders as they are in the warehouse, with our names, types and keys.

    `who` is what the warehouse says; `client_id` is null where nobody here is called so.
    """
    raw = ibis.table(columns, name="warehouse")
    who = raw["client" if "client" in columns else "client_id"].cast("string")
    none = ibis.null("string")
    rows = raw.select(
        who=who,
        placed_on=_day(raw, given),
        amount=_minor(raw),
        currency=raw.currency,
        number=raw.number.cast("string") if "number" in columns else none,
        refund_of_id=raw.refund_of.cast("string") if "refund_of" in columns else none,
    )
    ours = ibis.table(NUMBERS, name="client_numbers").rename(who="number")
    return rows.left_join(ours, "who").drop("who_right")


def orders(rows: Any) -> Any:
    """Return the orders as signals know them; a refund names its original by its number."""
    known = rows.filter(rows.client_id.notnull())
    return known.select("client_id", "placed_on", "amount", "currency", "refund_of_id")


def originals(rows: Any) -> Any:
    """Return the orders of which others are refunds, by number; the first of each."""
    refunds = rows.filter(rows.refund_of_id.notnull())
    wanted = refunds.select(number="refund_of_id").distinct()
    own = rows.filter(rows.refund_of_id.isnull() & rows.client_id.notnull())
    found = own.semi_join(wanted, "number")
    found = found.group_by("number", "client_id").aggregate(placed_on=found.placed_on.min())
    return found.select("client_id", "placed_on", id="number")


def counted(rows: Any) -> Any:
    """Return in one row how many orders there are, and how many lack what they need."""
    return rows.aggregate(
        orders=rows.count(),
        client=rows.who.isnull().sum(),
        day=rows.placed_on.isnull().sum(),
        amount=rows.amount.isnull().sum(),
        currency=rows.currency.isnull().sum(),
        unknown=(rows.who.notnull() & rows.client_id.isnull()).sum(),
    )


def unknown(rows: Any) -> Any:
    """Return the first of the clients that are not known here, and how many they are."""
    which = rows.filter(rows.who.notnull() & rows.client_id.isnull())
    each = which.group_by("who").aggregate(orders=which.count())
    each = each.mutate(clients=each.count().over(ibis.window()))
    return each.order_by("who").limit(NAMED).select("who", "clients")


def check(count: Row, strangers: Callable[[], list[Row]]) -> None:
    """Refuse orders that lack something, or whose clients nobody here knows.

    `count` is the row of `counted`; `strangers` gives those of `unknown`, and nothing where
    such orders are to be left out.
    """
    total, *lacking = (int(number or 0) for number in count[:5])
    if not total:
        raise Refusal(_("There are no orders in the warehouse."))
    for name, number in zip(("client", "day", "amount", "currency"), lacking, strict=True):
        if number:
            raise Refusal(
                _("%(number)s of %(total)s orders have no %(name)s."),
                number=f"{number:,}",
                total=f"{total:,}",
                name=name,
            )
    if count[5] and (found := strangers()):
        clients = int(found[0][1])
        raise Refusal(
            _(
                "%(orders)s orders belong to %(clients)s clients whose number is not known "
                "here: %(names)s. Import these clients, or leave their orders out with "
                "--without-unknown."
            ),
            orders=f"{int(count[5]):,}",
            clients=f"{clients:,}",
            names=", ".join(str(who) for who, _number in found)
            + (", …" if clients > len(found) else ""),
        )


def _typed(name: str, kind: str, kinds: tuple[str, ...]) -> str:
    if kind in kinds:
        return kind
    raise Refusal(
        _("The column %(name)s must hold %(wanted)s; it holds %(found)s."),
        name=name,
        wanted=" or ".join(dict.fromkeys(WORDS[one] for one in kinds)),
        found=WORDS.get(kind, kind),
    )


def _day(raw: Any, given: Given) -> Any:
    if "placed_on" in raw.columns:
        return raw.placed_on
    at = raw.placed_at
    # A time without a zone is the wall clock of the business.
    return given.local_day(at) if at.type().timezone else at.date()


def _minor(raw: Any) -> Any:
    if "amount" not in raw.columns:
        return raw.amount_minor
    places: dict[int, list[str]] = {}
    for currency, exponent in EXPONENTS.items():
        places.setdefault(exponent, []).append(currency)
    cases = ((raw.currency.isin(codes), 10**n) for n, codes in sorted(places.items()))
    units = ibis.cases(*cases, else_=100).cast("decimal(4, 0)")
    return (raw.amount.cast(MONEY) * units).round().cast("int64")
