"""The expressions of the reports as SQL: written once for all requests."""

from typing import Any

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
from fondly.insight.source.text import sql, typed


def written(*, with_rates: bool, dialect: str = "duckdb") -> dict[str, Any]:
    """Return the tables to be made first, in order, the text of each report, and of the
    tables that hold a row for each client or contract."""
    facts = Facts(Given(with_rates=with_rates, dialect=dialect))
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
    tables = {
        "standing": (standing(facts, bought, moved, who), "client_id"),
        "coming": (ahead_of_each, "contract_id"),
    }
    return {
        "first": [(name, sql(table, dialect)) for name, table in facts.kept],
        "reports": {name: typed(table, dialect) for name, table in reports.items()},
        "tables": {
            name: typed(table, dialect, order_by=key)
            for name, (table, key) in tables.items()
        },
    }
