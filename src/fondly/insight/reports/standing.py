"""Where each client stands in the reports, so that a number leads to its clients."""

from functools import reduce
from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.reports.codes import AFTER, BEFORE, MONTHS_KEPT, PARTS, WIDTH
from fondly.insight.reports.ground import last_complete, period
from fondly.insight.reports.leaving import grouped


def bit_or(bits: Any) -> Any:
    """Return the bits that any row has."""


# By the name that every engine knows it by: Ibis writes its own for some of them only.
_all_bits: Any = ibis.udf.agg.builtin(bit_or, signature=(("int64",), "int64"))


def standing(facts: Facts, days_bought: Any, moved: Any, people: Any) -> Any:
    """One row per client of the run, as `reports.codes` writes it down."""
    rows = grouped(people)
    rows = rows.left_join(_bought(facts, days_bought), "client_id").drop("client_id_right")
    rows = rows.left_join(_bridge(facts, moved), "client_id").drop("client_id_right")
    return rows.select(
        "client_id",
        "owner",
        "tier",
        "stage",
        leaving=rows.group,
        is_ranged=rows.worth_24m_low.notnull() & rows.worth_24m_high.notnull(),
        first_month=rows.first_month,
        bought=rows.bought.fill_null(0),
        bridge=rows.bridge.fill_null(0),
    )


def _bought(facts: Facts, days_bought: Any) -> Any:
    """Return the month of the first purchase, and the months with any."""
    last = last_complete(facts.given.as_of, "month")
    rows = days_bought.filter(days_bought.is_purchase)
    rows = rows.mutate(month=period(rows.day, "month"))
    back = last - rows.month
    is_kept = (back >= 0) & (back < MONTHS_KEPT)
    bit = _shifted(ibis.literal(1, "int64"), ibis.ifelse(is_kept, back, 0))
    rows = rows.mutate(bit=ibis.ifelse(is_kept, bit, 0))
    return rows.group_by("client_id").aggregate(
        first_month=rows.month.min(), bought=_all_bits(rows.bit)
    )


def _bridge(facts: Facts, moved: Any) -> Any:
    """Return the parts of the last 12 months."""
    last = last_complete(facts.given.as_of, "month")
    part = ibis.cases(
        *((moved.part == name, code) for code, name in enumerate(PARTS) if name), else_=0
    )
    code = reduce(
        lambda one, other: one + other,
        (
            part.cast("int64"),
            (moved.before != 0).cast("int64") * BEFORE,
            (moved.after != 0).cast("int64") * AFTER,
        ),
    )
    rows = moved.mutate(bits=_shifted(code, (last - moved.month) * WIDTH))
    return rows.group_by("client_id").aggregate(bridge=_all_bits(rows.bits))


def _shifted(value: Any, by: Any) -> Any:
    # Not `<<`: to Spark a written 1 has 32 bits, and 40 months back are more.
    return value.cast("int64") * (ibis.literal(2.0) ** by).cast("int64")
