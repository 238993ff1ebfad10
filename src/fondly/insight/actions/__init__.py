"""All that insight writes, one module per noun."""

from fondly.insight.actions.marks import EVERYBODY, mark_stale
from fondly.insight.actions.schemes import adopt, give_tiers, preview
from fondly.insight.actions.score import score_all
from fondly.insight.actions.some import score_some, score_stale
from fondly.insight.actions.tiers import scheme_in_force, the_scheme

__all__ = [
    "EVERYBODY",
    "adopt",
    "give_tiers",
    "mark_stale",
    "preview",
    "scheme_in_force",
    "score_all",
    "score_some",
    "score_stale",
    "the_scheme",
]
