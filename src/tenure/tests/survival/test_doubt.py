"""The doubt in an answer is what slopes found by differences make it."""

import numpy as np
import pytest
from scipy.special import logit, ndtri

import tenure
from tenure.survival.baseline import baseline
from tenure.survival.columns import checked_followed
from tenure.tests.survival.records import clients

STEP = 1e-5
WHO = {"plan": ["monthly", "yearly", "yearly"], "price": [20.0, 19.0, 22.0]}
AGE, UNTIL, REACH = 2.0, 12.0, ndtri(0.95)


class Fit:
    """A fit of clients who came late, and its answers at other ratios and hazards."""

    def __init__(self, ties):
        duration, left, known = clients(300, seed=40)
        duration = np.ceil(duration)
        entered = np.minimum(np.arange(300) % 4, duration - 1)
        weight = 1 + np.arange(300) % 2
        self.model = tenure.ProportionalHazards(ties=ties)
        self.model.fit(duration, left, known, entered=entered, weights=weight)
        self.ties = ties
        self.rows = checked_followed(duration, left, entered, weight)
        design = self.model._design
        self.matrix, self.asked = design.matrix(known), design.matrix(WHO)
        self.logs = self.model._logs

    def base(self, logs):
        return baseline(self.rows, self.matrix, logs, ties=self.ties)

    def hazard(self, logs, steps):
        """Return the cumulative hazard of each client asked about from AGE to UNTIL."""
        ages = self.base(logs).ages
        inside = (ages > AGE) & (ages <= UNTIL)
        return np.exp(self.asked @ logs) * steps[inside].sum()

    def lifetime(self, logs, steps):
        """Return the time each is expected to stay from AGE to UNTIL: period by period."""
        ages = self.base(logs).ages
        ratio, total = np.exp(self.asked @ logs), np.zeros(3)
        for age in np.arange(AGE, UNTIL):
            gone = steps[(ages > AGE) & (ages <= age)].sum()
            total += np.exp(-ratio * gone)
        return total

    def variance(self, ask):
        """Return the variance of an answer: of the ratios, and of each step by itself."""
        steps = self.base(self.logs).hazard

        def along(nudge):
            up, down = self.logs + nudge, self.logs - nudge
            apart = ask(up, self.base(up).hazard) - ask(down, self.base(down).hazard)
            return apart / (2 * STEP)

        slopes = np.array([along(nudge) for nudge in np.eye(2) * STEP])
        whole = np.einsum("pn,pq,qn->n", slopes, self.model._covariance, slopes)
        for nudge, noise in zip(np.eye(len(steps)) * STEP, self.noise(), strict=True):
            apart = ask(self.logs, steps + nudge) - ask(self.logs, steps - nudge)
            whole += noise * (apart / (2 * STEP)) ** 2
        return whole

    def noise(self):
        """Return the variance of each step: Σ 1/(at risk - share leaving)²."""
        ratio = np.exp(self.matrix @ self.logs) * self.rows.weight
        found = []
        for age in self.base(self.logs).ages:
            there = (self.rows.entered < age) & (self.rows.duration >= age)
            leaves = (self.rows.duration == age) & (self.rows.left > 0)
            many = int(self.rows.weight[leaves].sum())
            share = np.arange(many) / many * (self.ties == "efron")
            found.append(
                (1 / (ratio[there].sum() - share * ratio[leaves].sum()) ** 2).sum()
            )
        return np.array(found)


@pytest.fixture(scope="module", params=["efron", "breslow"])
def fit(request):
    pytest.importorskip("statsmodels", reason="missing: pip install 'tenure[survival]'")
    return Fit(request.param)


def test_the_doubt_in_survival(fit):
    hazard = fit.hazard(fit.logs, fit.base(fit.logs).hazard)
    assert fit.model.survival(UNTIL, WHO, age=AGE) == pytest.approx(np.exp(-hazard))
    error = np.sqrt(fit.variance(fit.hazard)) / hazard
    low, high = fit.model.survival_interval(UNTIL, WHO, age=AGE, level=0.9)
    assert np.log(-np.log(low) / hazard) == pytest.approx(REACH * error, rel=1e-5)
    assert np.log(-np.log(high) / hazard) == pytest.approx(-REACH * error, rel=1e-5)


def test_the_doubt_in_the_expected_lifetime(fit):
    mean = fit.lifetime(fit.logs, fit.base(fit.logs).hazard)
    ahead = UNTIL - AGE
    assert fit.model.expected_lifetime(ahead, WHO, age=AGE) == pytest.approx(mean)
    share = mean / ahead
    error = np.sqrt(fit.variance(fit.lifetime)) / (ahead * share * (1 - share))
    ends = fit.model.expected_lifetime_interval(ahead, WHO, age=AGE, level=0.9)
    for end, sign in zip(ends, (-1, 1), strict=True):
        apart = logit(end / ahead) - logit(share)
        assert apart == pytest.approx(sign * REACH * error, rel=1e-5)


def test_the_doubt_in_a_ratio(fit):
    score = fit.asked @ fit.logs
    error = np.sqrt(np.diag(fit.asked @ fit.model._covariance @ fit.asked.T))
    low, high = fit.model.hazard_ratio_interval(WHO, level=0.9)
    assert np.log(low) == pytest.approx(score - REACH * error)
    assert np.log(high) == pytest.approx(score + REACH * error)
