"""Where a request is answered: by DuckDB over the live database or a folder, by Spark."""

import os
import re
import shutil
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.insight.source.live import Live
from fondly.insight.source.request import Borders, Request

OLDEST_JAVA = 17


class Place(Protocol):
    """Tables by the names that facts know, and questions about them."""

    def keep(self, name: str, question: str) -> None:
        """Compute the rows of a question once, to be read by a name."""

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Return the rows of a question with few of them."""

    def table(self, question: str) -> Any:
        """Return the rows as an Arrow table."""

    def give(self, borders: Borders) -> None:
        """Set the borders of the fifths."""

    def close(self) -> None:
        """Leave."""


def place(asked: Request) -> Place:
    """Return the place of a request; loads only what that needs."""
    engine = asked.engine
    if engine.kind == "spark":
        must_have_spark()
        return _at("spark", "OnSpark", asked)
    return _at("parquet", "LiveWithParquet", asked) if engine.orders else Live(asked)


def must_have_spark() -> None:
    """Refuse to begin without PySpark and Java; say how to get them."""
    if find_spec("pyspark") is None:
        raise Refusal(
            _("Spark is not installed here: pip install 'fondly[spark]' brings PySpark.")
        )
    version = java_version()
    if version < OLDEST_JAVA:
        raise Refusal(
            _(
                "Spark needs Java %(oldest)s or newer; %(found)s. On Debian and Ubuntu: "
                "apt-get install openjdk-17-jre-headless."
            ),
            oldest=OLDEST_JAVA,
            found=f"here is Java {version}" if version else "there is none here",
        )


def _at(module: str, name: str, asked: Request) -> Place:
    found: Place = getattr(import_module(f"fondly.insight.source.{module}"), name)(asked)
    return found


def java_version() -> int:
    """Return which Java would be started: JAVA_HOME's or that on the PATH; 0 for none."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home) / "bin" / "java") if home else "java")
    if java is None:
        return 0
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr)
    return int(found[1]) if found else 0
