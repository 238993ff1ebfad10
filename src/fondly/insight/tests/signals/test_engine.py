"""The engine's questions: written once, the same for every request."""

import subprocess
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from fondly.insight.actions.asking import request
from fondly.insight.engine import notes
from fondly.insight.engine.child import ask, asked
from fondly.insight.scoring.arrow import numbers, texts, values
from fondly.insight.scoring.columns import Columns
from fondly.insight.scoring.history import History, spread
from fondly.testing import TODAY, a_business, a_client, an_order


@pytest.mark.django_db(transaction=True)
def test_a_question_once_written_serves_every_day_and_every_client(tmp_path, monkeypatch):
    a_business()
    ada, boris = a_client(), a_client(name="Boris")
    an_order(ada, on=TODAY - timedelta(days=40))
    an_order(ada, on=TODAY)
    folder = str(tmp_path / "new" / "cache")
    everybody = ask(replace(request(TODAY), notes=folder))
    (written,) = (tmp_path / "new" / "cache").iterdir()
    text = written.read_text()
    earlier = ask(replace(request(TODAY - timedelta(days=1)), notes=folder))
    few = ask(replace(request(TODAY, client_ids=[boris.pk]), notes=folder))
    assert everybody.rows["orders"].to_pylist() == [2, 0]
    assert earlier.rows["orders"].to_pylist() == [1, 0]
    assert few.rows["client_id"].to_pylist() == [boris.pk]
    assert written.read_text() == text
    assert str(TODAY) not in text


@pytest.mark.django_db(transaction=True)
def test_what_was_bought_is_told_before_the_rest_is_read():
    a_business()
    ada, boris = a_client(), a_client(name="Boris")
    an_order(boris, on=TODAY - timedelta(days=14))
    an_order(boris, on=TODAY - timedelta(days=7), currency="CHF")
    with asked(request(TODAY)) as engine:
        history = History.of(Columns(engine.bought.rows))
        assert engine.bought.unknown_currencies == ["CHF"]
        wide = engine.wide.result().rows
    assert (history.client_ids.tolist(), history.x.tolist()) == ([boris.pk], [1.0])
    assert (history.recency.tolist(), history.age.tolist()) == ([1.0], [2.0])
    assert wide["client_id"].to_pylist() == [ada.pk, boris.pk]


@pytest.mark.django_db(transaction=True)
def test_who_fails_in_the_middle_leaves_no_child_behind(monkeypatch):
    a_business()
    children = []
    popen = subprocess.Popen

    def kept(*args, **about):
        children.append(popen(*args, **about))
        return children[0]

    monkeypatch.setattr(subprocess, "Popen", kept)
    with pytest.raises(InterruptedError), asked(request(TODAY)):
        raise InterruptedError
    assert children[0].returncode is not None


def test_what_was_found_reaches_its_client_and_nobody_who_is_closed_or_unknown():
    rows = Columns(
        pa.table({"client_id": [2, 3, 5, 8], "is_closed": [False, False, True, False]})
    )
    ids = np.array([3, 4, 5, 8, 9])
    none = np.zeros(5)
    history = History(ids, none, none, none, none, none, None)
    found = spread({"worth": np.array([30.0, 40, 50, 80, 90])}, history, rows)
    assert numbers(found["worth"]).to_pylist() == [None, 30, None, 80]


def test_what_another_version_wrote_is_written_anew(tmp_path):
    old = tmp_path / "questions-0-0.json"
    old.write_text("{}")
    broken = tmp_path / f"questions-{notes.digest()}-0.json"
    broken.write_text("{")
    found = notes.questions(str(tmp_path), with_rates=False)
    assert [name for name, _ in found["first"]] == ["days_bought", "bought", "agreements"]
    assert [name for name, _ in found["then"]] == ["wide"]
    assert [file.name for file in tmp_path.iterdir()] == [broken.name]
    assert notes.questions(str(tmp_path), with_rates=False)["rows"] == found["rows"]


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    found = notes.questions(str(file), with_rates=True)
    assert "rates" in dict(found["first"])["days_bought"]


def test_columns_cross_by_their_buffers_with_what_is_unknown():
    table = pa.chunked_array([[1, None, 3], [None, 5]], pa.int64()).slice(1)
    assert str(values(table, pa.float64(), unknown=-1)) == "[-1.  3. -1.  5.]"
    assert len(values(table.slice(0, 0), pa.float64(), unknown=0)) == 0
    assert numbers(np.array([1.5, np.nan])).to_pylist() == [1.5, None]
    assert texts(["Größe", "", "A"]).to_pylist() == ["Größe", "", "A"]
