"""`pip install ./src/tenure` gives a package that works with NumPy and SciPy alone."""

import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parents[1]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
FIT = """
import tenure
columns = tenure.BGNBD(r=0.5, alpha=5, a=1, b=2).simulate([40.0] * 200, seed=1)
print(tenure.BGNBD().fit(*columns[:3]).verdict_.words, tenure.__file__)
"""
NONE_OF = "import importlib.util as u; print([n for n in {} if u.find_spec(n)])"
OTHERS = ["django", "fondly", "ibis", "pandas", "pyarrow"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel without an index, by the backend that is installed."""
    if not (HERE / "pyproject.toml").exists():
        pytest.skip("only on a checkout: an installed package has no pyproject.toml")
    if not (find_spec("hatchling") and find_spec("pip")):
        pytest.skip("missing: pip and hatchling, which build the wheel")
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder]
    subprocess.run([*PIP, "wheel", *options, HERE], check=True)
    (built,) = folder.glob("tenure-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """Return the Python of an environment with the wheel, NumPy and SciPy, no more."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    options = ["--no-deps", "--no-index"]
    subprocess.run([*PIP, "--python", python, "install", *options, wheel], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for part in Path(np.__file__).parents[1].glob("[ns][uc][mi][p]y*"):
        (packages / part.name).symlink_to(part)
    return python


def said(python, code):
    """Return what an isolated Python prints."""
    run = [str(python), "-I", "-c", code]
    return subprocess.run(run, check=True, capture_output=True, text=True).stdout


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    source = {p.relative_to(HERE.parent).as_posix() for p in HERE.rglob("*.py")}
    wanted = {name for name in source if not name.startswith("tenure/tests/")}
    assert {n for n in names if n.endswith(".py")} == wanted
    assert "tenure/py.typed" in names
    assert {n.partition("/")[0].partition("-")[0] for n in names} == {"tenure"}


def test_it_asks_for_numpy_and_scipy_and_for_more_only_as_an_extra(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = (n for n in archive.namelist() if n.endswith("METADATA"))
    lines = archive.read(name).decode().splitlines()
    asked = [line.split(": ")[1] for line in lines if line.startswith("Requires-Dist")]
    assert {a.split("<")[0].split(">")[0] for a in asked if "extra" not in a} == {
        "numpy",
        "scipy",
    }
    extras = {re.split(r"[\[<>]", a)[0] for a in asked if "extra" in a}
    assert extras == {"ibis-framework", "statsmodels"}


def test_an_environment_without_django_fits_a_model(python):
    assert said(python, NONE_OF.format(OTHERS)).strip() == "[]"
    verdict, _, file = said(python, FIT).strip().rpartition(" ")
    assert verdict == "identified"
    assert Path(file).is_relative_to(python.parents[1])


def test_fondly_asks_for_the_same_versions():
    whole = HERE.parents[1] / "pyproject.toml"
    if not whole.exists():
        pytest.skip("only on a checkout: there is no Fondly around")
    ours = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    theirs = tomllib.loads(whole.read_text())["project"]["dependencies"]
    wanted = ours["dependencies"] + ours["optional-dependencies"]["summary"]
    assert set(wanted) <= set(theirs)
