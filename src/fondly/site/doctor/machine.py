"""Checks of the machine: Python, the home folder, its room and its secret, time zones."""

import os
import shutil
import stat
import sys
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from fondly.site.doctor.finding import Finding, warn, well, wrong

OLDEST = (3, 11)
SCARCE, FULL = 2_000_000_000, 200_000_000  # bytes


def python() -> Finding:
    """Check the version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST:
        return wrong("python", f"Python {version}", "Install Python 3.11 or newer.")
    return well("python", f"Python {version}")


def home() -> Finding:
    """Check that the home folder can be written, and read by its owner only."""
    folder = Path(settings.FONDLY_HOME)
    if not os.access(folder, os.W_OK | os.X_OK):
        return wrong(
            "home",
            f"{folder} cannot be written by this user",
            "Run Fondly as the user who owns the folder, or name another: FONDLY_HOME.",
        )
    if folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return warn(
            "home", f"{folder} is open to other users", f"Close it: chmod 700 {folder}"
        )
    return well("home", str(folder))


def secret() -> Finding:
    """Check that the installation's secret is long and nobody else's to read."""
    file = Path(settings.FONDLY_HOME) / "secret.key"
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 5:
        return wrong(
            "secret",
            "the secret key is short or guessable",
            "Unset FONDLY_SECRET_KEY to have one made, or give 50 random characters.",
        )
    if not os.environ.get("FONDLY_SECRET_KEY") and file.stat().st_mode & 0o077:
        return wrong(
            "secret", f"{file} can be read by others", f"Close it: chmod 600 {file}"
        )
    return well("secret", "a secret key that only this user can read")


def room() -> Finding:
    """Check that there is room left on the disk."""
    free = shutil.disk_usage(settings.FONDLY_HOME).free
    found = f"{free / 1e9:.1f} GB free"
    mend = f"Make room on the disk of {settings.FONDLY_HOME}."
    if free < FULL:
        return wrong("disk", found, mend)
    return warn("disk", found, mend) if free < SCARCE else well("disk", found)


def time_zones() -> Finding:
    """Check that time zones are known."""
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        mend = "Install the package tzdata: .venv/bin/pip install tzdata"
        return wrong("time zones", "no time zone data", mend)
    return well("time zones", "known")
