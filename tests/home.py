"""Gives the tests a home of their own, before settings are read (`-p tests.home`).

Without it a test run would write its key and its database into the developer's own
installation.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "FONDLY_HOME" not in os.environ:
    os.environ["FONDLY_HOME"] = tempfile.mkdtemp(prefix="fondly-tests-")
    atexit.register(shutil.rmtree, os.environ["FONDLY_HOME"], ignore_errors=True)
# Each worker of pytest-xdist has a database of its own, so ids repeat between them, and
# with them the folders of imports.
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["FONDLY_HOME"] = str(Path(os.environ["FONDLY_HOME"]) / worker)
# Where `fondly serve` would have put the static files; WhiteNoise looks for it.
(Path(os.environ["FONDLY_HOME"]) / "static").mkdir(parents=True, exist_ok=True)
