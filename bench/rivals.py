"""The Pythons of those we compare with, each in an environment of its own.

`LIFETIMES` and `PYMC` name Pythons that have them; else pip makes them here once, inside
the environment this runs in. What pip cannot install is not compared, and we say so.
"""

import os
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

# pymc-marketing 1 needs Python 3.12. lifetimes has not been released since 2020.
WANTED = {
    "lifetimes": ("LIFETIMES", ["lifetimes==0.11.3", "pyarrow"]),
    "pymc": ("PYMC", ["pymc-marketing==0.19.*"]),
}


@cache
def python(name: str) -> str | None:
    """Return the Python that has `name`; None where there is none."""
    variable, packages = WANTED[name]
    if given := os.environ.get(variable):
        return given
    folder = Path(sys.prefix) / "beside" / name
    found, done = folder / "bin" / "python", folder / ".installed"
    if done.exists():
        return str(found)
    print(f"Installing {packages[0]} into {folder}, once.", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True, clear=True)
    install = [str(found), "-m", "pip", "install", "-q", *packages]
    if subprocess.run(install, capture_output=True).returncode:
        print(f"{packages[0]} cannot be installed: not compared with it", flush=True)
        return None
    done.touch()
    return str(found)
