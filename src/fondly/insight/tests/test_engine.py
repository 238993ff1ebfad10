"""The engine's questions: written once, the same for every request."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from fondly.insight.actions.asking import request
from fondly.insight.engine import notes
from fondly.insight.engine.child import ask
from fondly.insight.scoring.arrow import numbers, texts, values
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


def test_what_another_version_wrote_is_written_anew(tmp_path):
    old = tmp_path / "questions-0-0.json"
    old.write_text("{}")
    broken = tmp_path / f"questions-{notes._digest()}-0.json"
    broken.write_text("{")
    found = notes.questions(str(tmp_path), with_rates=False)
    assert [name for name, _ in found["kept"]] == ["days_bought", "wide"]
    assert [file.name for file in tmp_path.iterdir()] == [broken.name]
    assert notes.questions(str(tmp_path), with_rates=False)["rows"] == found["rows"]


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    found = notes.questions(str(file), with_rates=True)
    assert "rates" in dict(found["kept"])["days_bought"]


def test_columns_cross_by_their_buffers_with_what_is_unknown():
    table = pa.chunked_array([[1, None, 3], [None, 5]], pa.int64()).slice(1)
    assert str(values(table, pa.float64(), unknown=-1)) == "[-1.  3. -1.  5.]"
    assert len(values(table.slice(0, 0), pa.float64(), unknown=0)) == 0
    assert numbers(np.array([1.5, np.nan])).to_pylist() == [1.5, None]
    assert texts(["Größe", "", "A"]).to_pylist() == ["Größe", "", "A"]
