import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondly.base.text.cells import restore, safe

ACTIVE = "=+-@\t\r\n"


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n1.a ＝"), max_size=8) | st.text())
def test_every_text_survives_export_and_import(text):
    assert restore(safe(text)) == text


@given(st.sampled_from(ACTIVE), st.text())
def test_no_exported_text_begins_with_an_active_sign(sign, rest):
    cell = safe(sign + rest)
    assert cell[0] not in ACTIVE or cell.removeprefix("-").replace(".", "").isdigit()


@pytest.mark.parametrize("number", ["-12.50", "0", "-3"])
def test_plain_numbers_stay_numbers(number):
    assert safe(number) == number


def test_a_sum_in_disguise_is_no_number():
    assert safe("-1+2") == "'-1+2"
    assert safe("-١") == "'-١"
