"""The cluster is started once for all tests that need it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.needs import missing

from fondly.insight.tests.engines.cluster import a_cluster, lacks, settings


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a master with two workers."""
    if what := lacks():
        missing(what)
    with a_cluster(tmp_path_factory.mktemp("cluster")) as url:
        yield url


@pytest.fixture
def spark_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of Spark's own configuration, small and on the loopback."""
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    folder = settings(tmp_path / "spark-conf")
    monkeypatch.setenv("SPARK_CONF_DIR", str(folder))
    return folder
