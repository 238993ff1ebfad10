"""The scheme of tiers: the one in force, and the one a business starts with."""

from django.db import transaction

from fondly.insight.models import Criterion, Tier, TierScheme
from fondly.insight.scoring.tiers import Stratifier
from fondly.insight.tiering import Scales, Scheme, TierLine


def _line(name: str, border: float, ideal: int, most: int, minutes: int) -> TierLine:
    return TierLine(
        name=name, border=border, ideal_days=ideal, maximum_days=most, minutes=minutes
    )


# What a business starts with: the best tenth, the next quarter, everybody else.
FIRST = Scheme(
    criteria=(
        ("revenue_12m", 3.0),
        ("worth_24m", 2.0),
        ("service_days", 1.0),
        ("growth_potential", 1.0),
        ("influence", 1.0),
    ),
    tiers=(
        _line("A", 0.10, 30, 45, 20),
        _line("B", 0.25, 60, 90, 15),
        _line("C", 0, 120, 180, 10),
    ),
)


def scheme_in_force() -> Scheme:
    """Return the scheme in force, or the first one; writes nothing."""
    row = TierScheme.current()
    return row.rules() if row else FIRST


@transaction.atomic
def the_scheme() -> TierScheme:
    """Return the one scheme, made with sensible tiers on first use."""
    scheme, is_new = TierScheme.objects.get_or_create(pk=1)
    if is_new:
        put(scheme, FIRST)
    return scheme


def put(row: TierScheme, scheme: Scheme) -> None:
    """Write the scheme's values in place of what the row held."""
    row.cut = TierScheme.Cut.SHARE if scheme.by_share else TierScheme.Cut.THRESHOLD
    row.hysteresis = scheme.hysteresis
    row.save()
    row.criteria.all().delete()
    row.tiers.all().delete()
    Criterion.objects.bulk_create(
        Criterion(scheme=row, source=source, weight=weight)
        for source, weight in scheme.criteria
    )
    Tier.objects.bulk_create(
        Tier(scheme=row, position=position, **vars(tier))
        for position, tier in enumerate(scheme.tiers)
    )


def stratifier(scales: Scales | None = None) -> Stratifier:
    """Return what gives clients their tiers, by given scales or by learning its own."""
    return Stratifier(the_scheme().rules(), scales=scales)
