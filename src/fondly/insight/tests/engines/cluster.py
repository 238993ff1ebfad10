"""A real standalone cluster of Spark on this machine: a master and two workers."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from fondly.insight.engine.places import OLDEST_JAVA, java_version

PATIENCE = 60  # seconds until a daemon has said that it is up
# Small, compiled in haste, and in as few parts as so few rows are worth.
SETTINGS = """
spark.driver.memory 700m
spark.executor.memory 600m
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1
spark.executor.extraJavaOptions -XX:TieredStopAtLevel=1
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.sql.shuffle.partitions 3
spark.default.parallelism 3
spark.ui.showConsoleProgress false
"""
QUIETLY = """
rootLogger.level = info
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %p %c{1}: %m%n
"""


def lacks() -> str:
    """Return what is missing for Spark here; empty when nothing is."""
    if find_spec("pyspark") is None:
        return "Spark (pip install 'fondly[spark]')"
    if java_version() < OLDEST_JAVA:
        return f"Java {OLDEST_JAVA} (openjdk-{OLDEST_JAVA}-jre-headless)"
    return ""


def settings(folder: Path, **more: str) -> Path:
    """Write Spark's own configuration, for SPARK_CONF_DIR."""
    folder.mkdir(exist_ok=True)
    lines = "".join(f"{name.replace('_', '.')} {value}\n" for name, value in more.items())
    (folder / "spark-defaults.conf").write_text(SETTINGS + lines)
    (folder / "log4j2.properties").write_text(QUIETLY)
    return folder


@contextmanager
def a_cluster(folder: Path) -> Iterator[str]:
    """Start it, give its address, and end it by the ids of its processes."""
    conf = settings(folder / "conf")
    master, workers = "deploy.master.Master", "deploy.worker.Worker"
    with _daemon(master, ["--port", "0"], folder / "master.log", conf) as log:
        url = _said(log, r"Starting Spark master at (spark://\S+)")
        more = ["--cores", "1", "--memory", "700m", "--work-dir", str(folder / "work"), url]
        with (
            _daemon(workers, more, folder / "worker1.log", conf) as first,
            _daemon(workers, more, folder / "worker2.log", conf) as second,
        ):
            for worker in (first, second):
                _said(worker, r"Successfully registered with (master)")
            yield url


@contextmanager
def _daemon(what: str, more: list[str], log: Path, conf: Path) -> Iterator[Path]:
    spec = find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    home = Path(spec.origin).parent
    bash = "/bin/bash"
    where = ["--host", "127.0.0.1", "--webui-port", "0"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [bash, home / "bin/spark-class", f"org.apache.spark.{what}", *where, *more],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=os.environ
            | {
                "SPARK_HOME": str(home),
                "SPARK_CONF_DIR": str(conf),
                "SPARK_DAEMON_MEMORY": "256m",
                "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1",
                "SPARK_LOCAL_IP": "127.0.0.1",
            },
        )
    try:
        yield log
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _said(log: Path, pattern: str) -> str:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if found := re.search(pattern, log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.1)
    raise TimeoutError(log.read_text(errors="replace")[-3000:])
