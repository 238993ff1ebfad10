"""Distinct rows: found by hash, right even where hashes agree."""

import numpy as np
import pytest

from tenure import arrays
from tenure.arrays import distinct


@pytest.fixture
def columns():
    rng = np.random.default_rng(5)
    return [rng.integers(0, size, 5_000).astype(float) / 7 for size in (3, 20, 60)]


def as_set(rows):
    return set(zip(*rows, strict=True))


def test_every_row_is_found_once_and_knows_its_place(columns):
    found = distinct(*columns)
    assert as_set(found.columns) == as_set(columns)
    assert len(found.columns[0]) == len(as_set(columns))
    for few, all_ in zip(found.columns, columns, strict=True):
        assert (few[found.place] == all_).all()


def test_the_answer_does_not_depend_on_the_order_of_rows(columns):
    order = np.random.default_rng(1).permutation(5_000)
    shuffled = distinct(*(values[order] for values in columns))
    for one, other in zip(distinct(*columns).columns, shuffled.columns, strict=True):
        assert (one == other).all()


def test_weights_are_summed_where_they_belong(columns):
    heavy = np.arange(5_000.0)
    found = distinct(*columns)
    one = tuple(values[17] for values in columns)
    same = np.all([v == o for v, o in zip(columns, one, strict=True)], axis=0)
    assert found.weigh(heavy)[found.place[17]] == heavy[same].sum()


def test_rows_that_share_a_hash_are_told_apart(columns, monkeypatch):
    monkeypatch.setattr(arrays, "MULTIPLIER", np.uint64(0))
    found = distinct(*columns)
    assert len(found.columns[0]) == len(as_set(columns))


def test_one_row_and_two_zeros():
    assert distinct(np.array([3.0])).place == [0]
    assert len(distinct(np.array([0.0, -0.0])).columns[0]) == 1
    assert len(distinct(np.zeros(0)).place) == 0


def test_blocks_give_what_the_whole_gives(monkeypatch):
    values = np.arange(100.0)
    monkeypatch.setattr(arrays, "BLOCK", 7)
    sizes = []

    def doubled(one, other):
        sizes.append(len(one))
        return one + other

    assert (arrays.by_blocks(doubled, values, values) == 2 * values).all()
    assert max(sizes) == 7
    assert arrays.by_blocks(doubled, values[:0], values[:0]).shape == (0,)
