"""Where the scoring run meets the tiers: the scheme as it stands in the tables."""

from fondly.insight.actions.tiers import the_scheme
from fondly.insight.scoring.tiers import Stratifier
from fondly.insight.tiering import Scales


def stratifier(scales: Scales | None = None) -> Stratifier:
    """Return what gives clients their tiers, by given scales or by learning its own."""
    return Stratifier(the_scheme().rules(), scales=scales)
