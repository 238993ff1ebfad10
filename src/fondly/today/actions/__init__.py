"""Everything that writes actions: made, done, put off, answered and handed on."""

from fondly.today.actions.answers import answer
from fondly.today.actions.assignment import assign
from fondly.today.actions.hearing import hear
from fondly.today.actions.looking import look
from fondly.today.actions.outcomes import done, not_needed, snooze, undo
from fondly.today.actions.refreshing import refresh

__all__ = [
    "answer",
    "assign",
    "done",
    "hear",
    "look",
    "not_needed",
    "refresh",
    "snooze",
    "undo",
]
