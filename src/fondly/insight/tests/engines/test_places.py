"""What an engine needs from outside is asked for in words."""

import pytest

from fondly.base.errors import Refusal
from fondly.insight.engine import places
from fondly.insight.source.dialect import DUCKDB, SPARK
from fondly.testing import NOON


@pytest.fixture
def no_java(monkeypatch, tmp_path):
    """Have PySpark, as far as anybody can tell, and a PATH of our own without Java."""
    monkeypatch.setattr(places, "find_spec", lambda _name: True)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_without_pyspark_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setattr(places, "find_spec", lambda _name: None)
    with pytest.raises(Refusal, match=r"pip install 'fondly\[spark\]'"):
        places.must_have_spark()


def test_without_java_it_is_said_how_to_get_it(no_java):
    with pytest.raises(Refusal, match=r"none here. .*openjdk-17-jre-headless"):
        places.must_have_spark()


@pytest.mark.parametrize(
    ("said", "is_enough"), [("1.8.0_392", False), ("11.0.2", False), ("21", True)]
)
def test_an_old_java_is_not_enough(said, is_enough, no_java):
    java = no_java / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{said}\" 2026' >&2\n")
    java.chmod(0o755)
    if is_enough:
        places.must_have_spark()
        return
    with pytest.raises(Refusal, match="17 or newer; here is Java"):
        places.must_have_spark()


def test_words_and_times_are_quoted_as_each_engine_reads_them():
    words = "O'Hara \\"
    assert (DUCKDB.text(words), SPARK.text(words)) == ("'O''Hara \\'", "'O\\'Hara \\\\'")
    naive = NOON.replace(tzinfo=None)
    assert SPARK.literal(naive) == "TIMESTAMP_NTZ '2026-03-09 12:00:00'"
    assert (DUCKDB.named('a"b'), SPARK.named("a`b")) == ('"a""b"', "`a``b`")
