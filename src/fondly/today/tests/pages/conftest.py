"""A business in which Max has half an hour a day."""

import pytest

from fondly.testing import a_business, a_user


@pytest.fixture(autouse=True)
def business():
    return a_business(time_zone="UTC")


@pytest.fixture
def max_():
    return a_user(name="Max Mohr", capacity_minutes=30)
