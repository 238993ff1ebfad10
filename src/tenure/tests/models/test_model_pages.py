"""The pages on models say what happens: their Python runs, and finds what they say."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tenure
from tenure import MBGNBD, calibration_and_holdout, summarise
from tenure.tests.summary.logs import cdnow_sample
from tenure.tests.summary.test_pages import BLOCK, PAGES, page

COLUMNS = {"client": "client", "at": "at", "amount": "amount"}


def answers(text, known):
    """Run the blocks of a page one after the other; return what each expression gave.

    A line with several of them, separated by commas, gives a tuple.
    """
    found = []
    for block in BLOCK.findall(text):
        for line in ast.parse(block).body:
            code = ast.unparse(line)
            if isinstance(line, ast.Expr):
                found.append(eval(code, known))
            else:
                exec(code, known)
    return found


@pytest.fixture(scope="module")
def cdnow():
    """Return the clients of CDNOW as the pages name their columns, in weeks."""
    made = summarise(cdnow_sample(), **COLUMNS, observed_until="1997-09-30", unit="week")
    names = ("frequency", "recency", "T", "monetary", "log_gaps")
    return {name: made[name].to_numpy() for name in names}


@pytest.mark.shared
def test_the_first_page_shows_the_manner_of_every_model(cdnow):
    bought = np.zeros(len(cdnow["T"]))
    found = answers(page("README.md"), cdnow | {"bought": bought})
    (parameters, errors), words, alive, expected, score, known, weak, own = found
    assert len(parameters) == len(errors) == 4
    assert "identified" in words.lower()
    assert ((alive >= 0) & (alive <= 1)).all()
    # The sample bought 1,882 times in the 39 weeks that came next, so more in 52.
    assert 1_500 < expected.sum() < 3_500
    assert (score <= 0).all()
    assert known.probability_alive(0, 0, 30) < 1
    assert (weak.prior, own.prior.beliefs["a"].median) == ("weak", 0.5)


def test_every_model_that_the_first_page_names_is_there():
    text = page("README.md")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    named = {code for row in rows[:9] for code in row.split("`")[1::2]}
    assert len(named) == 14
    assert {n for n in named if not hasattr(tenure, n)} == {"tenure.programmes"}
    links = {row.split("](")[1].split(")")[0] for row in rows[:9]}
    assert all((PAGES / link).exists() for link in links)


@pytest.mark.shared
def test_the_page_on_worth_says_what_clients_are_worth(cdnow):
    residual, equity, told = answers(page("worth.md"), dict(cdnow))
    assert residual.shape == cdnow["T"].shape
    assert equity.low < equity.value < equity.high
    # A year is worth less than for ever.
    assert residual.sum() < equity.value
    assert told.value == pytest.approx(told.expected_purchases * told.expected_spend)


@pytest.mark.shared
def test_the_page_on_programmes_measures_what_a_programme_changed():
    split = calibration_and_holdout(
        cdnow_sample(),
        **COLUMNS,
        calibrated_until="1997-09-30",
        observed_until="1998-06-30",
        unit="week",
    )
    before = [split[name].to_numpy() for name in ("frequency", "recency", "T")]
    dice = np.random.default_rng(4)
    held_out = dice.random(len(before[0])) < 0.3
    since = split["bought"].to_numpy() + np.where(held_out, 0, 0.5)
    known = {
        "orders_since": since,
        "held_out": held_out.astype(float),
        "expected_orders": MBGNBD().fit(*before).expected_purchases(39, *before),
        "effects": dice.normal(0.5, 0.2, 6),
        "standard_errors": np.full(6, 0.2),
    }
    plain, relieved, always, together = answers(page("programmes.md"), known)
    assert all(one.low < 0.5 < one.high for one in (plain, relieved, always))
    # The page: a forecast explains a third to two thirds, and any number of looks costs
    # about half as much width again.
    assert 1 / 3 < relieved.explained < 2 / 3
    assert relieved.standard_error < plain.standard_error
    assert 1.3 < (always.high - always.low) / (plain.high - plain.low) < 1.8
    assert together.low[0] < known["effects"].mean() < together.high[0]


@pytest.mark.shared
def test_the_page_on_regular_buyers_chooses_how_regular(cdnow):
    k, alive = answers(page("regular-buyers.md"), dict(cdnow))
    assert k >= 1
    assert alive.shape == cdnow["T"].shape


def test_the_page_on_renewals_finds_the_shares_that_it_says():
    text = page("renewals.md")
    (shares,) = answers(text, {})
    told = " and ".join(f"{100 * share:.1f} %" for share in shares)
    assert f"# {told}" in text


@pytest.mark.shared
def test_the_package_s_own_page_goes_from_a_file_of_orders_to_a_forecast(
    tmp_path, monkeypatch
):
    own = Path(__file__).parents[2] / "README.md"
    if not own.exists():
        pytest.skip("only on a checkout: an installed package has no pages")
    log = cdnow_sample()
    log = log.assign(at=log["at"] + (pd.Timestamp("2026-03-31") - log["at"].max()))
    log = log.set_axis(["customer_id", "ordered_at", "total"], axis=1)
    log.to_parquet(tmp_path / "orders.parquet")
    monkeypatch.chdir(tmp_path)
    words, alive, expected = answers(own.read_text(), {})
    assert "identified" in words.lower()
    assert len(alive) == len(expected) == 2_349  # eight never paid
