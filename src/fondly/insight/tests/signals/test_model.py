"""The way to the optimum of many clients leads over a few, and ends at the same place."""

import pytest

from fondly.insight.scoring import model
from tenure import BGNBD, BadInput
from tenure.tests.simulated import histories


def test_a_fit_on_many_is_the_same_optimum_for_no_more_passes(monkeypatch):
    bought = histories(4_000, r=0.5, alpha=5.0, a=0.8, b=2.5, observed=60, seed=3)
    plain = BGNBD().fit(*bought)
    monkeypatch.setattr(model, "MANY", 500)
    fitted = model._fitted(BGNBD(warm_start=True), *bought)
    assert tuple(fitted.parameters_) == pytest.approx(tuple(plain.parameters_), rel=1e-6)
    assert fitted.log_likelihood_ == pytest.approx(plain.log_likelihood_, abs=1e-6)
    assert fitted.passes_ <= plain.passes_


def test_a_few_from_whom_nothing_can_be_learnt_do_not_spoil_the_fit(monkeypatch):
    x, t_x, age = histories(2_000, r=0.5, alpha=5.0, a=0.8, b=2.5, observed=60, seed=3)
    x[::4] = t_x[::4] = 0
    monkeypatch.setattr(model, "MANY", 500)
    with pytest.raises(BadInput):
        BGNBD().fit(x[::4], t_x[::4], age[::4])
    fitted = model._fitted(BGNBD(warm_start=True), x, t_x, age)
    plain = BGNBD().fit(x, t_x, age)
    assert tuple(fitted.parameters_) == pytest.approx(tuple(plain.parameters_), rel=1e-6)
