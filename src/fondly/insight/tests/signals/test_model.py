"""How regularly many clients buy is found on a few of them, and fitted on all."""

import numpy as np
import pytest

from fondly.insight.scoring import model
from tenure import BGCNBD

TRUTH = BGCNBD(r=0.8, alpha=2.0, a=0.6, b=2.5, k=3)


@pytest.fixture
def columns(monkeypatch):
    monkeypatch.setattr(model, "ENOUGH", 500)
    return list(TRUTH.simulate(np.full(4_000, 60.0), seed=3)[:4])


def test_a_fit_on_many_is_that_of_all_with_the_regularity_of_a_few(columns):
    plain, fitted = BGCNBD().fit(*columns), model._fitted(*columns)
    assert fitted.k_ == plain.k_ == TRUTH.k_
    assert tuple(fitted.parameters_) == pytest.approx(tuple(plain.parameters_), rel=1e-6)


def test_a_few_from_whom_nothing_can_be_learnt_do_not_spoil_the_fit(columns):
    x, t_x, _, log_gaps = columns
    for values in (x, t_x, log_gaps):
        values[::8] = 0
    plain, fitted = BGCNBD().fit(*columns), model._fitted(*columns)
    assert fitted.k_ == plain.k_
    assert tuple(fitted.parameters_) == pytest.approx(tuple(plain.parameters_), rel=1e-6)
