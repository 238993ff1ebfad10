"""The expressions of the reports as SQL: written once for all requests."""

from typing import Any

import ibis

from fondly.insight.facts import Facts
from fondly.insight.reports.bridge import bridge, bridge_of_views, movers, moves
from fondly.insight.reports.cohorts import cohorts
from fondly.insight.reports.coming import ahead, coming
from fondly.insight.reports.ground import people
from fondly.insight.reports.leaving import first_to_call, leaving, reasons
from fondly.insight.reports.standing import standing
from fondly.insight.reports.worth import worth
from fondly.insight.signals.agreements import agreements
from fondly.insight.signals.purchases import days
from fondly.insight.source.given import Given
from fondly.insight.source.live import cast


def written(*, with_rates: bool) -> dict[str, Any]:
    """Return the tables to be made first, in order, the text of each report, and of the
    tables that hold a row for each client or contract."""
    facts = Facts(Given(with_rates=with_rates))
    bought, who = days(facts), people(facts)
    moved = moves(facts, bought, who)
    ahead_of_each = coming(facts, agreements(facts), who)
    reports = {
        "worth": worth(facts, who),
        "bridge": bridge(moved),
        "views": bridge_of_views(facts, moved),
        "movers": movers(moved),
        "cohorts": cohorts(facts, bought, who),
        "leaving": leaving(who),
        "first": first_to_call(who),
        "reasons": reasons(facts, bought, who),
        "ahead": ahead(ahead_of_each),
    }
    return {
        "first": [(name, _sql(table)) for name, table in facts.kept],
        "reports": {name: _typed(table) for name, table in reports.items()},
        "tables": {
            "standing": _typed(standing(facts, bought, moved, who), order_by="client_id"),
            "coming": _typed(ahead_of_each, order_by="contract_id"),
        },
    }


def _typed(table: Any, *, order_by: str = "") -> str:
    # Of whole numbers DuckDB makes larger ones when it adds them up.
    types = {name: str(kind) for name, kind in table.schema().items()}
    order = f" ORDER BY {order_by}" if order_by else ""
    return f"SELECT {cast(types)} FROM ({_sql(table)}){order}"


def _sql(table: Any) -> str:
    return str(ibis.to_sql(table, dialect="duckdb", pretty=False))
