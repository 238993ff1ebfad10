"""Everything that writes actions: made, done, put off, answered and handed on."""

from fondly.today.actions.answers import answer
from fondly.today.actions.assignment import assign
from fondly.today.actions.hearing import hear
from fondly.today.actions.later import compute_soon, refresh_soon
from fondly.today.actions.outcomes import done, not_needed, snooze, undo
from fondly.today.actions.personal import erase
from fondly.today.actions.refreshing import refresh
from fondly.today.actions.team import be_away, be_back, hand_over, set_reasons

__all__ = [
    "answer",
    "assign",
    "be_away",
    "be_back",
    "compute_soon",
    "done",
    "erase",
    "hand_over",
    "hear",
    "not_needed",
    "refresh",
    "refresh_soon",
    "set_reasons",
    "snooze",
    "undo",
]
