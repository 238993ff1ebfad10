"""What a check found, in words."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One check's answer; `mend` says what to do when not all is well."""

    check: str
    level: Level
    found: str
    mend: str = ""


def well(check: str, found: str) -> Finding:
    """Say that all is well."""
    return Finding(check=check, level="ok", found=found)


def warn(check: str, found: str, mend: str) -> Finding:
    """Say that something should be looked at."""
    return Finding(check=check, level="warning", found=found, mend=mend)


def wrong(check: str, found: str, mend: str) -> Finding:
    """Say that something does not work."""
    return Finding(check=check, level="problem", found=found, mend=mend)
