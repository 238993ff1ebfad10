"""All that insight writes, one module per noun."""

from fondly.insight.actions.marks import mark_stale
from fondly.insight.actions.score import score_all
from fondly.insight.actions.some import score_some, score_stale

__all__ = ["mark_stale", "score_all", "score_some", "score_stale"]
