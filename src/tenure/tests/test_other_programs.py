"""What other programs printed about the papers' data comes out, to the digits they printed.

BTYD: Dziurzynski, Wadsworth and McCarthy (2014), "BTYD: Implementing Buy 'Til You Die
Models", reference manual (pnbd.PAlive, examples) and "Buy 'Til You Die: A Walkthrough"
(parameters, log-likelihood, a year's expectation, client 1516).

BTYDplus: Platzer and Reutterer, early demonstration on CDNOW (demos/cdnow.r): parameters,
log-likelihood, the spread of P(alive), and forecasts of 39 weeks by past purchases.

Hardie's spreadsheets that go with the papers on the BG/NBD (2005) and the BG/BB (2010), as
the tests of `lifetimes` quote them.
"""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from tenure import BGBB, BGNBD, MBGNBD, ParetoNBD, calibration_and_holdout
from tenure.tables import DONATIONS
from tenure.tests.summary.logs import cdnow_sample

pytestmark = pytest.mark.shared

# Where BTYD's search ended, a little beside the optimum.
BTYD = ParetoNBD(r=0.5533971, alpha=10.5801985, s=0.6060625, beta=11.6562237)
# Means of 39 weeks by 0, 1, … 5 purchases before, and the total against what came.
FORECASTS = {
    "ParetoNBD": ([0.14, 0.60, 1.20, 1.71, 2.40, 2.91], -0.115),
    "BGNBD": ([0.23, 0.52, 1.04, 1.52, 2.16, 2.65], -0.121),
    "MBGNBD": ([0.19, 0.55, 1.05, 1.49, 2.10, 2.56], -0.162),
}
CAME = [0.24, 0.70, 1.39, 1.56, 2.53, 2.95]
# Least, quartile, median, mean, quartile, most.
ALIVE = {
    "ParetoNBD": [0.0, 0.3174, 0.3499, 0.4462, 0.4763, 1.0],
    "BGNBD": [0.0, 0.6604, 1.0, 0.8134, 1.0, 1.0],
}


@pytest.fixture(scope="module")
def halves():
    asked = {"client": "client", "at": "at", "unit": "week"}
    days = {"calibrated_until": "1997-09-30", "observed_until": "1998-06-30"}
    found = calibration_and_holdout(cdnow_sample(), **asked, **days)
    names = ("frequency", "recency", "T", "bought")
    return [found[name].to_numpy() for name in names]


@pytest.fixture(scope="module")
def models(halves):
    x, t_x, T, _ = halves
    fitted = {
        type(m).__name__: m for m in (BGNBD().fit(x, t_x, T), MBGNBD().fit(x, t_x, T))
    }
    return fitted | {"ParetoNBD": BTYD}


def test_the_manual_of_btyd(halves):
    assert round(BTYD.probability_alive(0, 0, 39)[0], 7) == 0.2941633
    assert BTYD.probability_alive(23, 39, 39)[0] == 1
    assert round(BTYD.log_likelihood(*halves[:3]).sum(), 3) == -9594.976


def test_the_walkthrough_of_btyd():
    assert round(BTYD.expected_purchases(52, 0, 0, 0)[0], 3) == 1.473
    assert round(BTYD.expected_purchases(52, 26, 30.86, 31)[0], 2) == 25.46


def test_the_manual_of_btyd_on_how_often_a_new_client_buys():
    model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    assert round(float(np.exp(model.log_score(39, 0, 0, 0, 0))[0]), 7) == 0.5737864
    assert f"{np.exp(model.log_score(2, 10, 0, 0, 0))[0]:.5e}" == "1.07869e-07"
    printed = [0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148, 0.0007023638]
    printed += [0.0005517902, 0.0004361913, 0.0003467171, 0.0002769613, 0.0002222260]
    found = np.exp(model.log_score(30, np.arange(11, 21), 0, 0, 0))
    assert found.round(10).tolist() == pytest.approx(printed, abs=1e-10)


def test_the_spreadsheet_on_the_bgnbd(models):
    # Of its last week, 78, we find 1.8580, not 1.8576; quadrature below says the same.
    weeks = [0.1429, 1.0, 3.0, 31.8571, 32.0]
    found = models["BGNBD"].expected_purchases(weeks, 0, 0, 0)
    assert found.round(4).tolist() == [0.0078, 0.0532, 0.1506, 1.0405, 1.0437]
    at = models["BGNBD"].parameters_

    def bought(leave):
        short = -np.expm1(-at.r * np.log1p(leave * 78 / at.alpha)) / leave
        return short * beta.pdf(leave, at.a, at.b)

    last = models["BGNBD"].expected_purchases(78, 0, 0, 0)
    assert last == pytest.approx([quad(bought, 0, 1)[0]], rel=1e-8)


def test_the_spreadsheet_on_the_bgbb():
    donors = BGBB().fit(*DONATIONS[:3], weights=DONATIONS.weights)
    ahead = donors.expected_purchases(5, *DONATIONS[:3]) @ DONATIONS.weights
    assert round(float(ahead), 1) == 12884.2
    never, always = 11_104 * np.exp(donors.log_score(6, [0, 6], 0, 0, 0))
    assert [round(float(value), 1) for value in (never, always)] == [3454.9, 1253.1]


@pytest.mark.parametrize("name", ALIVE)
def test_btydplus_on_how_many_are_alive(models, halves, name):
    chances = models[name].probability_alive(*halves[:3])
    least, low, middle, high, most = np.quantile(chances, [0, 0.25, 0.5, 0.75, 1])
    found = [least, low, middle, chances.mean(), high, most]
    assert [round(float(value), 4) for value in found] == ALIVE[name]


@pytest.mark.parametrize("name", FORECASTS)
def test_btydplus_on_what_each_will_buy_in_39_weeks(models, halves, name):
    x, *rest, came = halves
    expected = models[name].expected_purchases(39, x, *rest)
    printed, off = FORECASTS[name]
    by_past = [round(float(expected[x == past].mean()), 2) for past in range(6)]
    assert by_past == printed
    assert round(expected.sum() / came.sum() - 1, 3) == off
    assert [round(float(came[x == past].mean()), 2) for past in range(6)] == CAME
