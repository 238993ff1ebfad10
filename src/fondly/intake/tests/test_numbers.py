from decimal import Decimal

import duckdb
import pytest

from fondly.intake.staging import words

READ = [
    # text, by a point, by a comma
    ("10.50", "10.50", None),
    ("10,50", None, "10.50"),
    ("1,234.50", "1234.50", None),
    ("1.234,50", None, "1234.50"),
    ("1,234", "1234", "1.234"),
    ("1.234", "1.234", "1234"),
    ("12,34,567.8", "1234567.8", None),
    ("(5.00)", "-5.00", None),
    ("5.00-", "-5.00", None),
    ("£ 7.25", "7.25", None),
    ("€ 1 234,5", None, "1234.5"),
    ("1,2,3", None, None),
    ("ten", None, None),
]


def read(text, decimal):
    sql = words.number("$1::VARCHAR", decimal=decimal, sort="DECIMAL(18, 6)")
    return duckdb.execute(f"SELECT {sql}", [text]).fetchone()[0]


@pytest.mark.parametrize(("text", "by_point", "by_comma"), READ)
def test_a_number_is_read_by_its_mark_or_not_at_all(text, by_point, by_comma):
    for decimal, meant in ((".", by_point), (",", by_comma)):
        assert read(text, decimal) == (None if meant is None else Decimal(meant)), decimal
