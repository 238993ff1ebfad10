"""The expressions of the reports as SQL: written once for all requests."""

from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.reports.bridge import bridge, movers, moves
from fondly.insight.reports.cohorts import cohorts
from fondly.insight.reports.ground import people
from fondly.insight.reports.leaving import ahead, first_to_call, leaving, reasons
from fondly.insight.reports.worth import worth
from fondly.insight.signals.purchases import days
from fondly.insight.source.given import Given
from fondly.insight.source.live import cast


def written(*, with_rates: bool) -> dict[str, Any]:
    """Return the tables to be made first, in order, and the text of each report."""
    facts = Facts(Given(with_rates=with_rates))
    bought, who = days(facts), people(facts)
    moved = moves(facts, bought, who)
    reports = {
        "worth": worth(facts, who),
        "bridge": bridge(moved),
        "movers": movers(moved),
        "cohorts": cohorts(facts, bought, who),
        "leaving": leaving(who),
        "first": first_to_call(who),
        "reasons": reasons(facts, bought, who),
        "ahead": ahead(facts, who),
    }
    return {
        "first": [(name, _sql(table)) for name, table in facts.kept],
        "reports": {name: _typed(table) for name, table in reports.items()},
    }


def _typed(table: Any) -> str:
    # Of whole numbers DuckDB makes larger ones when it adds them up.
    types = {name: str(kind) for name, kind in table.schema().items()}
    return f"SELECT {cast(types)} FROM ({_sql(table)})"


def _sql(table: Any) -> str:
    return str(ibis.to_sql(table, dialect="duckdb", pretty=False))
