"""The expressions of `signals` as SQL: written once for all requests."""

from typing import Any

from fondly.insight.facts import Facts
from fondly.insight.signals.agreements import agreed, agreements, running, terms
from fondly.insight.signals.fifths import borders, fifths
from fondly.insight.signals.purchases import days, unknown_currencies, unpriced
from fondly.insight.signals.talk import relations, talk
from fondly.insight.signals.wide import bought, wide
from fondly.insight.source.given import Given
from fondly.insight.source.text import sql, typed


def written(*, with_rates: bool, dialect: str = "duckdb") -> dict[str, Any]:
    """Return the text of every question, as `engine.notes` keeps it.

    `first`, `second` and `then` are tables to be made, in order: before `bought` (by whom),
    `terms` and `contracts`; before `relations` (who never bought); before `cuts` (the
    borders of the fifths) and `rows` (the wide rows). `unpriced` and `unknown` are about
    money without a rate.
    """
    facts = Facts(Given(with_rates=with_rates, dialect=dialect))
    by_day = days(facts)
    each = bought(facts, by_day)
    each_contract = agreements(facts)
    first = len(facts.kept)
    said = talk(facts)
    related = relations(facts, said, bought=each, agreements=each_contract)
    second = len(facts.kept)
    rows = wide(facts, each, agreed(facts, each_contract), said)
    kept = [(name, sql(table, dialect)) for name, table in facts.kept]
    cuts = borders(rows)
    return {
        "first": kept[:first],
        "unpriced": sql(unpriced(by_day), dialect),
        "unknown": sql(unknown_currencies(facts), dialect),
        "bought": typed(each, dialect, order_by="client_id"),
        "terms": sql(terms(each_contract), dialect),
        "contracts": typed(running(each_contract), dialect, order_by="id"),
        "second": kept[first:second],
        "relations": typed(related, dialect, order_by="client_id"),
        "then": kept[second:],
        "cuts": {score: sql(table, dialect) for score, table in cuts.items()},
        "rows": typed(fifths(facts.given, rows), dialect, order_by="client_id"),
    }
