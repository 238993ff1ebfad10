"""Cells that our exports had to guard are read as they were."""

import duckdb
import pytest

from fondly.base.text.cells import restore, safe
from fondly.intake.rules.reading import Reading
from fondly.intake.staging.words import cell

TEXTS = ["=1+1", "'=1+1", "''+49", "+49 30 1", "-Minus-", "@home", "'plain", "＝wide", "-5"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_from_an_export_as_it_was(text):
    reading = Reading(columns=["Name"])
    sql = f"SELECT {cell(reading, 'Name')} FROM (SELECT ?::VARCHAR AS c0)"
    [[read]] = duckdb.execute(sql, [safe(text)]).fetchall()

    assert read == restore(safe(text)) == text
