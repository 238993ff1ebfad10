"""Who writes for long leaves gaps to others, now and then one that none can miss."""

from itertools import pairwise

import pytest
from tests.needs import only_on

from fondly.base.tasks import gap


@pytest.fixture
def slept(monkeypatch):
    """Return what was slept; each turn of work before a rest takes 50 ms."""
    slept, clock = [], [1_000.0]

    def sleep(seconds):
        slept.append(seconds)
        clock[0] += seconds

    def monotonic():
        clock[0] += 0.05
        return clock[0]

    monkeypatch.setattr(gap.time, "sleep", sleep)
    monkeypatch.setattr(gap.time, "monotonic", monotonic)
    monkeypatch.setattr(gap._Rests, "last", 0.0)
    return slept


def test_of_long_work_a_gap_that_none_can_miss_comes_about_every_second(slept):
    only_on("sqlite")
    for _ in range(100):
        gap.rest()
    assert slept[0] == gap.GAP  # short work costs others and itself next to nothing
    places = [n for n, seconds in enumerate(slept) if seconds == gap.LONG_GAP]
    assert len(places) >= 7
    assert max(b - a for a, b in pairwise(places)) * 0.052 < 1


def test_other_databases_need_none(slept):
    only_on("postgresql")
    gap.rest()
    assert slept == []
