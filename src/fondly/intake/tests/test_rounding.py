from decimal import Decimal
from random import Random

import duckdb
import pytest

from fondly.base.money import to_minor
from fondly.intake.staging.words import minor, money


def is_narrow(amount):
    """Tell whether an amount fits into 18 digits of which six are decimals."""
    return abs(amount) < 10**12 and amount == round(amount, 6)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_duckdb_rounds_amounts_as_the_house_does(currency):
    lots = Random(2)
    halves = [Decimal(n) / 2000 for n in range(-41, 42)]
    others = [Decimal(lots.randrange(-(10**9), 10**9)).scaleb(-7) for _ in range(2000)]
    cents = [Decimal(lots.randrange(-(10**14), 10**14)).scaleb(-2) for _ in range(500)]
    amounts = [
        *halves,
        *others,
        *cents,
        Decimal("9000000000000.005"),
        Decimal("-0.005000001"),
    ]
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE given (x DECIMAL(38, 9), narrow DECIMAL(18, 6), currency VARCHAR)"
    )
    rows = [(a, a if is_narrow(a) else None, currency) for a in amounts]
    con.executemany("INSERT INTO given VALUES (?, ?, ?)", rows)
    slow, quick = minor("x", "currency"), minor("x", "currency", narrow="narrow")
    right = [to_minor(a, currency) for a in amounts]
    for sql in (slow, quick):
        found = con.execute(f"SELECT {sql} FROM given").fetchall()
        assert [row[0] for row in found] == right
    assert any(narrow is not None for _, narrow, _ in rows)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (123450, "EUR", "1234.50 EUR"),
        (-5, "EUR", "-0.05 EUR"),
        (0, "USD", "0.00 USD"),
        (-1200, "JPY", "-1200 JPY"),
        (1, "KWD", "0.001 KWD"),
        (9 * 10**17 - 1, "GBP", "8999999999999999.99 GBP"),
    ],
)
def test_duckdb_writes_amounts_as_people_do(amount, currency, text):
    sql = f"SELECT {money('x', 'c')} FROM (SELECT ?::BIGINT AS x, ? AS c)"
    assert duckdb.execute(sql, [amount, currency]).fetchone() == (text,)
