"""A client's own rhythm: the usual gap, its spread, and when the next order is expected."""

from typing import Any

import ibis

from fondly.insight.source.given import Given

# Of two gaps the median is their mean, and one odd order makes it up: no rhythm yet.
FEWEST_GAPS = 3
LEAST_SPREAD = 0.1  # of the gap: nobody is more regular than that


def rhythm(given: Given, bought: Any) -> Any:
    """Add to `purchases` what follows from the gaps and the day asked for."""
    as_of = given.as_of
    regular = bought.gaps >= FEWEST_GAPS
    none = ibis.null("float64")
    gap = ibis.ifelse(regular, bought.gap_days, none)
    spread = ibis.ifelse(regular, (bought.gap_high - bought.gap_low) / 2, none)
    silent = as_of.delta(bought.last_order_on, unit="day")
    about = ibis.greatest(spread, gap * LEAST_SPREAD)
    # `greatest` leaves nulls out in some engines.
    earliest = ibis.ifelse(regular, ibis.greatest((gap - about).floor(), 1.0), none)
    priced = bought.orders - bought.unpriced
    return bought.mutate(
        gap_days=gap,
        gap_spread_days=spread,
        days_since_order=silent,
        cycles_silent=silent / gap,
        next_from=_later(bought.last_order_on, earliest),
        next_until=_later(bought.last_order_on, (gap + about).ceil()),
        service_days=as_of.delta(bought.first_order_on, unit="day"),
        mean_order=ibis.ifelse(
            (priced > 0) & (bought.revenue > 0),
            (bought.revenue / priced.nullif(0)).round().cast("int64"),
            ibis.null("int64"),
        ),
    )


def _later(day: Any, days: Any) -> Any:
    # A date plus an interval is a timestamp in one engine and a date in another.
    return (day + days.cast("int64").as_interval("D")).cast("date")
