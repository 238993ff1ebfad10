"""Numbers that were printed, and those of other programs, come out."""

import numpy as np
import pytest
from scipy.stats import norm

import tenure
from tenure.tests.survival.records import DRUG, RELAPSE, WEEKS, rossi

# coef, exp(coef), se(coef), z, p, lower and upper 95 %: the table that R's survival prints
# for these data, as read in the tests of lifelines (test_estimation.py, "print_summary").
ROSSI = {
    "fin": (-0.3794, 0.6843, 0.1914, -1.9826, 0.0474, -0.7545, -0.0043),
    "age": (-0.0574, 0.9442, 0.0220, -2.6109, 0.0090, -0.1006, -0.0143),
    "race": (0.3139, 1.3688, 0.3080, 1.0192, 0.3081, -0.2898, 0.9176),
    "wexp": (-0.1498, 0.8609, 0.2122, -0.7058, 0.4803, -0.5657, 0.2662),
    "mar": (-0.4337, 0.6481, 0.3819, -1.1358, 0.2561, -1.1821, 0.3147),
    "paro": (-0.0849, 0.9186, 0.1958, -0.4336, 0.6646, -0.4685, 0.2988),
    "prio": (0.0915, 1.0958, 0.0286, 3.1939, 0.0014, 0.0353, 0.1476),
}


def test_the_table_of_the_recidivism_data():
    weeks, arrest, known = rossi()
    model = tenure.ProportionalHazards().fit(weeks, arrest, known)
    logs, errors = model.log_hazard_ratios_, model.log_standard_errors_
    low, high = model.hazard_ratios_interval(level=0.95)
    z = logs / errors
    found = [
        logs,
        list(model.hazard_ratios_.values()),
        errors,
        z,
        2 * norm.sf(np.abs(z)),
        np.log(list(low.values())),
        np.log(list(high.values())),
    ]
    assert model.names_ == tuple(ROSSI)
    printed = np.array(list(ROSSI.values()))
    # The last digit of z is that of another search: 3.1939 for prio is 3.1938 here.
    table = np.array(found).T
    assert table == pytest.approx(printed, abs=1.3e-4)
    assert table[:, :3] == pytest.approx(printed[:, :3], abs=5.1e-5)
    assert f"{model.log_likelihood_:.3f}" == "-658.748"
    ratio = 2 * (model.log_likelihood_ - model.null_log_likelihood_)
    assert f"{ratio:.2f}" == "33.27"
    assert f"{model.concordance(weeks, arrest, known):.3f}" == "0.640"
    assert model.verdict_.words == "identified"


def test_remissions_of_leukaemia_with_efrons_ties():
    # As statsmodels, lifelines and R (coxph of `gehan`) give them, to the digits on which
    # two public test suites that quote all three agree; the log-likelihoods from one.
    model = tenure.ProportionalHazards(reference={"drug": "placebo"})
    model.fit(WEEKS, RELAPSE, {"drug": DRUG})
    assert model.log_hazard_ratios_ == pytest.approx([-1.5721251488], abs=5e-10)
    assert model.log_standard_errors_ == pytest.approx([0.4123967177], abs=5e-10)
    assert model.hazard_ratios_ == {"drug=6-MP": pytest.approx(0.207604, abs=5e-7)}
    low, high = model.hazard_ratios_interval()
    assert low["drug=6-MP"] == pytest.approx(0.092513, abs=5e-7)
    assert high["drug=6-MP"] == pytest.approx(0.465873, abs=5e-7)
    assert model.log_likelihood_ == pytest.approx(-85.00842457737163)
    assert model.null_log_likelihood_ == pytest.approx(-93.18426999684775)


def test_remissions_of_leukaemia_with_breslows_ties():
    # Kleinbaum and Klein, "Survival analysis", chapter 3, model 1: 1.509, .410, 4.523 and
    # -2 ln L 172.759 (recalled, not read again).
    model = tenure.ProportionalHazards(reference={"drug": "6-MP"}, ties="breslow")
    model.fit(WEEKS, RELAPSE, {"drug": DRUG})
    assert f"{model.log_hazard_ratios_[0]:.3f}" == "1.509"
    assert f"{model.log_standard_errors_[0]:.3f}" == "0.410"
    assert f"{model.hazard_ratios_['drug=placebo']:.3f}" == "4.523"
    assert f"{-2 * model.log_likelihood_:.3f}" == "172.759"


def test_another_program_agrees_on_clients_who_came_late():
    # lifelines 0.30.3, CoxPHFitter with entry_col, on the same rows: every second one first
    # seen at week 10, at which two others were arrested.
    weeks, arrest, known = rossi()
    even = np.arange(len(weeks)) % 2 == 0
    rows = even | (weeks > 10)
    entered = np.where(even, 0, 10)[rows]
    few = {name: known[name][rows] for name in ("fin", "age", "prio")}
    model = tenure.ProportionalHazards().fit(
        weeks[rows], arrest[rows], few, entered=entered
    )
    assert model.log_likelihood_ == pytest.approx(-618.6219236425127, abs=1e-8)
    assert model.log_hazard_ratios_ == pytest.approx(
        [-0.321450, -0.066688, 0.101980], abs=6e-7
    )
    assert model.log_standard_errors_ == pytest.approx(
        [0.195315, 0.021433, 0.027705], abs=6e-7
    )


def test_the_test_of_proportional_hazards_is_that_of_its_paper():
    """Grambsch and Therneau (1994), leaver by leaver, where no two leave at once."""
    weeks, arrest, known = rossi()
    weeks = weeks + np.arange(len(weeks)) / 1000
    few = {name: known[name] for name in ("fin", "age", "prio")}
    model = tenure.ProportionalHazards().fit(weeks, arrest, few)
    matrix = np.column_stack(list(few.values()))
    ratio = np.exp(matrix @ model.log_hazard_ratios_)
    residuals, before, kept = [], [], 1.0
    for row in np.argsort(weeks):
        there = weeks >= weeks[row]
        if arrest[row]:
            residuals.append(
                matrix[row] - ratio[there] @ matrix[there] / ratio[there].sum()
            )
            before.append(1 - kept)
            kept *= 1 - 1 / there.sum()
    trend = (np.array(before) - np.mean(before)) @ np.array(residuals)
    covariance, many = model.log_covariance_, len(before)
    spread = many * np.var(before)
    each = (trend @ covariance * many) ** 2 / (np.diag(covariance) * many * spread)
    test = model.proportionality_
    assert test.chi_square == pytest.approx(each)
    overall = trend @ covariance @ trend * many / spread
    assert test.overall_chi_square == pytest.approx(overall)
    slopes = trend @ covariance * many / spread
    assert test.slopes == pytest.approx(slopes)
