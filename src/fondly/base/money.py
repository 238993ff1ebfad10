"""Money is an integer of minor units and a currency; here it is read and written."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _

# ISO 4217: the currencies whose minor unit is not a hundredth.
EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "CHF": "CHF"}


def exponent(currency: str) -> int:
    """Return how many decimals the currency has."""
    return EXPONENTS.get(currency, 2)


def to_minor(amount: Decimal | str, currency: str) -> int:
    """Return `amount` in minor units, rounding half to even; refuse what is no number."""
    try:
        value = Decimal(amount)
        scaled = value.scaleb(exponent(currency))
        return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise Refusal(
            _("“%(amount)s” is not an amount of money."), amount=amount
        ) from error


def exact_minor(amount: Decimal, currency: str) -> int:
    """Return `amount` in minor units; refuse parts of them rather than round what
    somebody typed."""
    minor = to_minor(amount, currency)
    if to_major(minor, currency) != amount:
        raise Refusal(
            _("There is no such amount in %(currency)s: “%(amount)s”."),
            currency=currency,
            amount=amount,
        )
    return minor


def to_major(minor: int, currency: str) -> Decimal:
    """Return minor units as an exact decimal amount."""
    return Decimal(minor).scaleb(-exponent(currency))


def words(minor: int, currency: str, *, short: bool = False) -> str:
    """Write an amount as people do: “€ 4,100”; without decimals when `short`.

    The space does not break: a sign alone at the end of a line is no amount.
    """
    major = to_major(abs(minor), currency)
    digits = f"{major:,.0f}" if short else f"{major:,.{exponent(currency)}f}"
    sign = "−" if minor < 0 else ""
    return f"{sign}{SYMBOLS.get(currency, currency)}\u00a0{digits}"
