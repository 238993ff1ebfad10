"""What is installed is pinned, hashed and from nowhere in particular."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
WANTED = {
    "app": PROJECT["dependencies"],
    "dev": [*PROJECT["dependencies"], *EXTRAS["test"], *EXTRAS["lint"]],
    "spark": EXTRAS["spark"],
    "spark-build": ["setuptools"],
}


def pinned(name: str) -> dict[str, str]:
    text = (ROOT / f"requirements/{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.M))


@pytest.mark.parametrize("name", WANTED)
def test_every_requirement_is_pinned_within_its_range(name):
    pins = pinned(name)
    for wanted in map(Requirement, WANTED[name]):
        version = pins.get(canonicalize_name(wanted.name))
        assert version, f"{wanted.name} is not pinned: make requirements"
        assert wanted.specifier.contains(version), f"{wanted} but {version} is pinned"


def test_the_tools_are_tested_with_what_is_shipped():
    assert pinned("app").items() <= pinned("dev").items()


@pytest.mark.parametrize("name", WANTED)
def test_every_pin_has_hashes_and_no_line_names_an_address(name):
    text = (ROOT / f"requirements/{name}.txt").read_text()
    assert not re.search(r"://|file:/|--index|--find|--extra|--trusted", text)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]
    assert [b.split(" ")[0] for b in blocks if "--hash=sha256:" not in b] == []
