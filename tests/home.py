"""Gives the tests a home of their own, before settings are read (`-p tests.home`).

Without it a test run would write its key and its database into the developer's own
installation. The workers of pytest-xdist inherit the folder.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "FONDLY_HOME" not in os.environ:
    os.environ["FONDLY_HOME"] = tempfile.mkdtemp(prefix="fondly-tests-")
    atexit.register(shutil.rmtree, os.environ["FONDLY_HOME"], ignore_errors=True)
# Where `fondly serve` would have put the static files; WhiteNoise looks for it.
(Path(os.environ["FONDLY_HOME"]) / "static").mkdir(parents=True, exist_ok=True)
