"""Refusals speak the language of whoever reads them."""

import ast
import pickle
from pathlib import Path

import pytest
from django.utils import translation

import fondly
from fondly.base import errors
from fondly.base.errors import Refusal

SOURCE = Path(fondly.__path__[0])
# What is said on the terminal of the server, or by a parser of files as it stands.
TERMINAL = {"commands.py", "prepare.py"}


def test_words_are_translated_when_they_are_shown_not_when_they_are_raised():
    refusal = Refusal("Monday")  # Django itself knows this word in German
    with translation.override("de"):
        assert str(refusal) == "Montag"
    assert str(refusal) == "Monday"


def test_what_varies_is_put_into_the_translated_words(monkeypatch):
    german = {"“%(raw)s” is no date.": "„%(raw)s“ ist kein Datum."}
    monkeypatch.setattr(Refusal, "translate", staticmethod(german.get))
    assert str(Refusal("“%(raw)s” is no date.", raw="5%")) == "„5%“ ist kein Datum."


def test_a_per_cent_sign_in_plain_words_is_only_that():
    assert str(Refusal("100% of it, or %(n)s")) == "100% of it, or %(n)s"


def test_without_django_the_words_stand_as_they_are(monkeypatch):
    monkeypatch.setattr(Refusal, "translate", staticmethod(errors._as_they_are))
    with translation.override("de"):
        assert str(Refusal("Monday")) == "Monday"


def test_a_refusal_comes_back_whole_from_another_process():
    again = pickle.loads(pickle.dumps(Refusal("“%(raw)s” is no date.", raw="x")))
    assert str(again) == "“x” is no date."


def refused_in_plain_words(tree):
    """Yield the lines where a Refusal is made of words that nobody can translate."""
    for node in ast.walk(tree):
        is_refusal = (
            isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal"
        )
        if is_refusal and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
            yield node.lineno


@pytest.mark.parametrize("app", ["base", "team", "clients", "touches", "insight", "today"])
def test_every_refusal_is_marked_to_be_translated(app):
    files = [f for f in (SOURCE / app).rglob("*.py") if "tests" not in f.parts]
    found = [
        f"{file.relative_to(SOURCE)}:{line}"
        for file in files
        if file.name not in TERMINAL
        for line in refused_in_plain_words(ast.parse(file.read_text()))
    ]
    assert found == []
