"""The signals of each client as one Arrow table, its columns named as in the database."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from fondly.insight.scoring.arrow import constant, days, numbers, texts
from fondly.insight.scoring.columns import Columns, Texts
from fondly.insight.scoring.forecast import Found
from fondly.insight.scoring.stage import stages
from fondly.insight.scoring.tiers import Stratifier
from fondly.insight.tiering import TierLine

PASSED_ON = [
    "client_id",
    "first_order_on",
    "last_order_on",
    "orders",
    "revenue",
    "orders_12m",
    "revenue_12m",
    "mean_order",
    "service_days",
    "gap_days",
    "gap_spread_days",
    "days_since_order",
    "cycles_silent",
    "next_from",
    "next_until",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "contracts",
    "recurring_12m",
    "renews_on",
    "notice_by",
    "price_step_on",
    "price_step",
    "gives_12m",
    "asks_12m",
    "services_12m",
    "balance",
    "last_touch_on",
    "days_since_touch",
    "reach_email",
    "reach_phone",
    "reach_post",
]
FORECAST = [
    "p_active",
    "p_active_low",
    "p_active_high",
    "expected_orders_12m",
    "expected_orders_24m",
    "p_renew",
    "p_renew_low",
    "p_renew_high",
]
BASES = ["", "orders", "contract", "touches"]
# What only touches fill, and what stands where there are none.
HEARD = ["last_heard_on", "answered", "their_answer_hours", "our_answer_hours"]
COUNTED = ["heard_days", "called_off_12m"]
WORTH = ["worth_12m", "worth_24m", "worth_24m_low", "worth_24m_high"]


def signals(
    rows: Columns,
    *,
    foretold: Callable[[Texts | None], Found],
    heard: dict[str, Any],
    as_of: date,
    usual_gap: float | None,
    stratifier: Stratifier,
) -> Any:
    """Return the table of signals, one row per client.

    `foretold` says what is forecast, of all alike (by which tiers are given), and then of
    each as of their tier; `heard` are the columns that only touches fill.
    """
    tiers = stratifier(rows, foretold(None))
    found = foretold(tiers.tier)
    stage = stages(rows, as_of=as_of, p_active=found["p_active"], usual_gap=usual_gap)
    columns = {name: rows.rows[name] for name in PASSED_ON}
    empty = np.full(len(rows), np.nan)
    columns |= {name: numbers(found.get(name, empty)) for name in FORECAST}
    columns |= {name: numbers(found.get(name, empty)).cast(pa.int64()) for name in WORTH}
    columns |= _cadence(rows, tiers.tier, stratifier.scheme.tiers)
    columns["tier"] = texts(tiers.tier.tolist())
    columns["tier_points"] = numbers(tiers.points)
    columns["tier_parts"] = tiers.parts
    columns["stage"] = texts(stage.tolist())
    columns["act_by"] = days(found.get("act_by", empty), as_of=as_of)
    columns["basis"] = _basis(found, heard.get("relation_place"), size=len(rows))
    return pa.table(columns | _heard(heard, size=len(rows)))


def _basis(found: Found, place: Any, *, size: int) -> Any:
    """Say what the chance that is shown was read from."""
    nothing = np.full(size, np.nan)
    basis = np.where(~np.isnan(found.get("p_renew", nothing)), 2, 0)
    basis[~np.isnan(found["p_active"])] = 1
    if place is not None:
        basis[place] = 3
    return texts(BASES).take(numbers(basis.astype(np.float64)).cast(pa.int64()))


def _heard(heard: dict[str, Any], *, size: int) -> dict[str, Any]:
    found = {name: heard.get(name, pa.nulls(size, pa.float64())) for name in HEARD}
    found |= {name: heard.get(name, constant(0, size=size)) for name in COUNTED}
    plain = texts(["{}"]).take(constant(0, size=size))
    return found | {"relation": heard.get("relation", plain)}


def _cadence(rows: Columns, tier: Texts, tiers: Sequence[TierLine]) -> dict[str, Any]:
    """Take the client's own cadence, or the tier's; nobody waits for us once closed."""
    ideal, most = rows.number("ideal_days"), rows.number("maximum_days")
    for line in tiers:
        ours = (tier == line.name) & np.isnan(ideal)
        ideal[ours], most[ours] = line.ideal_days, line.maximum_days
    most = np.where(np.isnan(most), ideal, np.maximum(most, ideal))
    over = np.where(rows.flag("is_closed"), np.nan, rows.number("days_waiting") - ideal)
    return {
        name: numbers(values).cast(pa.int64())
        for name, values in (
            ("ideal_days", ideal),
            ("maximum_days", most),
            ("days_over_cadence", over),
        )
    }
