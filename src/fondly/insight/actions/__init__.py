"""All that insight writes, one module per noun."""

from fondly.insight.actions.asking import engine
from fondly.insight.actions.look_back import look_back
from fondly.insight.actions.marks import mark_stale
from fondly.insight.actions.months import past_months, reckon, wants_past
from fondly.insight.actions.proving.alike import prove
from fondly.insight.actions.schemes import adopt, give_tiers, preview
from fondly.insight.actions.score import score_all
from fondly.insight.actions.some import is_for_everybody, score_some, score_stale
from fondly.insight.actions.tiers import scheme_in_force, the_scheme

__all__ = [
    "adopt",
    "engine",
    "give_tiers",
    "is_for_everybody",
    "look_back",
    "mark_stale",
    "past_months",
    "preview",
    "prove",
    "reckon",
    "scheme_in_force",
    "score_all",
    "score_some",
    "score_stale",
    "the_scheme",
    "wants_past",
]
