"""The public data the papers used, wherever this checkout keeps it."""

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest


class Summary(NamedTuple):
    """The CDNOW 1/10 sample: weeks and dollars, 2,357 clients."""

    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    spend: np.ndarray


def shared_folder() -> Path:
    """FONDLY_SHARED, else the folder `shared` beside the repository."""
    beside = Path(__file__).resolve().parents[4] / "shared"
    return Path(os.environ.get("FONDLY_SHARED") or beside)


def cdnow() -> Summary:
    """Load the summary; where it is absent skip, but in CI fail."""
    path = shared_folder() / "data" / "cdnow" / "cdnow_sample_summary.csv"
    if not path.exists():
        words = f"The CDNOW sample is not at {path}; set FONDLY_SHARED."
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    return _load(path)


@cache
def _load(path: Path) -> Summary:
    return Summary(*np.loadtxt(path, delimiter=",", skiprows=1).T[1:])
