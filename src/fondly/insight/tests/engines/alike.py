"""What it means that two engines gave the same signals."""

import math
from typing import Any

import numpy as np

from fondly.insight.actions.compute import Computed

SIGNALS, PARAMETERS = 1e-9, 1e-6


def assert_alike(one: Computed, other: Computed) -> None:
    """Compare every fact, signal and parameter: what is counted exactly, floats nearly."""
    for name in ("rows", "table"):
        _same_tables(getattr(one, name), getattr(other, name))
    assert_same(one.borders, other.borders, to=SIGNALS, at="borders")
    assert_same(one.model.to_json(), other.model.to_json(), to=PARAMETERS, at="model")
    assert_same(one.scales.to_json(), other.scales.to_json(), to=SIGNALS, at="scales")


def _same_tables(one: Any, other: Any) -> None:
    assert other.column_names == one.column_names
    assert other.num_rows == one.num_rows
    for name in one.column_names:
        assert_same(one[name].to_pylist(), other[name].to_pylist(), to=SIGNALS, at=name)


def assert_same(one: Any, other: Any, *, to: float, at: str) -> None:
    """Compare values and what they are made of; floats relative to their size."""
    if isinstance(one, dict):
        assert list(other) == list(one), at
        pairs = [(one[key], other[key], f"{at}.{key}") for key in one]
    elif isinstance(one, list | tuple):
        assert len(other) == len(one), at
        pairs = [
            (a, b, f"{at}[{n}]") for n, (a, b) in enumerate(zip(one, other, strict=True))
        ]
    elif isinstance(one, float) and other is not None:
        near = math.isclose(one, other, rel_tol=to, abs_tol=to * 1e-3)
        assert near or (np.isnan(one) and np.isnan(other)), f"{at}: {one} and {other}"
        return
    else:
        assert other == one, f"{at}: {one} and {other}"
        return
    for a, b, where in pairs:
        assert_same(a, b, to=to, at=where)
