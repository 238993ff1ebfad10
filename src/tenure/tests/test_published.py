"""The tables of the papers come out, to the digits they printed."""

import numpy as np
import pytest

from tenure import BGNBD, Finding, GammaGamma, residual_lifetime_value
from tenure.tests.published import cdnow

pytestmark = pytest.mark.shared


@pytest.fixture
def sample():
    return cdnow()


@pytest.fixture
def orders(sample):
    return BGNBD().fit(sample.x, sample.t_x, sample.T)


@pytest.fixture
def spend(sample):
    return GammaGamma().fit(sample.x, sample.spend)


def test_bgnbd_on_cdnow_gives_the_parameters_of_fader_hardie_and_lee(orders):
    assert round(orders.r_, 3) == 0.243
    assert round(orders.alpha_, 3) == 4.414
    assert round(orders.a_, 3) == 0.793
    assert round(orders.b_, 3) == 2.426
    assert round(orders.log_likelihood_, 1) == -9582.4
    assert orders.verdict_.finding is Finding.IDENTIFIED


def test_the_fit_takes_fewer_than_ten_passes(orders, spend):
    assert orders.passes_ < 10
    assert spend.passes_ < 10


def test_client_one_is_expected_to_buy_1_226_times_in_39_weeks(orders):
    assert orders.expected_purchases(39, 2, 30.43, 38.86) == pytest.approx(
        [1.226], abs=5e-4
    )


def test_gamma_gamma_on_946_repeat_buyers_gives_the_parameters_of_the_note(sample, spend):
    assert (sample.x > 0).sum() == 946
    assert round(spend.p_, 2) == 6.25
    assert round(spend.q_, 2) == 3.74
    assert spend.gamma_ == pytest.approx(15.44, abs=0.01)
    assert round(spend.log_likelihood_, 2) == -4055.92


def test_client_one_is_expected_to_spend_24_66_a_purchase(spend):
    assert spend.expected_spend(2, 22.35) == pytest.approx([24.66], abs=5e-3)


def test_worth_is_purchases_times_spend_and_a_discount_lowers_it(orders, spend):
    one = {"frequency": 2, "recency": 30.43, "T": 38.86, "monetary": 22.35}
    plain = residual_lifetime_value(orders, spend, **one, horizon=39)
    later = residual_lifetime_value(orders, spend, **one, horizon=39, discount=0.15 / 52)
    assert plain == pytest.approx([1.226 * 24.66], abs=0.05)
    assert 0.9 * plain < later < plain


def test_standard_errors_are_those_of_the_curvature_at_the_optimum(orders):
    # r and alpha are known to about 5 % and 9 %, dropout to about 25 %.
    relative = orders.standard_errors_ / np.array(orders.parameters_)
    assert relative == pytest.approx([0.052, 0.086, 0.234, 0.291], abs=0.001)


def test_a_warm_start_finds_the_same_optimum_sooner(sample):
    model = BGNBD(warm_start=True).fit(sample.x, sample.t_x, sample.T)
    first = model.parameters_
    model.fit(sample.x, sample.t_x, sample.T)
    assert model.passes_ <= 2
    assert model.parameters_ == pytest.approx(first, rel=1e-6)
