"""The page on survival says what happens: its Python runs, and prints what it says."""

import re
from pathlib import Path

import pytest

from tenure.tests.survival.records import subscribers

PAGE = Path(__file__).parents[4] / "docs" / "tenure" / "survival.md"


def test_the_page_runs_and_prints_what_it_says(capsys):
    if not PAGE.exists():
        pytest.skip("only on a checkout: an installed package has no pages")
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    told = (re.fullmatch(r"(?:print\(.*  )?# (.*)", line) for line in lines)
    said = [line[1] for line in told if line]
    known = {"log": subscribers()}
    for block in blocks:
        exec(compile(block, PAGE.name, "exec"), known)
    printed = capsys.readouterr().out.splitlines()
    assert printed == said
