"""A world in which a test says what the practices propose."""

from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.urls import get_resolver

from fondly.base.practice import Practice, Proposal, Reason
from fondly.testing import NOON, TODAY, a_run
from fondly.today import actions


class World:
    """What a practice would propose; a test changes it as the days go by."""

    def __init__(self):
        self.proposals = {"one": [], "two": []}

    def says(self, slug, *proposals):
        self.proposals[slug] = list(proposals)

    def rows(self, slug):
        def ask(asked):
            for row in self.proposals[slug]:
                if asked.client_ids is None or row.client_id in asked.client_ids:
                    yield row

        return ask


def proposal(client, subject="a", **about):
    row = {
        "because": f"Because {subject}.",
        "suggestion": "Call.",
        "stake": 100,
        "due": TODAY,
        "minutes": 10,
    }
    return Proposal(client_id=client.pk, subject=subject, **row | about)


@contextmanager
def practice_of(world):
    """Let the house have one practice, which proposes what the world says."""
    made = [
        Reason(
            slug=slug,
            title=slug,
            explanation="",
            rows=world.rows(slug),
            answered_by=frozenset({"order", "touch:out"}) if slug == "one" else frozenset(),
        )
        for slug in ("one", "two")
    ]
    practice = Practice(slug="t", title="T", reasons=made)
    # The site's addresses are read once; they must not be this practice's for good.
    assert get_resolver().url_patterns
    with patch("fondly.base.practice.practices", lambda: iter([practice])):
        yield


@pytest.fixture
def world():
    world = World()
    with practice_of(world):
        yield world


@pytest.fixture
def run():
    return a_run()


def refresh(run, *, today=TODAY, **about):
    now = NOON + (today - TODAY)
    return actions.refresh(run_id=run.pk, today=today, now=now, **about)
