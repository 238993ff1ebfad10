"""Differences of ln Γ, ψ and ψ' are sums over whole steps, and keep their digits."""

import numpy as np
import pytest

from tenure.gamma import digamma_rise, log_rising, trigamma_rise


@pytest.mark.parametrize("z", [1e-3, 0.5, 31.9, 32.1, 5e3, 1e9])
@pytest.mark.parametrize("steps", [1, 2, 50])
def test_whole_steps_are_sums(z, steps):
    terms = z + np.arange(steps)
    assert log_rising(z, steps) == pytest.approx(np.log(terms).sum(), rel=1e-12)
    assert digamma_rise(z, steps) == pytest.approx((1 / terms).sum(), rel=1e-12)
    assert trigamma_rise(z, steps) == pytest.approx(-(1 / terms**2).sum(), rel=1e-11)


def test_a_tiny_step_far_out_is_its_slope():
    assert log_rising(1e8, 1e-3) == pytest.approx(1e-3 * np.log(1e8), rel=1e-9)
    assert digamma_rise(1e8, 1e-3) == pytest.approx(1e-11, rel=1e-7)
    assert trigamma_rise(1e8, 1e-3) == pytest.approx(-1e-19, rel=1e-7)


def test_it_is_smooth_where_the_series_takes_over():
    below, above = np.nextafter(32, 0), 32.0
    for rise in (log_rising, digamma_rise, trigamma_rise):
        assert rise(below, 0.7) == pytest.approx(rise(above, 0.7), rel=1e-12)
