"""The expressions of `signals` as SQL: written once for all requests."""

from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.signals.fifths import borders, fifths
from fondly.insight.signals.purchases import days, unknown_currencies, unpriced
from fondly.insight.signals.wide import bought, wide
from fondly.insight.source.given import Given
from fondly.insight.source.live import cast


def written(*, with_rates: bool) -> dict[str, Any]:
    """Return the text of every question, as `engine.notes` keeps it.

    `of_orders` and `of_all` are tables to be made first, in order, before `bought` and
    before `cuts` (the borders of the fifths) and `rows` (the wide rows); `unpriced` and
    `unknown` are about money without a rate.
    """
    facts = Facts(Given(with_rates=with_rates))
    by_day = days(facts)
    each = bought(facts, by_day)
    of_orders = len(facts.kept)
    rows = wide(facts, each)
    kept = [(name, _sql(table)) for name, table in facts.kept]
    return {
        "of_orders": kept[:of_orders],
        "unpriced": _sql(unpriced(by_day)),
        "unknown": _sql(unknown_currencies(facts)),
        "bought": _typed(each, order_by="client_id"),
        "of_all": kept[of_orders:],
        "cuts": {score: _sql(table) for score, table in borders(rows).items()},
        "rows": _typed(fifths(facts.given, rows), order_by="client_id"),
    }


def _typed(table: Any, *, order_by: str) -> str:
    """Write a question whose columns have the types that Ibis says they have."""
    types = {name: str(kind) for name, kind in table.schema().items()}
    return f"SELECT {cast(types)} FROM ({_sql(table)}) ORDER BY {order_by}"


def _sql(table: Any) -> str:
    return str(ibis.to_sql(table, dialect="duckdb", pretty=False))
