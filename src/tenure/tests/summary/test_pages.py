"""The pages on logs say what happens: their Python runs, and prints what they say."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import tenure
from tenure.tests.summary.logs import cdnow_sample, online_retail

PAGES = Path(__file__).parents[4] / "docs" / "tenure"
BLOCK = re.compile(r"```python\n(.*?)```", re.S)
CODE = re.compile(r"`([^`]+)`")


def page(name):
    path = PAGES / name
    if not path.exists():
        pytest.skip("only on a checkout: an installed package has no pages")
    return path.read_text()


def run(text, known, capsys):
    """Run the blocks of a page one after the other; return what they printed."""
    capsys.readouterr()
    for block in BLOCK.findall(text):
        exec(compile(block, "page", "exec"), known)
    return capsys.readouterr().out.splitlines()


def ids(log):
    return log.rename(columns={"client": "id", "at": "date"})


@pytest.mark.shared
def test_all_that_a_user_of_lifetimes_is_told_to_write_runs(capsys):
    known = {name: getattr(tenure, name) for name in tenure.__all__}
    log = ids(cdnow_sample())
    asked = {"client": "id", "at": "date", "amount": "amount"}
    until = {"observed_until": "1997-09-30", "unit": "week"}
    clients = tenure.summarise(log, **asked, **until)
    f, r, T, m = (clients[c].to_numpy() for c in ("frequency", "recency", "T", "monetary"))
    known |= {"log": log, "f": f, "r": r, "T": T, "m": m, "t": 39, "w": np.ones(len(f))}
    known |= {"model": tenure.BGNBD().fit(f, r, T), "spend": tenure.GammaGamma().fit(f, m)}
    known |= {"gifts": [0, 1, 2], "last": [0, 2, 3], "years": 4, "donors": [9, 5, 4]}
    text = page("coming-from-lifetimes.md")
    table = [line.split(" | ") for line in text.splitlines() if line.startswith("| `")]
    told = [code for row in table[1:] for code in CODE.findall(row[1])]
    assert len(told) >= 18
    for code in told:
        assert eval(code, known) is not None, code
    said = [
        line.split("  # ")[1] for line in text.splitlines() if line.startswith("print(")
    ]
    assert run(text, known, capsys) == said


@pytest.mark.shared
def test_the_page_on_the_summary_runs(capsys, tmp_path):
    log = cdnow_sample().set_axis(["customer_id", "ordered_at", "total"], axis=1)
    known = {"log": log, "new_orders": log.head(0), "kept_file": tmp_path / "kept.parquet"}
    said = "\n".join(run(page("summary.md"), known, capsys))
    assert said.startswith("SELECT")
    assert '"frequency"' in said


@pytest.mark.shared
def test_the_page_on_seasons_runs(capsys):
    known = {"log": online_retail(), "date": date}
    run(page("season.md"), known, capsys)
    assert known["ahead"] == pytest.approx(28.6, abs=0.05)
    assert f"{known['season'].strength:.2f}" == "0.72"


@pytest.mark.shared
def test_the_page_on_the_average_runs(capsys):
    known = {"log": online_retail()}
    run(page("average.md"), known, capsys)
    assert "BGCNBD" in known["average"].words_[0]


@pytest.mark.shared
def test_the_worked_analysis_finds_what_it_says(capsys):
    text = page("worked-analysis.md")
    said = [line.split("# ", 1)[1] for block in BLOCK.findall(text) for line in told(block)]
    assert run(text, {"log": cdnow_sample()}, capsys) == said


def told(block):
    """Return the lines of a block that say what it prints."""
    return [line for line in block.splitlines() if re.search(r"(^|  )# ", line)]
