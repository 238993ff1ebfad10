"""The documents say what is there."""

import re
from pathlib import Path

import click

from fondly.site.cli import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
INTERNAL = {"FONDLY_LEASH", "FONDLY_TEST_SQLITE"}  # between our processes; for tests


def test_every_setting_is_in_the_readme():
    code = (ROOT / "src/fondly/site/environment.py").read_text()
    code += (ROOT / "src/fondly/site/settings.py").read_text()
    read = (
        set(re.findall(r'"((?:FONDLY_[A-Z_]+)|EMAIL_URL|DATABASE_URL)"', code)) - INTERNAL
    )
    assert read - set(re.findall(r"`([A-Z_]+)`", README)) == set()


def test_every_command_is_in_the_readme():
    context = click.Context(cli)
    names = [
        n for n in cli.list_commands(context) if not cli.get_command(context, n).hidden
    ]
    table = README[README.index("| command |") : README.index("Exit codes")]
    assert [n for n in names if not re.search(rf"\b{n}\b", table)] == []


def test_no_document_links_to_a_file_that_is_not_there():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    links = {(p, t) for p in pages for t in re.findall(r"\]\(([^)#]+)", p.read_text())}
    assert {t for p, t in links if "://" not in t and not (p.parent / t).exists()} == set()
