"""Where a relationship stands, derived from its signals, unless somebody has set it."""

from datetime import date
from typing import Any

import numpy as np

from fondly.insight.scoring.columns import Columns, Flags, Floats, Texts

ONBOARDING_DAYS = 90  # after the first order
WON_BACK_DAYS = 90  # after the order that ended a long silence
QUIET_CYCLES, LAPSED_CYCLES = 2.0, 5.0  # of the client's usual gap
QUIET_CHANCE, LAPSED_CHANCE = 0.5, 0.15
# Without a usual gap of the business there is only the calendar.
QUIET_DAYS, LAPSED_DAYS = 180.0, 365.0


def stages(
    rows: Columns, *, as_of: date, p_active: Floats, usual_gap: float | None
) -> Texts:
    """Return the stage of each client, the first that applies.

    Set by hand (until its day), closed, prospect, won back, onboarding, lapsed, quiet,
    active. Whoever has a contract that holds is neither lapsed nor quiet, whoever had one
    is no prospect. Of clients who never bought, silence is that of their own words. A
    client without a gap of their own is measured by the business's usual gap.
    """
    orders, since = rows.number("orders"), rows.number("days_since_order")
    gap, spoken = _gaps(rows, usual_gap), np.zeros(len(rows), dtype=bool)
    if "days_since_heard" in rows.rows.column_names:  # of clients who never bought
        silent = rows.number("days_since_heard")
        spoken = ~np.isnan(silent)
        since = np.where(spoken, silent, since)
        gap = np.where(spoken, rows.number("gap_days"), gap)
    lapse = _days(gap, LAPSED_CYCLES, LAPSED_DAYS)
    quiet = _days(gap, QUIET_CYCLES, QUIET_DAYS)
    returned = (rows.number("last_gap") > lapse) & (since <= WON_BACK_DAYS)
    by_hand, holds = _by_hand(rows, as_of), rows.number("contracts") > 0
    service = rows.number("service_days")  # unknown of who never had anything
    rules: list[tuple[Flags, Any]] = [
        (by_hand != "", by_hand),
        (rows.flag("is_closed"), "closed"),
        ((orders == 0) & np.isnan(service), "prospect"),
        (returned, "won_back"),
        (service <= ONBOARDING_DAYS, "onboarding"),
        (holds, "active"),
        ((orders == 0) & ~spoken, "lapsed"),
        ((since > lapse) | (p_active < LAPSED_CHANCE), "lapsed"),
        ((since > quiet) | (p_active < QUIET_CHANCE), "quiet"),
    ]
    found: Texts = np.select(
        [rule for rule, _ in rules], [to for _, to in rules], "active"
    ).astype(object)
    return found


def _gaps(rows: Columns, usual_gap: float | None) -> Floats:
    own = rows.number("gap_days")
    everybody = np.nan if usual_gap is None else usual_gap
    return np.where(np.isnan(own), everybody, own)


def _days(gap: Floats, cycles: float, plain: float) -> Floats:
    """Return the silence in days after which it is so; never less than a month."""
    days = np.where(np.isnan(gap), plain, gap * cycles)
    return np.maximum(days, 30.0)


def _by_hand(rows: Columns, as_of: date) -> Texts:
    until = rows.day("stage_by_hand_until")
    lasts = np.isnat(until) | (until >= np.datetime64(as_of))
    return np.where(lasts, rows.text("stage_by_hand"), "").astype(object)
