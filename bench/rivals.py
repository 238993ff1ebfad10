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

# pymc-marketing 1 needs Python 3.12. lifetimes has not been released since 2020, and
# bounds nothing: these are the versions of what it stands on that it was seen to work with.
WANTED = {
    "lifetimes": (
        "LIFETIMES",
        ["lifetimes==0.11.3", "numpy<3", "pandas<4", "scipy<2", "pyarrow"],
    ),
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
    if done.exists() and done.read_text() == str(packages):
        return str(found)
    print(f"Installing {packages[0]} into {folder}, once.", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True, clear=True)
    install = [str(found), "-m", "pip", "install", "-q", *packages]
    tried = subprocess.run(install, capture_output=True, text=True)
    if tried.returncode:
        print(tried.stderr.strip(), file=sys.stderr)
        print(f"{packages[0]} cannot be installed: not compared with it", flush=True)
        return None
    done.write_text(str(packages))
    return str(found)


def last_line(program: str, *arguments: str) -> str:
    """Return what another's program printed last; where it failed, end with its words."""
    asked = [program, "-W", "ignore", *arguments]
    done = subprocess.run(asked, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(asked[:4])}: {done.stderr}")
    return done.stdout.splitlines()[-1]
