"""Tiers are set up, changed and given to clients."""

from django.db import transaction

from fondly.insight.models import Criterion, Tier, TierScheme

# What a business starts with: the best tenth, the next quarter, everybody else.
FIRST_CRITERIA = {
    "revenue_12m": 3,
    "worth_24m": 2,
    "service_days": 1,
    "growth_potential": 1,
    "influence": 1,
}
FIRST_TIERS = [("A", 0.10, 30, 45, 20), ("B", 0.25, 60, 90, 15), ("C", 0, 120, 180, 10)]


@transaction.atomic
def the_scheme() -> TierScheme:
    """Return the one scheme, made with sensible tiers on first use."""
    scheme, is_new = TierScheme.objects.get_or_create(pk=1)
    if is_new:
        Criterion.objects.bulk_create(
            Criterion(scheme=scheme, source=source, weight=weight)
            for source, weight in FIRST_CRITERIA.items()
        )
        Tier.objects.bulk_create(
            Tier(
                scheme=scheme,
                name=name,
                position=position,
                border=border,
                ideal_days=ideal,
                maximum_days=maximum,
                minutes=minutes,
            )
            for position, (name, border, ideal, maximum, minutes) in enumerate(FIRST_TIERS)
        )
    return scheme
