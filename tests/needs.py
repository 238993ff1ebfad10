"""What a test needs from outside, and how it says that it has not got it.

On a developer's machine such a test is skipped with the reason. In CI (`CI=true`) a skip
is a failure, unless it says that the test is about another database.
"""

import os
from pathlib import Path
from typing import NoReturn

import pytest
from django.db import connection

ANOTHER = "only on "  # “only on PostgreSQL”: not missing, just not this run's


def missing(what: str) -> NoReturn:
    """Skip the test for want of `what`."""
    pytest.skip(f"missing: {what}")


def only_on(vendor: str) -> None:
    """Skip the test unless this run is on the database `vendor`."""
    if connection.vendor != vendor:
        pytest.skip(f"{ANOTHER}{vendor}")


def shared_folder() -> Path | None:
    """Return the folder with the public data sets, if there is one."""
    beside = Path(__file__).parents[2] / "shared"
    folder = Path(os.environ.get("FONDLY_SHARED") or beside)
    return folder if (folder / "data").is_dir() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with the public data sets (FONDLY_SHARED, or beside us)."""
    return shared_folder() or missing("public data sets (FONDLY_SHARED)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if (
        os.environ.get("CI") == "true"
        and report.skipped
        and not hasattr(report, "wasxfail")
    ):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        if not reason.startswith(ANOTHER):
            report.outcome = "failed"
            report.longrepr = f"skipped in CI: {reason}"
    return report
