"""Tests of `tenure[survival]`: without the extra they say what they miss."""

import pytest


@pytest.fixture(autouse=True)
def the_extra():
    pytest.importorskip("statsmodels", reason="missing: pip install 'tenure[survival]'")
