"""Where the scoring run meets the tiers: the scheme as it stands in the tables."""

from fondly.insight.actions.tiers import the_scheme
from fondly.insight.scoring.tiers import Stratifier
from fondly.insight.tiering import Scales, Scheme, TierLine


def stratifier(scales: Scales | None = None) -> Stratifier:
    """Return what gives clients their tiers, by given scales or by learning its own."""
    row = the_scheme()
    lines = [
        TierLine(
            name=tier.name,
            border=tier.border,
            ideal_days=tier.ideal_days,
            maximum_days=tier.maximum_days,
            minutes=tier.minutes,
        )
        for tier in row.tiers.all()
    ]
    scheme = Scheme(
        criteria=tuple((one.source, one.weight) for one in row.criteria.all()),
        tiers=tuple(lines),
        by_share=row.cut == row.Cut.SHARE,
        hysteresis=row.hysteresis,
    )
    return Stratifier(scheme, scales=scales)
