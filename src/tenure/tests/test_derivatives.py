"""Gradient and Hessian are exact: finite differences agree."""

import numpy as np
import pytest

from tenure.bgnbd.likelihood import Likelihood, Rows
from tenure.gammagamma.likelihood import Likelihood as SpendLikelihood
from tenure.gammagamma.likelihood import Spend
from tenure.newton import Pass, maximise
from tenure.tests.simulated import histories, spends


def orders():
    x, t_x, T = histories(300, r=0.8, alpha=6, a=0.7, b=2, observed=60, seed=1)
    return Likelihood(Rows(x, t_x, T, np.linspace(0.5, 2, len(x))))


def money():
    x = np.arange(1.0, 201) % 7 + 1
    mean = spends(x, p=4, q=3, gamma=12, seed=2)
    return SpendLikelihood(Spend(x, mean, np.linspace(0.5, 2, len(x))))


POINTS = [
    (orders, [0.25, 5.0, 0.8, 2.5]),
    (orders, [3.0, 0.4, 20.0, 0.2]),
    (orders, [0.05, 300.0, 0.01, 90.0]),
    (money, [6.0, 4.0, 15.0]),
    (money, [0.3, 0.8, 90.0]),
]


@pytest.mark.parametrize(("make", "values"), POINTS)
def test_derivatives_equal_finite_differences(make, values):
    objective, point, h = make(), np.log(values), 1e-5
    here = objective(point)
    axes = np.eye(len(point)) * h
    slope = [
        (objective(point + e).value - objective(point - e).value) / (2 * h) for e in axes
    ]
    bend = [
        (objective(point + e).gradient - objective(point - e).gradient) / (2 * h)
        for e in axes
    ]
    scale = np.abs(here.gradient).max()
    assert np.allclose(here.gradient, slope, rtol=1e-6, atol=1e-7 * scale)
    assert np.allclose(here.hessian, bend, rtol=1e-5, atol=1e-6 * scale)
    assert np.array_equal(here.hessian, here.hessian.T)


def test_the_search_leaves_a_saddle_and_stops_at_the_box():
    def saddle(point):
        # -(u^2 - 1)^2 + v: two maxima in u, ever upward in v.
        u, v = point
        return Pass(
            float(-((u * u - 1) ** 2) + v),
            np.array([-4 * u * (u * u - 1), 1.0]),
            np.array([[4 - 12 * u * u, 0.0], [0.0, 0.0]]),
        )

    found = maximise(saddle, np.array([1e-3, 0.0]), low=-3, high=3)
    assert found.converged
    assert found.point == pytest.approx([1.0, 3.0], abs=1e-5)


def test_a_likelihood_that_turns_to_nan_is_backed_away_from():
    def cliff(point):
        if point[0] > 1:
            return Pass(float("nan"), np.zeros(1), np.zeros((1, 1)))
        return Pass(float(point[0]), np.ones(1), np.zeros((1, 1)))

    found = maximise(cliff, np.zeros(1))
    assert found.point[0] == pytest.approx(1.0, abs=1e-6)
