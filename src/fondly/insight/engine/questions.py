"""The expressions of `signals` as SQL: written once for all requests."""

from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.signals.agreements import agreed, agreements, running, terms
from fondly.insight.signals.fifths import borders, fifths
from fondly.insight.signals.purchases import days, unknown_currencies, unpriced
from fondly.insight.signals.talk import relations, talk
from fondly.insight.signals.wide import bought, wide
from fondly.insight.source.given import Given
from fondly.insight.source.live import cast


def written(*, with_rates: bool) -> dict[str, Any]:
    """Return the text of every question, as `engine.notes` keeps it.

    `first`, `second` and `then` are tables to be made, in order: before `bought` (by whom),
    `terms` and `contracts`; before `relations` (who never bought); before `cuts` (the
    borders of the fifths) and `rows` (the wide rows). `unpriced` and `unknown` are about
    money without a rate.
    """
    facts = Facts(Given(with_rates=with_rates))
    by_day = days(facts)
    each = bought(facts, by_day)
    each_contract = agreements(facts)
    first = len(facts.kept)
    said = talk(facts)
    related = relations(facts, said, bought=each, agreements=each_contract)
    second = len(facts.kept)
    rows = wide(facts, each, agreed(facts, each_contract), said)
    kept = [(name, _sql(table)) for name, table in facts.kept]
    return {
        "first": kept[:first],
        "unpriced": _sql(unpriced(by_day)),
        "unknown": _sql(unknown_currencies(facts)),
        "bought": _typed(each, order_by="client_id"),
        "terms": _sql(terms(each_contract)),
        "contracts": _typed(running(each_contract), order_by="id"),
        "second": kept[first:second],
        "relations": _typed(related, order_by="client_id"),
        "then": kept[second:],
        "cuts": {score: _sql(table) for score, table in borders(rows).items()},
        "rows": _typed(fifths(facts.given, rows), order_by="client_id"),
    }


def _typed(table: Any, *, order_by: str) -> str:
    """Write a question whose columns have the types that Ibis says they have."""
    types = {name: str(kind) for name, kind in table.schema().items()}
    return f"SELECT {cast(types)} FROM ({_sql(table)}) ORDER BY {order_by}"


def _sql(table: Any) -> str:
    return str(ibis.to_sql(table, dialect="duckdb", pretty=False))
