from decimal import Decimal
from random import Random

import duckdb
import pytest

from fondly.base.money import to_minor
from fondly.intake.staging.words import minor


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_duckdb_rounds_amounts_as_the_house_does(currency):
    lots = Random(2)
    halves = [Decimal(n) / 2000 for n in range(-41, 42)]
    others = [Decimal(lots.randrange(-(10**9), 10**9)).scaleb(-7) for _ in range(2000)]
    amounts = [*halves, *others, Decimal("9000000000000.005"), Decimal("-0.005000001")]
    con = duckdb.connect()
    con.execute("CREATE TABLE given (x DECIMAL(38, 9), currency VARCHAR)")
    con.executemany("INSERT INTO given VALUES (?, ?)", [(a, currency) for a in amounts])
    rows = con.execute(f"SELECT {minor('x', 'currency')} FROM given").fetchall()
    assert [row[0] for row in rows] == [to_minor(a, currency) for a in amounts]
