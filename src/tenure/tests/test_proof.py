"""`python -m tenure` proves the package, and fails when a digit differs."""

import pytest

from tenure import BadInput
from tenure.__main__ import main
from tenure.proof import claims
from tenure.proof.cdnow import summary
from tenure.proof.claims import PRINTED
from tenure.tests.published import cdnow, shared_folder


def sample():
    path = shared_folder() / "data" / "cdnow" / "CDNOW_sample.txt"
    if not path.exists():
        pytest.skip(f"The CDNOW log is not at {path}; set FONDLY_SHARED.")
    return path


def test_every_digit_of_the_carried_tables_comes_out(capsys):
    assert main([]) == 0
    assert "33 of 33 published numbers" in capsys.readouterr().out


@pytest.mark.shared
def test_every_digit_of_the_cdnow_papers_comes_out(capsys):
    assert main([str(sample())]) == 0
    printed = capsys.readouterr().out
    assert "53 of 53 published numbers" in printed
    assert "DIFFERS" not in printed


@pytest.mark.shared
def test_the_log_is_summarised_as_the_papers_did():
    log, known = summary(sample()), cdnow()
    assert (log.frequency == known.x).all()
    assert log.recency == pytest.approx(known.t_x, abs=0.006)
    assert pytest.approx(known.T, abs=0.006) == log.T
    assert log.monetary == pytest.approx(known.spend, abs=0.006)


def test_a_digit_that_differs_is_marked_and_fails(monkeypatch, capsys):
    _, *rest = PRINTED["Regular"]
    monkeypatch.setitem(PRINTED, "Regular", ("0.704 1.183", *rest))
    assert main([]) == 1
    printed = capsys.readouterr().out
    assert "1.183      1.182  DIFFERS" in printed
    assert "32 of 33 published numbers" in printed


def test_other_files_and_other_wishes_are_refused_in_words(tmp_path, capsys):
    strange = tmp_path / "strange.txt"
    strange.write_text("1 1 19970101 2 3.50\n")
    with pytest.raises(BadInput, match="has 1 clients"):
        list(claims(strange))
    assert main([str(tmp_path / "absent.txt")]) == 2
    assert "is not the log of CDNOW purchases" in capsys.readouterr().err
    assert main(["--help"]) == 2
    assert "python -m tenure" in capsys.readouterr().out
